"""What is known of AWS and of its provider, as data."""
