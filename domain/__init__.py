"""The Council's own vocabulary and rules; knows nothing of storage or of the web."""
