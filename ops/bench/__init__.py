"""Measurements on this machine, each a ratio to a named peer in the same run."""
