"""Read models built from the log, each row versioned by log position, and the reading of them as of any position."""
