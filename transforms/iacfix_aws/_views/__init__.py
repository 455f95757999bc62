"""Views of policies, dashboards and other parts of a program, independent of how they are written."""
