"""iacfix in an editor: what it finds while somebody types, and the fixes as code actions."""
