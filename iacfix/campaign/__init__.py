"""Many repositories: which, each checked in a process of its own, what came of them, and their pull requests."""
