"""Policies, dashboards and their like as a rule sees them, however they are written."""
