"""Quality and speed of search, measured: our engines beside SQLite FTS5, what a user would take instead."""
