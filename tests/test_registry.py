"""What of a pack's package is a rule."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from iacfix.registry import ProviderPackage, pack_of

RULE = '''"""Weak."""
from iacfix.rule import rule


@rule(severity="low", category="", service="", triggers=("weak",))
def {name}(program):
    yield from ()
'''


def test_a_rule_is_a_module_and_neither_a_package_nor_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "weak_pack"
    for name in ("__init__.py", "_private.py", "views/__init__.py", "_tables/__init__.py"):
        path = package / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (package / "weak_thing.py").write_text(RULE.format(name="weak_thing"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    provider = ProviderPackage(name="weak", packages={}, distributions={}, majors=(1,))
    pack = pack_of(importlib.import_module("weak_pack"), provider)
    assert pack.ids == ("weak-thing",)
    assert [rule.id for rule in pack.rules] == ["weak-thing"]
