"""The cases of rules: what is written in their files, and what must hold for each."""
