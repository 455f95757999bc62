"""What a deployed stack needs when a fix splits its resources: read from an export, never from a backend."""
