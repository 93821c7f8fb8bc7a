"""The GraphQL face of the archive: one file per row, and a small compiled executor."""
