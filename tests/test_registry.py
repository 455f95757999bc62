"""What of a pack's package is a rule."""

from __future__ import annotations

import importlib
import subprocess
import sys
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


def test_a_run_for_one_rule_loads_no_other(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        'import pulumi_aws as aws\n\naws.cloudwatch.MetricAlarm("a", metric_name="Errors", namespace="AWS/Lambda")\n'
    )
    code = (
        "import sys\n"
        "from iacfix.commands.fast_path import run_without_typer\n"
        'run_without_typer("check --jobs 1 --no-cache --output-format concise --select unset-missing-data".split())\n'
        "from iacfix.registry import packs\n"
        'rules = {id.replace("-", "_") for id in packs()[0].ids}\n'
        'print({name for name in rules if f"iacfix_aws.{name}" in sys.modules})\n'
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "{'unset_missing_data'}"
    assert "unset-missing-data" in done.stdout
