"""The output formats: one module each, pure functions from the outcomes of a run to text."""
