"""Small programs that once went wrong, each run as a whole folder: inputs.md has what is said and written.

## a title

rules: hardcoded-region unset-missing-data      those that it is about; all where there is no such line

```file package.json      a file of the folder, a second word after its name is its encoding
```check                  what `iacfix check` says, without the table of counts
```diff                   what `iacfix diff` shows
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iacfix.cli import program

BLOCK = re.compile(r"^```(?P<kind>file|check|diff) ?(?P<name>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
RULES = re.compile(r"^rules: (?P<ids>.+)$", re.MULTILINE)
TABLE = re.compile(r"^ +total .*\n(?:(?:high|medium|low|total) .*\n)+", re.MULTILINE)
SECTIONS = re.split(r"^## ", (Path(__file__).parent / "inputs.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("section", [pytest.param(each, id=each.partition("\n")[0]) for each in SECTIONS])
def test_an_input(section: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {"check": "", "diff": ""}
    for kind, name, body in BLOCK.findall(section):
        if kind == "file":
            path, _, encoding = name.partition(" ")
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(body, encoding=encoding or "utf-8")
        else:
            expected[kind] = body
    named = RULES.search(BLOCK.sub("", section))
    selected = [word for id in named["ids"].split() for word in ("--select", id)] if named else []
    monkeypatch.chdir(tmp_path)
    check = CliRunner().invoke(program(), ["check", *selected, "."])
    diff = CliRunner().invoke(program(), ["diff", *selected, "."])
    assert {"check": TABLE.sub("", check.output), "diff": diff.stdout} == expected
