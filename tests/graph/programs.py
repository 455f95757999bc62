"""Runs programs in the environment of their provider major."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.buckets import Graph

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples" / "python").glob("*/weak.py"))


def major_of(example: Path) -> int:
    """The provider major that an example's requirements pin."""
    pinned = re.search(r"^pulumi-aws>=(\d+)", (example / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned, f"{example} pins no major"
    return int(pinned[1])


def environment(major: int) -> Path:
    """The interpreter that has this major of pulumi-aws."""
    named = os.environ.get(f"IACFIX_AWS{major}_PYTHON")
    python = Path(named) if named else ROOT / ".cache" / f"aws{major}" / "bin" / "python"
    if not python.exists():
        pytest.fail(f"{python} is not there: run make test, which sets up the Pulumi environments", pytrace=False)
    return python


def run(programs: Sequence[Path], major: int) -> dict[Path, Graph]:
    """What each program registers; fails the test with the error of a program that does not run."""
    command = [environment(major), Path(__file__).with_name("run_program.py"), *programs]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if ended.returncode:
        pytest.fail(ended.stderr, pytrace=False)
    results = json.loads(ended.stdout)
    errors = [f"{path}: {result['error']}" for path, result in results.items() if "error" in result]
    if errors:
        pytest.fail("\n".join(errors), pytrace=False)
    return {Path(path): graph for path, graph in results.items()}
