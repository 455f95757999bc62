"""Rewritten examples pass the type checker as well as the weak ones did, each against its provider major."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from graph.programs import EXAMPLES, environment, major_of

Errors = Counter[tuple[str, str]]


@cache
def errors(major: int) -> dict[Path, Errors]:
    """The type errors of every example of a major, as rule and message; one run for all."""
    files = [example / name for example in EXAMPLES if major_of(example) == major for name in ("weak.py", "fixed.py")]
    found: dict[Path, Errors] = {file: Counter() for file in files}
    for each in _diagnostics(files, environment(major)):
        if each["severity"] == "error":
            found[Path(each["file"])][each.get("rule", ""), each["message"]] += 1
    return found


def _diagnostics(files: list[Path], python: Path) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--level", "error", "--pythonpath", python, *files]
    with TemporaryDirectory() as outside:  # of the repository, whose strict settings are not for the examples
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=outside)
    report = json.loads(ended.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files)
    return report["generalDiagnostics"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_a_rewrite_brings_no_type_error(example: Path) -> None:
    found = errors(major_of(example))
    new = found[example / "fixed.py"] - found[example / "weak.py"]
    assert not new, "\n".join(f"{rule}: {message}" for rule, message in new)
