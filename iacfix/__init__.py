"""Reads Pulumi programs, finds weak patterns, rewrites them, proves the rewrite and shows it as a diff."""

__version__ = "0.1.0"
