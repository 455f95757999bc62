"""The user's own settings, which a repository cannot change: `allow-packs` in a file of their home."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from iacfix.files.evidence import real
from iacfix.files.settings_file import settings_file

ALLOW_PACKS = "allow-packs"


def user_settings(environment: Mapping[str, str]) -> Path:
    """The path of the user's settings on this platform."""
    if sys.platform == "win32":
        base = environment.get("APPDATA", "")
    else:
        base = environment.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".config")
    return Path(base) / "iacfix" / "iacfix.toml"


def allows_packs_in(folder: str, environment: Mapping[str, str]) -> bool:
    """The user allows Python rules of the folder, or of one above it, to run. Raises SettingsError."""
    path = user_settings(environment)
    try:
        file = settings_file(path, str(path), (), path.parent)
    except FileNotFoundError:
        return False
    entries = (file.entries() or {}) if file else {}
    for key in entries:
        if file and key != ALLOW_PACKS:
            raise file.wrong(f"unknown key '{key}'; user settings have {ALLOW_PACKS} only", key)
    said = entries.get(ALLOW_PACKS, [])
    allowed = cast("list[object]", said) if isinstance(said, list) else [None]
    if file and not all(isinstance(each, str) and os.path.isabs(os.path.expanduser(each)) for each in allowed):
        raise file.wrong(f"{ALLOW_PACKS} expects a list of folders, each from the root or from ~ on", ALLOW_PACKS)
    places = (real(os.path.expanduser(each)) for each in cast("list[str]", allowed))
    return any(folder == place or folder.startswith(os.path.join(place, "")) for place in places)
