"""What is written is whole, keeps what the file had, and leaves nothing beside it, killed or not."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alarms import ALARM, FIXED
from stacks import bucket, export
from typer.testing import CliRunner

from iacfix.cli import program
from iacfix.patches.diff import unified

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


# what the system refuses

SPACE = "No space left on device", "free some space"
LIMIT = "File too large", "raise the limit of the size of files (ulimit -f)"
READ_ONLY = "Read-only file system", "its file system is mounted read-only; mount it for writing"
FIXED_FOR_EVER = (
    "Operation not permitted",
    "give write permission to it and its folder, or take away what makes it immutable",
)
PERMISSION = "Permission denied", "give write permission to it and its folder"
OPEN_FILES = "Too many open files", "raise the limit of open files (ulimit -n), or lower --jobs"
REFUSED = {
    "apply": (["apply", "a.py"], "a.py: cannot be written ({}); {}"),
    "add-ignores": (["check", "a.py", "--add-ignores", "--reason", "known"], "a.py: cannot be written ({}); {}"),
    "patch": (["patch", "review.diff"], "a.py: cannot be written ({}); {}"),
    "outputs": (["check", "--output-format", "json=old.json"], "old.json: cannot be written: {}; {}"),
    "diff": (["diff", "-o", "old.diff"], "old.diff: cannot be written: {}; {}"),
    "baseline": (["baseline", "write", "--baseline", "known.json"], "known.json: cannot be written: {}; {}"),
    "migrate": (
        ["migrate", "--stack-export", "state.json", "-o", "new/out"],
        "{here}/new/out: cannot be written: {}; {}",
    ),
}


@pytest.fixture
def asked(project: Path) -> Path:
    """A project that every command has something to replace in, and its only program last."""
    (project / "iacfix.toml").write_text("provider-version = 7\n")
    (project / "a.py").write_text(ALARM)
    (project / "state.json").write_text(export())
    (project / "known.json").write_text('{"version": 1, "findings": []}')
    (project / "old.json").write_text("{}")
    (project / "old.diff").write_text("")
    assert iacfix("diff", "-q", "-o", "review.diff").returncode == 1
    return project


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize(
    ("function", "number", "said"),
    [
        ("fsync", errno.ENOSPC, SPACE),
        ("fsync", errno.EFBIG, LIMIT),
        ("open to write", errno.EROFS, READ_ONLY),
        ("open to write", errno.EPERM, FIXED_FOR_EVER),
        ("open to write", errno.EACCES, PERMISSION),
        ("open to write", errno.EMFILE, OPEN_FILES),
        ("replace", errno.EPERM, FIXED_FOR_EVER),
    ],
    ids=lambda each: errno.errorcode[each] if isinstance(each, int) else None,
)
def test_a_refusal_says_its_cause_and_a_way_out(
    asked: Path, monkeypatch: pytest.MonkeyPatch, name: str, function: str, number: int, said: tuple[str, str]
) -> None:
    before = contents(asked)
    arguments, line = REFUSED[name]
    opened = os.open

    def refused(path: Any, flags: Any = os.O_WRONLY, *mode: int, **more: Any) -> int:
        if function == "open to write" and not flags & os.O_WRONLY:
            return opened(path, flags, *mode, **more)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function.partition(" ")[0], refused)
    result = CliRunner().invoke(program(), arguments)
    monkeypatch.undo()
    expected = line.format(*said, here=asked)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"iacfix: error: {expected}")
    assert contents(asked) == before
    assert not list(asked.rglob(".iacfix-*")) + list(asked.glob("new"))


@NEEDS_ROOT
@pytest.mark.parametrize("name", ["apply", "patch", "outputs", "baseline"])
def test_an_immutable_file_is_called_so(asked: Path, name: str) -> None:
    files = ["a.py", "old.json", "known.json"]
    if subprocess.run(["chattr", "+i", *files], check=False, capture_output=True).returncode:
        pytest.skip("this file system has no immutable files")
    arguments, line = REFUSED[name]
    result = iacfix(*arguments)
    subprocess.run(["chattr", "-i", *files], check=True)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == f"iacfix: error: {line.format(*FIXED_FOR_EVER, here=asked)}"


def test_who_may_not_give_a_file_its_owner_is_told_who_may(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "getxattr", lambda *_: b"")
    monkeypatch.setattr(os, "listxattr", lambda path: ["user.kind"] if Path(path).name == "a.py" else [])
    monkeypatch.setattr(os, "setxattr", refused)
    result = CliRunner().invoke(program(), ["apply", "a.py"])
    assert result.stderr.splitlines()[-1] == (
        "iacfix: error: a.py: cannot be written (its attribute user.kind could not be kept); run iacfix as its owner"
    )
    assert (asked / "a.py").read_text() == ALARM


@pytest.mark.parametrize("kind", ["link", "link to its folder"])
@pytest.mark.parametrize("name", ["outputs", "diff", "series", "baseline", "migrate"])
def test_no_output_follows_a_link_out_of_the_project(
    asked: Path, tmp_path_factory: pytest.TempPathFactory, name: str, kind: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    if name not in ("migrate", "series"):
        (outside / "target").write_text("theirs")
    if kind == "link":
        output = "named"
        (asked / output).symlink_to(outside / "target")
    else:
        (asked / "folder").symlink_to(outside)
        output = "folder/target"
    commands = {
        "outputs": ["check", "--output-format", f"json={output}"],
        "diff": ["diff", "-o", output],
        "series": ["diff", "--by-rule", "-o", output],
        "baseline": ["baseline", "write", "--baseline", output],
        "upgrade": ["upgrade", "7", "--apply", "-o", "out/list.md"],
        "migrate": ["migrate", "--stack-export", "state.json", "-o", output],
    }
    before = contents(outside)
    result = CliRunner().invoke(program(), commands[name])
    said = f"{output}: is a link out of the project; name its target instead: {outside / 'target'}"
    assert (result.exit_code, result.stderr) == (2, f"iacfix: error: {said}\n")
    assert contents(outside) == before
    assert (
        CliRunner()
        .invoke(program(), [*commands[name][:-1], commands[name][-1].replace(output, str(outside / "new"))])
        .exit_code
        < 2
    )


# kills

ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
"""Of kills for each command; a hundred and more by hand."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
COMMANDS = {
    "apply": ["apply", "--jobs", "1"],
    "patch": ["patch", "review.diff"],
    "outputs": ["check", "--output-format", "json=out/a.json", "--output-format", "sarif=out/b.sarif"],
    "baseline": ["baseline", "write", "--baseline", "known.json"],
    "add-ignores": ["check", "--add-ignores", "--reason", "known"],
    "upgrade": ["upgrade", "7", "--apply", "-o", "out/list.md"],
    "migrate": ["migrate", "--stack-export", "state.json", "-o", "out"],
}
STORE = 'import pulumi_aws as aws\n\naws.s3.Bucket("data", versioning={"enabled": True})\n'
STEPS = """
import atexit, os, sys
step, sent = int(sys.argv.pop(1)), int(sys.argv.pop(1))
known = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "shutil.rmtree"}

def counted(event, arguments):
    global step
    if event in known and any(".iacfix-" in str(each) for each in arguments):
        step -= 1
        if step == 0:
            os.kill(os.getpid(), sent)

sys.addaudithook(counted)
atexit.register(lambda: print(-step, file=sys.stderr))
from iacfix.__main__ import main
main()
"""
"""Runs iacfix until the step of that number in what it does to files that it stages, and says how many there are."""


