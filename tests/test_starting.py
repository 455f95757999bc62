"""Programs that the type checker refuses as they are brought, and takes once they are repaired, with both majors."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from test_types import CHECKERS

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import from_bytes

RULES = (
    "misplaced-option",
    "outdated-input",
    "unknown-input",
    "unknown-nested-input",
    "unknown-resource",
)
SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(?P<language>py|ts)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
TEXT = Path(__file__).with_name("starting.md").read_text(encoding="utf-8")
PROGRAMS = {
    f"{title}.{match['language']}": match["code"]
    for title, body in zip(*[iter(SECTION.split(TEXT)[1:])] * 2, strict=True)
    for match in BLOCK.finditer(body)
}


def repaired(name: str, major: int) -> str:
    source = from_bytes(PROGRAMS[name].encode(), f"program{Path(name).suffix}")
    return examine(source, Plan(RULES, major=major), Path("/nowhere")).after


@cache
def complaints(major: int, suffix: str) -> dict[str, list[str]]:
    """What the type checker says of every program of a language, as it is and repaired; one run for all."""
    found: dict[str, list[str]] = {}
    with TemporaryDirectory() as folder:
        files: dict[Path, str] = {}
        for name in (name for name in PROGRAMS if name.endswith(suffix)):
            for state, code in (("brought", PROGRAMS[name]), ("repaired", repaired(name, major))):
                path = Path(folder, f"{state}_{len(files)}{suffix}").resolve()
                path.write_text(code, encoding="utf-8")
                files[path] = f"{state} {name}"
        found = {state: [] for state in files.values()}
        for path, rule, message in CHECKERS[suffix](list(files), major):
            found[files[path]].append(f"{rule}: {message}")
    return found


@pytest.mark.parametrize("major", [6, 7])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_is_refused_is_taken_when_it_is_repaired(name: str, major: int) -> None:
    found = complaints(major, Path(name).suffix)
    assert found[f"brought {name}"]
    assert found[f"repaired {name}"] == []
    assert repaired(name, major) != PROGRAMS[name]
