"""Rules without code: a YAML file says of which resources, on which conditions, what is found and what is set."""
