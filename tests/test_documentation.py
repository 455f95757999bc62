"""The documentation: links lead somewhere, the site has a page for each rule, and what is told to be run can be run."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from cases_of import cases

from iacfix import __version__
from iacfix.registry import rules
from iacfix.reports.formats import FORMATS
from iacfix.rule import Rule

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        ROOT / "transforms" / "README.md",
        *ROOT.glob("*/README.md"),
    )
    if path.is_file()
)
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
PICTURE = ROOT / "docs" / "review.png"
NAMED = re.compile(r"`((?:iacfix|transforms|tests|benchmarks|examples)/(?:[^\s`]+\.py|[^\s`]*/))`")
"""Modules and folders of the repository."""


class Loaded(HTMLParser):
    """What a page has a browser load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "link") and given.get("rel") not in ("canonical", "prev", "next"):
            self.found += filter(None, (given.get("src"), given.get("href") if tag == "link" else None))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built without a warning."""
    folder = tmp_path_factory.mktemp("site")
    command = [TOOLS / "mkdocs", "build", "--strict", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_files_lead_to_one(path: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
        if path.name == "index.md" and target == "rules/index.md":
            continue  # which the site makes
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_that_a_page_names_are_there(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return  # which tells of what was there
    for name in NAMED.findall(path.read_text(encoding="utf-8")):
        assert list(ROOT.glob(re.sub(r"<[a-z_-]+>", "*", name))), name


def test_the_readme_names_every_rule_once() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Rules")[2].partition("\n## ")[0]
    rows = [row for row in table.splitlines() if row.startswith("|")]
    assert sorted(re.findall(r"`([a-z-]+)`", "\n".join(rows))) == sorted(rules())


def test_every_format_is_told_and_counted() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    told = page.partition("## Formats")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in told.splitlines() if row.startswith("| `")]
    assert re.findall(r"`([a-z-]+)`", "".join(rows)) == list(FORMATS)
    assert len(FORMATS) == 12
    assert "twelve formats" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_a_screen_or_two() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 110


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_every_rule_has_a_page_with_its_languages(rule: Rule, site: Path) -> None:
    page = (site / "rules" / rule.id / "index.html").read_text(encoding="utf-8")
    assert '<h2 id="why">' in page
    rewritten = {case.language for case in cases(rule.id) if case.before != case.after}
    assert {title for title in ("Python", "TypeScript", "Terraform") if f">{title}</label>" in page} == {
        {"py": "Python", "ts": "TypeScript", "hcl": "Terraform"}[each] for each in rewritten
    }
    assert rewritten or "only reported" in page
    assert bool(rewritten) == ("<td>reported only</td>" not in page)


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(rules())
    for page in pages:
        away = [each for each in Loaded(page.read_text(encoding="utf-8")).found if re.match(r"https?:|//", each)]
        assert away == [], page


def test_the_site_has_no_programs(site: Path) -> None:
    assert [path.name for path in site.rglob("*.py")] == []


def test_the_site_is_searched_for_rules(site: Path) -> None:
    found = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert all(f"rules/{rule}/" in found for rule in rules())


def test_the_picture_of_the_page_can_be_taken(tmp_path: Path) -> None:
    sys.path[:0] = [str(ROOT / "docs")]
    from pictures import HEIGHT, WIDTH, rendered, taken

    taken(rendered(tmp_path), tmp_path / "review.png")
    for picture in (tmp_path / "review.png", PICTURE):
        assert struct.unpack(">II", picture.read_bytes()[16:24]) == (WIDTH, HEIGHT)


def test_the_changes_begin_with_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == __version__


def test_a_release_is_tested_built_and_published_without_a_password() -> None:
    lint(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", RELEASE)
    lint(TOOLS / "zizmor", "--offline", "--quiet", RELEASE)
    jobs = yaml.safe_load(RELEASE.read_text())["jobs"]
    commands = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    assert commands[:2] == ["make test", "make dist"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert "password" not in RELEASE.read_text()


def test_what_a_release_publishes_is_built(tmp_path: Path) -> None:
    make = ["make", "--dry-run", "--no-print-directory", "dist", f"DIST={tmp_path}"]
    command = subprocess.run(make, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()[-1]
    assert command == f".venv/bin/python -m hatchling build --directory {tmp_path}"
    lint(sys.executable, *command.split()[1:])
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"iacfix-{__version__}-py3-none-any.whl", f"iacfix-{__version__}.tar.gz"]
    with zipfile.ZipFile(tmp_path / names[0]) as wheel:
        assert "iacfix_aws/unset_missing_data.py" in wheel.namelist()


@pytest.mark.parametrize("form", ["missed", "rule", "wrong-edit"])
def test_the_issue_forms_are_forms(form: str) -> None:
    path = ROOT / ".github" / "ISSUE_TEMPLATE" / f"{form}.yml"
    lint(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", path)


def lint(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
