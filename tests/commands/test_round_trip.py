"""A diff, taken in part, and what the next diff shows: whole programs through the commands."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program

PROGRAMS = [
    path for path in sorted(Path(__file__).parents[2].glob("examples/*/*/weak.*")) if path.parent.name != "clean"
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def iacfix_(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(program(), list(arguments), input=stdin)


def hunks_of(diff: str) -> tuple[str, list[str]]:
    """The head of a diff of one file, and its hunks."""
    head, *hunks = re.split(r"^(?=@@ )", diff, flags=re.MULTILINE)
    return head, hunks


def changed(hunks: list[str]) -> list[str]:
    """The lines that come and go, wherever they stand."""
    return [line for hunk in hunks for line in hunk.splitlines()[1:] if line[:1] in "+-"]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: "-".join(path.parts[-3:-1]))
def test_after_a_part_is_taken_the_next_diff_shows_the_rest(path: Path, project: Path) -> None:
    target = project / path.name
    text = path.read_text()
    target.write_text(text)
    copy_pins(path.parent, project)
    options = ["--unsafe-fixes"] if path.parent.name in ("pipeline-6", "full-bucket") else []
    assert iacfix_("diff", "-q", "-o", "review.diff", *options).exit_code == 1
    head, hunks = hunks_of((project / "review.diff").read_text())
    assert iacfix_("patch", "-q", "review.diff").exit_code == 0
    whole = target.read_text()
    taken = refused = 0
    for chosen in subsets(len(hunks)):
        target.write_text(text)
        result = iacfix_("patch", "-", stdin=head + "".join(hunks[at] for at in sorted(chosen)))
        if result.exit_code:
            assert result.exit_code == 2
            assert result.stderr.endswith("; nothing was written; put the hunks back that belong together\n")
            assert target.read_text() == text
            refused += 1
            continue
        taken += 1
        rest = iacfix_("diff", "-q", *options).stdout
        left = [hunk for at, hunk in enumerate(hunks) if at not in chosen]
        assert sorted(changed(hunks_of(rest)[1])) == sorted(changed(left))
        if rest:
            assert iacfix_("patch", "-q", "-", stdin=rest).exit_code == 0
        assert target.read_text() == whole
    assert taken + refused == 5
    assert taken or path.parent.name == "static-site"  # whose hunks all belong together


def copy_pins(example: Path, project: Path) -> None:
    """Without the provider's version, fixes that depend on it are unsafe."""
    for name in ("requirements.txt", "package.json"):
        if (example / name).exists():
            (project / name).write_text((example / name).read_text())


def subsets(count: int) -> list[set[int]]:
    """The ends alone, all but one of them, and some more; each costs several runs."""
    dice = random.Random(count)
    last = count - 1
    some = set(dice.sample(range(count), dice.randint(min(2, last), last)))
    return [{0}, {last}, set(range(1, count)), set(range(last)), some]


def test_a_hunk_without_the_one_it_needs_is_refused(project: Path) -> None:
    """Reads of the bucket's website move with the website: without them the origin would point nowhere."""
    (path,) = (path for path in PROGRAMS if path.parent.name == "static-site")
    target = project / path.name
    target.write_text(path.read_text())
    copy_pins(path.parent, project)
    head, hunks = hunks_of(iacfix_("diff", "-q").stdout)
    result = iacfix_("patch", "-", stdin=head + hunks[0])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "iacfix: error: stdin: weak.py: \"'domain_name': site_bucket.website_endpoint,\" would stay as it is; "
        "nothing was written; put the hunks back that belong together\n"
    )
    assert target.read_text() == path.read_text()


def test_a_hunk_that_a_person_rewrote_is_theirs(project: Path) -> None:
    (path,) = (path for path in PROGRAMS if path.parent.name == "static-site")
    target = project / path.name
    target.write_text(path.read_text())
    copy_pins(path.parent, project)
    head, hunks = hunks_of(iacfix_("diff", "-q").stdout)
    edited = hunks[0].replace("site_bucket_website = ", "site_bucket_website: object = ", 1)
    assert edited != hunks[0]
    assert iacfix_("patch", "-q", "-", stdin=head + edited).exit_code == 0
