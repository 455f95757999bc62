"""What a run wrote is taken back byte for byte, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from alarms import BUILDS as ALARM
from alarms import BUILDS_FIXED as FIXED
from typer.testing import CliRunner, Result

from iacfix.cli import program
from iacfix.files import undo
from iacfix.files.source import Source, load, write_all

NAMES = ("a.py", "b.py", "infra/c.py")


def iacfix(*arguments: str) -> Result:
    return CliRunner().invoke(program(), arguments)


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(params=["git", "no git"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "infra").mkdir(parents=True)
    if request.param == "git":
        (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    for name in NAMES:
        (folder / name).write_text(ALARM)
    return folder


def texts(project: Path) -> list[str]:
    return [(project / name).read_text() for name in NAMES]


def test_nothing_was_written(project: Path) -> None:
    told = f"iacfix: error: nothing to undo: no run of iacfix has written files in {project}\n"
    assert said(iacfix("undo")) == (2, "", told)
    assert iacfix("diff").exit_code == 1
    assert said(iacfix("undo")) == (2, "", told)


def test_the_last_apply_is_taken_back_once(project: Path) -> None:
    assert iacfix("apply", "-q").exit_code == 0
    assert texts(project) == [FIXED] * 3
    assert said(iacfix("undo")) == (0, "undid iacfix apply in 3 files: a.py, b.py, infra/c.py\n", "")
    assert texts(project) == [ALARM] * 3
    assert iacfix("undo").exit_code == 2


def test_only_the_last_run_is_taken_back(project: Path) -> None:
    assert iacfix("apply", "-q", "a.py").exit_code == 0
    assert iacfix("apply", "-q", "b.py").exit_code == 0
    assert iacfix("undo", "-q").exit_code == 0
    assert texts(project) == [FIXED, ALARM, ALARM]


def test_a_run_that_writes_nothing_leaves_the_one_before(project: Path) -> None:
    assert iacfix("apply", "-q").exit_code == 0
    assert iacfix("apply", "-q").exit_code == 0
    assert iacfix("undo", "-q").exit_code == 0
    assert texts(project) == [ALARM] * 3


def test_the_diff_is_shown_and_nothing_written(project: Path) -> None:
    assert iacfix("apply", "-q", "a.py").exit_code == 0
    shown = iacfix("undo", "--diff")
    assert (shown.exit_code, shown.stderr) == (1, "")
    assert shown.stdout.endswith('     threshold=1,\n-    treat_missing_data="notBreaching",\n )\n')
    assert texts(project) == [FIXED, ALARM, ALARM]


def test_a_file_that_changed_since_is_named_and_nothing_is_touched(project: Path) -> None:
    assert iacfix("apply", "-q").exit_code == 0
    (project / "b.py").write_text(FIXED + "# mine\n")
    refused = (
        "iacfix: error: b.py: changed since iacfix apply wrote it\n"
        "iacfix: error: nothing was undone: revert the later edits of it first, "
        "or name the other files: iacfix undo a.py infra/c.py\n"
    )
    assert said(iacfix("undo")) == (2, "", refused)
    assert texts(project) == [FIXED, FIXED + "# mine\n", FIXED]
    assert said(iacfix("undo", "a.py", "infra")) == (0, "undid iacfix apply in 2 files: a.py, infra/c.py\n", "")
    assert texts(project) == [ALARM, FIXED + "# mine\n", ALARM]
    (project / "b.py").write_text(FIXED)
    assert said(iacfix("undo")) == (0, "undid iacfix apply in 1 file: b.py\n", "")
    assert texts(project) == [ALARM] * 3


@pytest.mark.parametrize("how", ["gone", "a folder", "a link out of the project"])
def test_a_file_that_was_put_elsewhere_counts_as_changed(project: Path, how: str) -> None:
    assert iacfix("apply", "-q", "a.py").exit_code == 0
    (project / "a.py").unlink()
    if how == "a folder":
        (project / "a.py").mkdir()
    elif how != "gone":
        (project.parent / "other.py").write_text(FIXED)
        (project / "a.py").symlink_to("../other.py")
    result = iacfix("undo")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2,
        "iacfix: error: a.py: changed since iacfix apply wrote it",
    )
    if "link" in how:
        assert (project.parent / "other.py").read_text() == FIXED


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_bytes_and_mode_are_kept(project: Path, ends: str) -> None:
    before = b"\xef\xbb\xbf" + ALARM.replace("\n", ends).rstrip().encode()
    (project / "a.py").write_bytes(before)
    (project / "a.py").chmod(0o750)
    assert iacfix("apply", "-q", "a.py").exit_code == 0
    assert (project / "a.py").read_bytes() != before
    assert iacfix("undo", "-q").exit_code == 0
    assert ((project / "a.py").read_bytes(), (project / "a.py").stat().st_mode & 0o777) == (before, 0o750)


def test_a_link_stays_one(project: Path) -> None:
    (project / "a.py").unlink()
    (project / "a.py").symlink_to("infra/c.py")
    assert iacfix("apply", "-q", "a.py").exit_code == 0
    assert iacfix("undo", "-q").exit_code == 0
    assert ((project / "a.py").is_symlink(), texts(project)) == (True, [ALARM] * 3)


@pytest.mark.parametrize("command", ["patch", "check --add-ignores"])
def test_other_commands_that_write_are_taken_back_too(project: Path, command: str) -> None:
    assert iacfix("apply", "-q", "b.py").exit_code == 0
    if command == "patch":
        iacfix("diff", "-q", "-o", "review.diff", "a.py")
        assert iacfix("patch", "-q", "review.diff").exit_code == 0
    else:
        assert iacfix("check", "-q", "--add-ignores", "--reason", "old", "a.py").exit_code == 0
    assert texts(project)[0] != ALARM
    assert said(iacfix("undo")) == (0, f"undid iacfix {command} in 1 file: a.py\n", "")
    assert texts(project) == [ALARM, FIXED, ALARM]


def test_a_patch_that_is_refused_leaves_the_run_before(project: Path) -> None:
    iacfix("diff", "-q", "-o", "review.diff", "a.py")
    assert iacfix("apply", "-q", "b.py").exit_code == 0
    (project / "a.py").write_text("other\n")
    assert iacfix("patch", "-q", "review.diff").exit_code == 2
    assert iacfix("undo").stdout == "undid iacfix apply in 1 file: b.py\n"


def killed_after(project: Path, number: int) -> object:
    """What is there when a run was killed that had written so many files: the record, and these. It has not ended while
    what this gives is held."""
    sources = [load(project / name, name) for name in NAMES]
    writing = undo.undoable(project, "apply", [(source, FIXED) for source in sources], os.environ)
    writing.__enter__()
    for source in sources[:number]:
        write_all([(source, FIXED)])
    return writing


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_killed_run_is_taken_back(project: Path, number: int) -> None:
    killed = killed_after(project, number)
    assert (iacfix("undo").exit_code, killed is not None) == (0, True)
    assert texts(project) == [ALARM] * 3


def test_a_killed_run_that_the_next_one_finished_is_one_with_it(project: Path) -> None:
    killed = killed_after(project, 1)
    assert (iacfix("apply", "-q").exit_code, killed is not None) == (0, True)
    assert said(iacfix("undo")) == (0, "undid iacfix apply in 3 files: a.py, b.py, infra/c.py\n", "")
    assert texts(project) == [ALARM] * 3


def test_an_interrupt_says_how_far_it_came(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from iacfix.commands import apply

    count = iter(range(3))

    def interrupted(pairs: Iterable[tuple[Source, str]]) -> None:
        if next(count) == 1:
            raise KeyboardInterrupt
        write_all(pairs)

    monkeypatch.setattr(apply, "write_all", interrupted)
    told = "iacfix: interrupted; 1 of 3 files was written; iacfix undo reverts it\n"
    assert said(iacfix("apply")) == (130, "", told)
    assert texts(project) == [FIXED, ALARM, ALARM]
    assert iacfix("undo").stdout == "undid iacfix apply in 1 file: a.py\n"


def test_an_interrupt_before_anything_is_written_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from iacfix.commands import apply

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(apply, "run_of", interrupted)
    assert said(iacfix("apply")) == (130, "", "iacfix: interrupted; nothing was written\n")
    assert texts(project) == [ALARM] * 3


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "name out", "name in git"])
def test_what_is_no_record_is_refused(project: Path, content: str) -> None:
    place = undo.place(project, os.environ)
    assert place is not None
    place.parent.mkdir(parents=True)
    if content.startswith("name"):
        name = "../a.py" if content == "name out" else ".git/hooks/pre-commit"
        file = f'{{"name": "{name}", "before": "", "after": ""}}'
        content = f'{{"format": 1, "command": "apply", "whole": true, "files": [{file}]}}'
    place.write_text(content)
    result = iacfix("undo")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "was not written by this version of iacfix; remove it" in result.stderr
    assert iacfix("apply", "-q").exit_code == 0
    assert iacfix("undo", "-q").exit_code == 0
    assert texts(project) == [ALARM] * 3


def test_a_worktree_has_a_last_run_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    (main / "a.py").write_text(ALARM)
    for command in (
        ["init", "-q"],
        ["add", "a.py"],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"],
        ["worktree", "add", "-q", str(other)],
    ):
        subprocess.run(["git", *command], cwd=main, check=True)
    for folder in (main, other):
        monkeypatch.chdir(folder)
        assert iacfix("apply", "-q").exit_code == 0
    assert iacfix("undo", "-q").exit_code == 0
    assert ((main / "a.py").read_text(), (other / "a.py").read_text()) == (FIXED, ALARM)
    command = [sys.executable, "-m", "iacfix", "undo", str(main)]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    assert (main / "a.py").read_text() == ALARM
    assert subprocess.run(["git", "status", "--short"], cwd=main, check=True, capture_output=True).stdout == b""


def test_the_files_of_a_module_are_written_together_or_not_at_all(project: Path) -> None:
    """A bucket in one file whose public access block would go into another one: here two alarms stand for that."""
    weak = """resource "aws_cloudwatch_metric_alarm" "%s" {
  alarm_name          = "failures"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  metric_name         = "FailedBuilds"
  namespace           = "AWS/CodeBuild"
  statistic           = "Sum"
  threshold           = 1
}
"""
    for name in ("one", "two"):
        (project / "net").mkdir(exist_ok=True)
        (project / "net" / f"{name}.tf").write_text(weak % name)
    os.link(project / "net" / "two.tf", project / "kept.txt")  # which keeps it from being replaced
    result = iacfix("apply", "net")
    assert result.exit_code == 2
    assert "two.tf: cannot be written (it has 2 names" in result.stderr
    assert [(project / "net" / f"{name}.tf").read_text() for name in ("one", "two")] == [weak % "one", weak % "two"]
