"""Files: discovery, reading, settings, pinned provider versions, and atomic replacement."""
