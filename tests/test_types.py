"""Rewritten examples pass the type checker as well as the weak ones did, each against its provider major."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from graph.programs import BROKEN, EXAMPLES, Example, environment, modules

Errors = Counter[tuple[str, str]]
COMPLAINT = re.compile(r"^(?P<file>.+)\(\d+,\d+\): error (?P<rule>TS\d+): (?P<message>.+)$", re.MULTILINE)


@cache
def errors(major: int, suffix: str) -> dict[Path, Errors]:
    """The type errors of every example of a major, as rule and message; one run for all of a language."""
    chosen = [example for example in EXAMPLES if (example.major, example.suffix) == (major, suffix)]
    files = [path for example in chosen for path in (example.weak, example.fixed)]
    found: dict[Path, Errors] = {file: Counter() for file in files}
    for file, rule, message in CHECKERS[suffix](files, major):
        found[file][rule, message] += 1
    return found


def _pyright(files: list[Path], major: int) -> Iterator[tuple[Path, str, str]]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--level", "error"]
    command += ["--pythonpath", environment(major), *files]
    with TemporaryDirectory() as outside:  # of the repository, whose strict settings are not for the examples
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=outside)
    report = json.loads(ended.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files)
    for each in report["generalDiagnostics"]:
        if each["severity"] == "error":
            yield Path(each["file"]), each.get("rule", ""), each["message"]


def _tsc(files: list[Path], major: int) -> Iterator[tuple[Path, str, str]]:
    packages = modules(major)
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es2022",
        "module": "commonjs",
        "moduleResolution": "node",
        "baseUrl": str(packages),
        "types": [str(packages / "@types" / "node")],
    }
    with TemporaryDirectory() as folder:
        settings = Path(folder, "tsconfig.json")
        settings.write_text(json.dumps({"compilerOptions": options, "files": [str(file) for file in files]}))
        command = ["node", packages / "typescript" / "bin" / "tsc", "--project", settings, "--pretty", "false"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        found = [(Path(folder, each["file"]).resolve(), each) for each in COMPLAINT.finditer(ended.stdout)]
    assert ended.returncode == 0 or found, ended.stdout + ended.stderr
    for file, each in found:
        yield file, each["rule"], each["message"]


CHECKERS = {".py": _pyright, ".ts": _tsc}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_rewrite_brings_no_type_error(example: Example) -> None:
    found = errors(example.major, example.suffix)
    new = found[example.fixed] - found[example.weak]
    assert not new, "\n".join(f"{rule}: {message}" for rule, message in new)


@pytest.mark.parametrize("example", BROKEN, ids=lambda example: example.name)
def test_a_program_that_does_not_start_has_no_type_error_once_it_is_fixed(example: Example) -> None:
    found = errors(example.major, example.suffix)
    assert found[example.weak]
    assert not found[example.fixed]