@pytest.fixture
def before(project: Path) -> dict[Path, bytes]:
    """The files of a project that every command has something to write for."""
    for number in range(4):
        (project / f"{number:02}.py").write_text(ALARM)
    (project / "store.py").write_text(STORE)
    (project / "state.json").write_text(export(bucket("data", "data-1")))
    (project / "requirements.txt").write_text("pulumi-aws>=6,<7\n")
    (project / "iacfix.toml").write_text("provider-version = 7\n")
    assert iacfix("diff", "-q", "-o", "review.diff").returncode == 1
    return contents(project)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_whole_files_and_the_next_run_finishes_it(
    project: Path, before: dict[Path, bytes], name: str
) -> None:
    chance = random.Random(name)
    command = [sys.executable, "-m", "iacfix", *COMMANDS[name]]
    began = time.monotonic()
    done = finished(project, command)
    took = time.monotonic() - began
    for sent in SIGNALS * ROUNDS:
        met = False
        while not met:
            reset(project, before)
            with started(command) as process:
                time.sleep(took * chance.uniform(0.3, 1))
                met = process.poll() is None
                process.send_signal(sent)
            took *= 1.02 if met else 0.8  # the machine has more to do at times, and less
        is_whole(project, before, done, sent)
        is_finished(finished(project, command), done)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_while_it_writes_does_so_too(
    project: Path, before: dict[Path, bytes], name: str
) -> None:
    chance = random.Random(name)
    command = [sys.executable, "-m", "iacfix", *COMMANDS[name]]
    with started([sys.executable, "-c", STEPS, "0", "0", *COMMANDS[name]]) as process:
        steps = int(process.communicate()[1].splitlines()[-1])
    done = contents(project)
    for _ in range(ROUNDS):
        reset(project, before)
        sent, step = chance.choice(SIGNALS), chance.randint(1, steps)
        with started([sys.executable, "-c", STEPS, str(step), str(int(sent)), *COMMANDS[name]]) as process:
            process.communicate()
        assert process.returncode in (-signal.SIGKILL, 128 + signal.SIGTERM, 128 + signal.SIGINT)
        is_whole(project, before, done, sent)
        is_finished(finished(project, command), done)


