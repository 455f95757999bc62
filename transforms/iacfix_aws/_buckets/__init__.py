"""How a bucket is split: its inline settings become resources of their own."""
