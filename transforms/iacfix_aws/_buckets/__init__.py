"""Splits a bucket: its inline settings become separate resources."""
