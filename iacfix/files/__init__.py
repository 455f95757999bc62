"""The files of a run: which there are, what they hold, which versions they pin, and how one is replaced."""
