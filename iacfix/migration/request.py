"""The request of a migration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MigrationRequest:
    """The options of `iacfix migrate`; `output` is a folder, `export` a file or `-` for stdin."""

    export: str
    procedure: str
    output: str | None = None
    import_file: str | None = None
