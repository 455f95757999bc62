"""Unified diffs: written exactly, and applied exactly or not at all."""
