"""gitignore patterns: what git itself says of them, and time that no pattern makes long."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from iacfix.files.gitignore import Patterns, patterns_in

NAMES = st.text(alphabet="ab.-", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PIECES = st.sampled_from(
    [
        *"ab.-",
        "/",
        "/",
        "*",
        "*",
        "**",
        "**/",
        "/**",
        "/**/",
        "?",
        "!",
        "#",
        "\\a",
        "\\*",
        "\\",
        " ",
        "\\ ",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-b]",
        "[]a]",
        "[[:alpha:]]",
        "[a",
        "[\\]a]",
        "[b-a]",
        "[-a]",
        "[a-]",
        "[[:x:]]",
        "[[a]",
    ]
)
LINES = st.lists(PIECES, min_size=1, max_size=6).map("".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ignored")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def ignored_by_git(repository: Path, line: str, paths: list[str]) -> set[str]:
    """Those that this very line is about, by name; folders above them are asked for by themselves."""
    (repository / ".gitignore").write_text(f"{line}\n")
    command = ["git", "-C", str(repository), "check-ignore", "--no-index", "-z", "-v", "-n", "--stdin"]
    asked = "".join(f"{path}\0" for path in paths)
    said = subprocess.run(command, input=asked, capture_output=True, text=True, check=False).stdout.split("\0")
    return {path for pattern, path in zip(said[2::4], said[3::4], strict=True) if pattern}


@settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=LINES, paths=st.lists(PATHS, min_size=6, max_size=12, unique=True))
def test_a_pattern_matches_what_git_matches(repository: Path, line: str, paths: list[str]) -> None:
    # Here git itself compares pointers into two texts with each other, and says one thing or the other.
    assume(not re.search(r"[^/*]\*\*+(/|$)", line.removeprefix("!").rstrip(" ")))
    patterns = Patterns(str(repository), (line,))

    def is_matched(path: str) -> bool:
        """The nearest of the path and the folders around it that the line is about, as git looks from the top."""
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            inner = "/".join(parts[:end])
            said = patterns.leave_out(os.path.join(repository, inner), end < len(parts))
            if said is not None and (said or end == len(parts)):
                return True
        return False

    assert {path for path in paths if is_matched(path)} == ignored_by_git(repository, line, paths)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a*a*a*a*a*b", "a" * 240),
        ("*a" * 25 + "*b", "a" * 240),
        ("**/a/" * 6 + "**/b", "a/" * 60 + "c"),
        ("a*" * 100_000, "a" * 240),
        ("[" * 100_000, "a"),
        ("**/" * 30_000, "a/" * 60),
    ],
    ids=["five stars", "25 stars", "six folders", "200 kB of stars", "100 kB of brackets", "30,000 folders"],
)
def test_no_pattern_takes_long(line: str, path: str) -> None:
    before = time.process_time()
    Patterns("/", (line,)).leave_out(f"/{path}", False)
    assert time.process_time() - before < 5


@pytest.mark.parametrize("kind", ["device", "fifo", "folder"])
def test_a_gitignore_that_is_no_regular_file_has_no_patterns(tmp_path: Path, kind: str) -> None:
    file = tmp_path / ".gitignore"
    if kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "fifo":
        os.mkfifo(file)
    else:
        file.mkdir()
    assert patterns_in(str(tmp_path), str(file)) == ()
