"""From a request to outcomes: each file is read once, examined by all rules, fixed, and every fix verified."""
