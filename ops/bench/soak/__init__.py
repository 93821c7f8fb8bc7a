"""``make bench-soak``: mixed load for many minutes, some of it hostile, while imports run beside."""
