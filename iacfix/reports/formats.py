"""The output formats, and the files that `--output-format` sends them to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iacfix.errors import UsageError
from iacfix.files.discovery import must_be_an_output
from iacfix.files.output import is_stream
from iacfix.files.settings import did_you_mean

if TYPE_CHECKING:
    from iacfix.engine.run import Run
    from iacfix.result import Repairs

TERMINAL = ("full", "text", "concise")
"""The formats for a terminal; only they have colours and paths relative to the current folder."""

DOCUMENTS = {
    "json": "json_document",
    "json-lines": "json_lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "rdjson": "rdjson",
    "markdown": "markdown",
    "html": "html",
    "junit": "junit",
}
"""The module of each format; its `document` takes the run and the repairs."""

WITH_REPAIRS = frozenset({"json", "json-lines", "sarif", "rdjson", "html"})
"""Formats that contain the fix of each finding by itself."""

FORMATS = (*TERMINAL, *DOCUMENTS)


VARIABLE = "IACFIX_OUTPUT_FORMAT"


class Output(NamedTuple):
    """A format and the file it goes to; stdout where that is None."""

    format: str
    file: Path | None = None


def outputs(wanted: Iterable[str], patch: Path | None = None) -> list[Output]:
    """Parse the values of `--output-format`, FORMAT or FORMAT=FILE. Raises UsageError.

    All files must be different, also from `patch`, and none may be a program.
    """
    found = [_output(each) for each in wanted]
    if sum(output.file is None for output in found) > 1:
        raise UsageError("only one --output-format can go to stdout; give the others a file as FORMAT=FILE")
    files = [output.file for output in found if output.file] + ([patch] if patch else [])
    places = Counter(os.path.realpath(file) for file in files)
    for file in files:
        must_be_an_output(file)
        if places[os.path.realpath(file)] > 1 and not is_stream(file):
            raise UsageError("is named twice; give each output a file of its own", path=file)
    return found


def with_repairs(wanted: Iterable[Output]) -> bool:
    """One of the outputs needs the fix of each finding by itself."""
    return any(output.format in WITH_REPAIRS for output in wanted)


def _output(wanted: str) -> Output:
    name, separator, file = wanted.partition("=")
    if name not in FORMATS:
        raise UsageError(_unknown(name))
    if separator and not file:
        raise UsageError(f"--output-format {wanted} names no file; write {name}=FILE, or {name} for stdout")
    return Output(name, Path(file) if file else None)


def _unknown(name: str) -> str:
    hint = did_you_mean(name, FORMATS) or f"; choose one of {', '.join(FORMATS)}"
    return f"unknown format '{name}'{hint}"


def default_format(environment: Mapping[str, str], *, at_terminal: bool) -> str:
    """The value of IACFIX_OUTPUT_FORMAT, else `full` at a terminal, `github` in GitHub Actions, and `text` for a file
    or a pipe."""
    if wanted := environment.get(VARIABLE):
        if wanted not in FORMATS:
            raise UsageError(f"{VARIABLE}: {_unknown(wanted)}")
        return wanted
    if at_terminal:
        return "full"
    return "github" if environment.get("GITHUB_ACTIONS") == "true" else "text"


def documents(names: Iterable[str], done: Run) -> dict[str, str]:
    """The text of each format by name, without those for terminals."""
    names = [name for name in dict.fromkeys(names) if name in DOCUMENTS]
    if not names:
        return {}
    from iacfix.engine.run import repairs
    from iacfix.result import Repairs

    known = repairs(done) if WITH_REPAIRS.intersection(names) else Repairs()
    return {name: _document(name, done, known) for name in names}


def _document(name: str, done: Run, known: Repairs) -> str:
    text: str = import_module(f"iacfix.reports.{DOCUMENTS[name]}").document(done, known)
    return text
