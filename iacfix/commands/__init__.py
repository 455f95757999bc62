"""One module a command: a run, what is printed of it, and the exit code."""
