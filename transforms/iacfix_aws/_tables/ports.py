"""Ports that only few have to reach, and how the whole world is written as an address."""

from __future__ import annotations

ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
PORTS = {
    22: "SSH",
    1433: "SQL Server",
    3306: "MySQL",
    3389: "RDP",
    5432: "PostgreSQL",
    6379: "Redis",
    9200: "OpenSearch",
    27017: "MongoDB",
}
"""Of administration and of databases."""
