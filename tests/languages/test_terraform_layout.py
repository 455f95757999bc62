"""New lines of a module stand as `terraform fmt` has them, where the lines around them do."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cases_of import cases

from iacfix.rule_cases.cases import Case

HCL = [case for case in cases() if case.language == "hcl"]
TERRAFORM = shutil.which("terraform") or shutil.which("tofu")


def _formatted(text: str) -> str:
    assert TERRAFORM is not None
    done = subprocess.run([TERRAFORM, "fmt", "-"], input=text, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is installed")
@pytest.mark.parametrize("case", [case for case in HCL if case.before != case.after], ids=lambda case: case.id)
def test_what_was_formatted_stays_formatted(case: Case) -> None:
    if _formatted(case.before) == case.before:
        assert _formatted(case.after) == case.after


@pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is installed")
@pytest.mark.parametrize("case", HCL, ids=lambda case: case.id)
def test_terraform_itself_takes_the_texts(case: Case) -> None:
    assert _formatted(case.before)
    assert _formatted(case.after)