def started(command: list[str]) -> subprocess.Popen[str]:
    """A shell in the background hands on that interrupts are ignored; this takes them again."""
    take = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=take)


def finished(project: Path, command: list[str]) -> dict[Path, bytes]:
    subprocess.run(command, capture_output=True, check=False)
    return contents(project)


def contents(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}


def reset(project: Path, before: dict[Path, bytes]) -> None:
    for path in contents(project):
        path.unlink()
    for path in project.iterdir():
        if path.name != ".git":
            path.rmdir()
    for path, data in before.items():
        path.write_bytes(data)


def is_whole(project: Path, before: dict[Path, bytes], done: dict[Path, bytes], sent: signal.Signals) -> None:
    """Each file is the old or the new one, a migration is there or not, and nothing stands beside it."""
    left = {path for path in project.rglob("*") if any(part.startswith(".iacfix-") for part in path.parts)}
    assert sent is signal.SIGKILL or not left
    now = {path: data for path, data in contents(project).items() if path not in left}
    assert all(data in (before.get(path), done[path]) for path, data in now.items())
    migration = [path for path in now if path.name in ("runbook.md", "import.json")]
    assert not migration or now.keys() == done.keys()


def is_finished(now: dict[Path, bytes], done: dict[Path, bytes]) -> None:
    """The next run wrote what the killed one did not. The list of an upgrade tells what its own run did: where the
    programs were there before the kill and the list was not, it is another one."""
    lists = {path for path in done if path.name == "list.md"}
    assert now.keys() == done.keys()
    assert all(now[path].startswith(b"# Upgrade to 7\n") for path in lists)
    assert {path: data for path, data in now.items() if path not in lists} == {
        path: data for path, data in done.items() if path not in lists
    }


def test_what_another_machine_or_a_running_process_left_stays(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    kept = [project / ".iacfix-00000000-1-0", project / ".iacfix-notes"]
    from iacfix.files.staging import staging

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
