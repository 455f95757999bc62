"""Whose region a text is about: the stack's own, or another by nature."""
