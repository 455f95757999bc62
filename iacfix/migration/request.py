"""What a migration is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MigrationRequest:
    """What `iacfix migrate` is asked beside the paths; `output` is a folder, `export` may be `-`."""

    export: str
    procedure: str
    output: str | None = None
    import_file: str | None = None
