"""What both languages say of lookups."""

from __future__ import annotations

IN_LIBRARY = "the file makes nothing itself, so a lookup outside of its functions would run wherever it is imported"
