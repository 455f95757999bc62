"""What Terraform itself says of rewritten modules, where it is installed; it is never downloaded.

`IACFIX_TERRAFORM_PLUGINS` names a folder that holds the provider, as `terraform providers mirror` writes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cases_of import cases

ROOT = Path(__file__).parent.parent
TERRAFORM = shutil.which("terraform") or shutil.which("tofu")
PLUGINS = os.environ.get("IACFIX_TERRAFORM_PLUGINS")

pytestmark = pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is installed")


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert TERRAFORM is not None
    environment = {**os.environ, "AWS_REGION": "us-east-1", "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = [TERRAFORM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)


def unformatted(folder: Path) -> set[str]:
    """The files that `fmt` would write otherwise, or cannot read."""
    return set(terraform(folder, "fmt", "-check", "-list=true", ".").stdout.split())


def test_what_was_formatted_is_formatted_after_a_rewrite(tmp_path: Path) -> None:
    names: dict[str, str] = {}
    for number, case in enumerate(case for case in cases() if case.language == "hcl"):
        names[f"c{number}.tf"] = case.id
        for side, text in (("before", case.before), ("after", case.after)):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / f"c{number}.tf").write_text(text, encoding="utf-8", newline="")
    new = unformatted(tmp_path / "after") - unformatted(tmp_path / "before")
    assert [names[name] for name in sorted(new)] == []


@pytest.mark.parametrize("side", ["weak", "fixed"])
def test_the_example_is_formatted(side: str) -> None:
    assert unformatted(ROOT / "examples" / "terraform" / "pipeline" / side) == set()


@pytest.mark.skipif(PLUGINS is None, reason="IACFIX_TERRAFORM_PLUGINS names no folder with the provider")
@pytest.mark.parametrize("side", ["weak", "fixed"])
def test_the_example_is_valid(side: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "terraform" / "pipeline" / side, tmp_path / side)
    begun = terraform(tmp_path / side, "init", "-backend=false", "-input=false", f"-plugin-dir={PLUGINS}")
    assert begun.returncode == 0, begun.stderr
    told = terraform(tmp_path / side, "validate", "-no-color")
    assert told.returncode == 0, told.stderr
    assert ("deprecated" in told.stdout) is (side == "weak")
