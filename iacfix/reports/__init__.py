"""What people read: one module a format, pure functions over outcomes."""
