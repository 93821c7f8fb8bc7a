"""Starts, feeds and looks after the archive."""
