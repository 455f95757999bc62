"""What was read of a file goes with the file: what points back at each other is taken apart when it is done."""

from __future__ import annotations

import gc
from pathlib import Path
from shutil import copy

import pytest

from iacfix.engine.examine import examine
from iacfix.files.source import load
from iacfix.languages.python.scopes import GlobalScope
from iacfix.languages.shared.nodes import Node
from iacfix.model import Value
from iacfix.result import Plan

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("python/pipeline/weak.py", (GlobalScope, Value)),
        ("typescript/pipeline/weak.ts", (Node, Value)),
        ("terraform/pipeline/weak/monitoring.tf", (Value,)),
    ],
)
def test_nothing_of_a_file_is_left_for_the_collector(name: str, kinds: tuple[type, ...], tmp_path: Path) -> None:
    path = Path(copy(EXAMPLES / name, tmp_path))
    gc.collect()
    before = {id(each) for each in gc.get_objects() if isinstance(each, kinds)}
    gc.disable()
    try:
        outcome = examine(load(path, path.name), Plan(("unset-missing-data",)), tmp_path)
        left = [each for each in gc.get_objects() if isinstance(each, kinds) and id(each) not in before]
    finally:
        gc.enable()
    assert outcome.changed
    assert not left
