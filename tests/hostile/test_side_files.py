"""Files beside a program that never end, or never begin: no run waits for them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ALARM = """import pulumi_aws as aws

aws.cloudwatch.MetricAlarm(
    "errors", comparison_operator="GreaterThanThreshold", metric_name="Errors", namespace="AWS/Lambda"
)
"""
NAMES = (".gitignore", "iacfix.toml", "pyproject.toml", "Pulumi.yaml", "requirements.txt", "poetry.lock")


def _little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iacfix", "check", "--output-format", "concise", *arguments]
    limited = {"timeout": 30, "preexec_fn": _little_memory, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, capture_output=True, text=True, check=False, **limited)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["device", "fifo"])
def test_a_run_does_not_wait_for_a_side_file(project: Path, name: str, kind: str) -> None:
    (project / "a.py").write_text(ALARM)
    if kind == "device":
        (project / name).symlink_to("/dev/zero")
    else:
        os.mkfifo(project / name)
    result = check()
    if name in ("iacfix.toml", "pyproject.toml"):
        said = f"{name}: cannot be read (it is not a regular file); fix or remove it"
        assert (result.returncode, result.stderr) == (2, f"iacfix: error: {said}\n")
    else:
        assert "a.py:3:1: medium unset-missing-data" in result.stdout
        assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("provider-version = " + "1" * 5_000, "cannot be read: a number has too many digits; shorten it"),
        (f'provider-version = "{"1" * 5_000}"', 'provider-version expects a major such as 6 or "6"'),
        ("max-file-size = 1" + "0" * 30, "max-file-size expects a number of bytes"),
        ("select = " + "[" * 20_000, "cannot be read: it nests too deep; shorten it"),
    ],
    ids=["digits", "digits as text", "a huge number", "brackets"],
)
def test_settings_that_python_cannot_read_are_an_error_in_words(project: Path, text: str, said: str) -> None:
    (project / "a.py").write_text(ALARM)
    (project / "iacfix.toml").write_text(text)
    result = check()
    assert result.returncode == 2
    assert result.stderr.splitlines() == [f"iacfix: error: {result.stderr[15:].partition(': ')[0]}: {said}"]
    assert "Traceback" not in result.stderr
