"""What is written is whole, keeps what the file had, and leaves nothing beside it, killed or not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from weak_alarm import ALARM, FIXED

from iacfix.diff import unified

LETTERS = "".join(f"{letter} = {number}\n" for number, letter in enumerate("abcdefg", 1))
NEEDS_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")


def iacfix(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iacfix", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def hunk(name: str, old: str, new: str) -> str:
    return unified(name, LETTERS, LETTERS.replace(old, new))


# patches


@pytest.mark.parametrize("kind", ["link", "hard link", "link to its folder"])
def test_all_hunks_of_one_file_go_together_whatever_it_is_called(project: Path, kind: str) -> None:
    (project / "real").mkdir()
    (project / "real" / "a.py").write_text(LETTERS)
    other = "in.py"
    if kind == "link":
        (project / other).symlink_to("real/a.py")
    elif kind == "hard link":
        os.link(project / "real" / "a.py", project / other)
    else:
        (project / "seen").symlink_to("real")
        other = "seen/a.py"
    (project / "review.diff").write_text(hunk(other, "b = 2", "b = 22") + hunk("real/a.py", "f = 6", "f = 66"))
    result = iacfix("patch", "review.diff")
    if kind == "hard link":
        assert (result.returncode, result.stdout) == (2, "")
        assert "it has 2 names (hard links), and the others would keep the old text" in result.stderr
        assert (project / "real" / "a.py").read_text() == LETTERS
    else:
        assert (result.returncode, result.stdout, result.stderr) == (0, "patched 1 file\n", "")
        patched = LETTERS.replace("b = 2", "b = 22").replace("f = 6", "f = 66")
        assert (project / "real" / "a.py").read_text() == patched


def test_what_a_killed_run_did_is_done(project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(LETTERS)
    (project / "review.diff").write_text(hunk("a.py", "b = 2", "b = 22") + hunk("b.py", "f = 6", "f = 66"))
    (project / "a.py").write_text(LETTERS.replace("b = 2", "b = 22"))
    result = iacfix("patch", "review.diff")
    assert (result.returncode, result.stdout) == (0, "patched 1 file, 1 file had it already\n")
    assert (project / "b.py").read_text() == LETTERS.replace("f = 6", "f = 66")
    assert iacfix("patch", "review.diff").stdout == "patched 0 files, 2 files had it already\n"


def test_bytes_that_are_no_text_are_refused(project: Path) -> None:
    (project / "a.py").write_text(LETTERS)
    (project / "review.diff").write_bytes(hunk("a.py", "b = 2", "b = '?'").encode().replace(b"?", b"\xff"))
    result = iacfix("patch", "review.diff")
    assert result.returncode == 2
    assert result.stderr.startswith("iacfix: error: review.diff: a.py: a hunk adds bytes")
    assert (project / "a.py").read_text() == LETTERS


# what a file had


def test_a_file_of_several_names_is_reported_and_kept(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    os.link(project / "a.py", project / "copy.txt")
    result = iacfix("apply", "--provider-version", "7")
    assert result.returncode == 2
    assert "a.py: cannot be written (it has 2 names (hard links)" in result.stderr
    assert (project / "a.py").read_text() == ALARM


@NEEDS_ROOT
def test_the_owner_is_kept(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    os.chown(project / "a.py", 12345, 54321)
    assert iacfix("apply", "--provider-version", "7").returncode == 0
    status = (project / "a.py").stat()
    assert (status.st_uid, status.st_gid, (project / "a.py").read_text()) == (12345, 54321, FIXED)


def test_extended_attributes_are_kept(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    try:
        os.setxattr(project / "a.py", "user.kind", b"program")
    except (AttributeError, OSError):
        pytest.skip("this file system has no extended attributes")
    assert iacfix("apply", "--provider-version", "7").returncode == 0
    assert os.getxattr(project / "a.py", "user.kind") == b"program"
    assert (project / "a.py").read_text() == FIXED


# kills

ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
"""Of kills for each command; a hundred and more by hand."""
COMMANDS = {
    "apply": ["apply", "--jobs", "1"],
    "patch": ["patch", "review.diff"],
    "outputs": ["check", "--output-format", "json=out/a.json", "--output-format", "sarif=out/b.sarif"],
    "baseline": ["baseline", "write", "--baseline", "known.json"],
    "add-ignores": ["check", "--add-ignores", "--reason", "known"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_whole_files_and_the_next_run_finishes_it(project: Path, name: str) -> None:
    chance = random.Random(name)
    programs = [project / f"{number:02}.py" for number in range(4)]
    for program in programs:
        program.write_text(ALARM)
    (project / "iacfix.toml").write_text("provider-version = 7\n")
    assert iacfix("diff", "-q", "-o", "review.diff").returncode == 1
    command = [sys.executable, "-m", "iacfix", *COMMANDS[name]]
    began = time.monotonic()
    subprocess.run(command, capture_output=True, check=False)
    took = time.monotonic() - began
    done = {path: path.read_bytes() for path in files(project)}
    for sent in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT) * ROUNDS:
        for path in files(project):
            if path.suffix != ".toml" and path.name != "review.diff":
                path.unlink()
        for program in programs:
            program.write_text(ALARM)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(took * chance.uniform(0.3, 1.1))
            process.send_signal(sent)
        for path in files(project):
            if ".iacfix-" not in path.name:
                assert path.read_bytes() in (ALARM.encode(), done[path]), path
        assert sent is signal.SIGKILL or not litter(project)
        subprocess.run(command, capture_output=True, check=False)
        assert {path: path.read_bytes() for path in files(project)} == done


def files(project: Path) -> list[Path]:
    return sorted(path for path in project.rglob("*") if path.is_file() and ".git" not in path.parts)


def litter(project: Path) -> list[Path]:
    return [path for path in files(project) if ".iacfix-" in path.name]


def test_what_another_machine_or_a_running_process_left_stays(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    kept = [project / ".iacfix-00000000-1-0", project / ".iacfix-notes"]
    from iacfix.staging import staging

    with staging() as beside:
        mine = beside(project / "a.py")
        mine.write_text("mine")
        for path in kept:
            path.write_text("theirs")
        gone = project / mine.name.replace(f"-{os.getpid()}-", "-999999999-")
        gone.write_text("left behind")
        assert iacfix("apply", "--provider-version", "7").returncode == 0
        assert all(path.exists() for path in [*kept, mine])
        assert not gone.exists()
    assert not mine.exists()
