"""Runs programs in the environment of their provider major."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from graph.registered import Graph

RUNNERS = Path(__file__).parent
ROOT = RUNNERS.parents[1]


@dataclass(frozen=True)
class Example:
    """A folder of `examples/`: a program as somebody wrote it and as iacfix leaves it."""

    folder: Path
    suffix: str

    @property
    def name(self) -> str:
        return self.folder.relative_to(ROOT / "examples").as_posix()

    @property
    def weak(self) -> Path:
        return self.folder / f"weak{self.suffix}"

    @property
    def fixed(self) -> Path:
        return self.folder / f"fixed{self.suffix}"

    @property
    def major(self) -> int:
        """The provider major that the manifest beside the program pins."""
        manifest, pin = MANIFESTS[self.suffix]
        pinned = re.search(pin, (self.folder / manifest).read_text(encoding="utf-8"), re.MULTILINE)
        assert pinned, f"{self.name} pins no major"
        return int(pinned[1])


MANIFESTS = {
    ".py": ("requirements.txt", r"^pulumi-aws>=(\d+)"),
    ".ts": ("package.json", r'"@pulumi/aws": "\^(\d+)'),
}
_WEAK = sorted((ROOT / "examples").glob("*/*/weak.*"))
EXAMPLES = [Example(path.parent, path.suffix) for path in _WEAK if path.suffix in MANIFESTS]
BROKEN = [example for example in EXAMPLES if example.folder.name == "does-not-start"]
"""Those whose weak form ends with an error."""
STARTING = [example for example in EXAMPLES if example not in BROKEN]


def environment(major: int) -> Path:
    """The interpreter that has this major of pulumi-aws."""
    return _set_up(f"IACFIX_AWS{major}_PYTHON", ROOT / ".cache" / f"aws{major}" / "bin" / "python")


def modules(major: int) -> Path:
    """The folder of Node packages that has this major of @pulumi/aws."""
    return _set_up(f"IACFIX_AWS{major}_MODULES", ROOT / ".cache" / f"node{major}" / "node_modules")


def _set_up(variable: str, usual: Path) -> Path:
    path = Path(os.environ.get(variable, usual)).absolute()
    if not path.exists():
        pytest.fail(f"{path} is not there: run make test, which sets up the Pulumi environments", pytrace=False)
    return path


def run(programs: Sequence[Path], major: int) -> dict[Path, Graph]:
    """What each program registers; fails the test with the error of one that does not run."""
    ran = attempt(programs, major)
    errors = [f"{path}: {error}" for path, error in ran.items() if isinstance(error, str)]
    if errors:
        pytest.fail("\n".join(errors), pytrace=False)
    return {path: graph for path, graph in ran.items() if not isinstance(graph, str)}


def attempt(programs: Sequence[Path], major: int) -> dict[Path, Graph | str]:
    """What each program registers, or the error that it ends with; one process a language."""
    ran: dict[Path, Graph | str] = {}
    for suffix, prepare in {".py": _python, ".ts": _node}.items():
        if mine := [program for program in programs if program.suffix == suffix]:
            ran |= _ran(*prepare(major), mine)
    return ran


Prepared: TypeAlias = "tuple[list[str | Path], dict[str, str]]"


def _python(major: int) -> Prepared:
    return [environment(major), RUNNERS / "run_program.py"], {}


def _node(major: int) -> Prepared:
    return ["node", RUNNERS / "run_program.cjs"], {"NODE_PATH": str(modules(major))}


def _ran(command: list[str | Path], settings: dict[str, str], programs: Sequence[Path]) -> dict[Path, Graph | str]:
    ended = subprocess.run(
        [*command, *programs], capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | settings
    )
    if ended.returncode:
        pytest.fail(ended.stderr, pytrace=False)
    return {Path(path): result.get("error", result) for path, result in json.loads(ended.stdout).items()}
