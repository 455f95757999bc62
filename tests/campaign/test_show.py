"""What a campaign shows: a page that works from disk, a table and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from browser import browser
from farm import bare, campaign
from playwright.sync_api import Browser, Page

from iacfix.campaign import page
from iacfix.campaign.folder import Campaign, begun, store
from iacfix.campaign.job import STATES, CheckOptions, JobResult
from iacfix.campaign.journal import Journal
from iacfix.campaign.overview import Overview, Row, overview
from iacfix.campaign.targets import LeftOut, Repository, Targets

HOSTILE = "local/<img src=x onerror=hacked=1>"
NAMES = ("github.com/acme/api", "github.com/acme/web10", "github.com/acme/web9", HOSTILE, "github.com/acme/new")
ANSWERS = {
    NAMES[0]: JobResult(
        "fixed",
        findings={"hardcoded-region": {"found": 3, "fixed": 1}, "unset-missing-data": {"found": 2, "fixed": 2}},
        refused={"two regions are meant": 2},
        pull_requests=("hardcoded-region", "unset-missing-data"),
        seconds=2.5,
        files={"review.html": b"<title>iacfix review of repository</title>", "report.json": b"{}"},
    ),
    NAMES[1]: JobResult("reported", findings={"hardcoded-region": {"found": 10, "fixed": 0}}, seconds=0.5),
    NAMES[2]: JobResult("clean", seconds=30.0),
    NAMES[3]: JobResult("failed", "cannot be cloned: </script><script>hacked = 1</script>"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign that was ended before its last repository."""
    place = tmp_path_factory.mktemp("shown") / "hardening"
    repositories = tuple(Repository(name, f"https://{name}") for name in NAMES)
    left_out = (LeftOut("https://github.com/acme/old", "is archived; --archived includes it"),)
    with begun(place, CheckOptions(), Targets(repositories, left_out)) as made:
        journal = Journal(place)
        for repository in repositories[:-1]:
            journal.began(repository.name)
            store(made, repository, ANSWERS[repository.name].files)
            journal.ended(repository.name, replace(ANSWERS[repository.name], files={}))
        journal.close()
    return place


def opened(folder: Path) -> Overview:
    made = json.loads((folder / "campaign.json").read_text())
    repositories = tuple(Repository(**each) for each in made["repositories"])
    return overview(
        Campaign(folder, CheckOptions(), Targets(repositories, tuple(LeftOut(**e) for e in made["left_out"])))
    )


def many(number: int) -> Overview:
    """As many repositories, in every state, with findings of eight rules."""
    rules = [f"rule-number-{at}" for at in range(8)]
    rows = [
        Row(
            name=f"github.com/acme/repository-{at}",
            address=f"https://github.com/acme/repository-{at}",
            state=STATES[at % len(STATES)],
            reason="cannot be cloned: the remote end hung up" if STATES[at % len(STATES)] == "failed" else None,
            page=f"repositories/github.com+acme+repository-{at}/review.html",
            findings={rule: {"found": at % 7 + 1, "fixed": at % 3} for rule in rules[at % 4 :: 2]},
            pull_requests=rules[at % 4 :: 2],
            errors=(),
            refused={f"reason number {at % 20}": 1},
            seconds=at % 1000 / 10,
            attempts=1,
            commit=None,
            same_as=None,
        )
        for at in range(number)
    ]
    return Overview("many", rows, ())


def test_the_table(folder: Path) -> None:
    done = campaign("show", folder)
    assert (done.returncode, done.stderr) == (0, f"the page is {folder}/index.html\n")
    assert done.stdout == (
        "state     findings  fixed  seconds  repository\n"
        "fixed            5      3      2.5  github.com/acme/api\n"
        "reported        10      0      0.5  github.com/acme/web10\n"
        "clean            0      0     30.0  github.com/acme/web9\n"
        "failed           0      0      0.0  local/<img src=x onerror=hacked=1>:"
        " cannot be cloned: </script><script>hacked = 1</script>\n"
        "open             0      0      0.0  github.com/acme/new\n"
        "\n"
        "repositories  findings  fixed  patches  rule\n"
        "           2        13      1        1  hardcoded-region\n"
        "           1         2      2        1  unset-missing-data\n"
        "\n"
        "findings  not fixed because\n"
        "       2  two regions are meant\n"
        "skipped: https://github.com/acme/old is archived; --archived includes it\n"
    )


def test_json(folder: Path) -> None:
    shown = json.loads(campaign("show", folder, "--json").stdout)
    assert shown["states"] == {"fixed": 1, "reported": 1, "clean": 1, "failed": 1, "open": 1}
    assert shown["rules"][0] == {
        "rule": "hardcoded-region",
        "repositories": 2,
        "found": 13,
        "fixed": 1,
        "patches": 1,
    }
    assert [each["name"] for each in shown["repositories"]] == list(NAMES)
    assert shown["repositories"][0]["page"] == "repositories/github.com+acme+api/review.html"
    assert shown["slowest"] == ["github.com/acme/web9", "github.com/acme/api", "github.com/acme/web10"]


def test_another_folder_is_none(tmp_path: Path) -> None:
    done = campaign("show", tmp_path)
    why = "is not a campaign folder; iacfix campaign run creates one"
    assert (done.returncode, done.stderr) == (2, f"iacfix: error: {tmp_path}: {why}\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"repositories": [], "left_out": [], "asked": []}'])
def test_a_broken_description_of_a_campaign_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "campaign.json").write_text(text)
    bare(tmp_path, "one", {"README.md": "one"})
    why = f"iacfix: error: {tmp_path}/out/campaign.json: cannot be read; name another folder\n"
    for words in (("run", tmp_path / "one.git", "-o", tmp_path / "out"), ("show", tmp_path / "out")):
        done = campaign(*words)
        assert (done.returncode, done.stderr) == (2, why)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What a page must not do; it is empty at the end."""
    found: list[str] = []
    yield found
    assert found == []


def visited(
    chromium: Browser, file: Path, troubles: list[str], theme: Literal["light", "dark"] = "light", width: int = 1280
) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, offline=True)
    context.set_default_timeout(20_000)
    shown = context.new_page()
    shown.on("console", lambda message: troubles.append(message.text))
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    shown.goto(file.as_uri())
    return shown


def shown_names(shown: Page) -> list[str]:
    rows = "rows => rows.filter(row => !row.hidden).map(row => row.cells[0].firstChild.textContent)"
    return shown.locator("#all tbody tr").evaluate_all(rows)


def written(folder: Path, made: Overview) -> Path:
    (folder / "index.html").write_text(page.document(made), encoding="utf-8")
    return folder / "index.html"


def test_filters(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    shown = visited(chromium, written(folder, opened(folder)), troubles)
    assert shown_names(shown) == list(NAMES)
    shown.locator("#by-name").fill("WEB")
    assert shown_names(shown) == ["github.com/acme/web10", "github.com/acme/web9"]
    shown.locator("#by-rule").select_option("hardcoded-region")
    assert shown_names(shown) == ["github.com/acme/web10"]
    assert shown.locator("#state").inner_text() == "1 of 5 shown"
    shown.locator("#clear").click()
    shown.locator("#by-state").select_option("failed")
    assert shown_names(shown) == [HOSTILE]
    assert shown.evaluate("typeof window.hacked") == "undefined"


def test_sorting(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    shown = visited(chromium, written(folder, opened(folder)), troubles)
    button = shown.get_by_role("button", name="Repository", exact=True)
    button.click()
    assert shown_names(shown) == [NAMES[0], NAMES[4], NAMES[2], NAMES[1], HOSTILE]
    button.press("Enter")
    assert shown_names(shown)[0] == HOSTILE
    shown.get_by_role("button", name="hardcoded-region").click()
    assert shown_names(shown)[:2] == [NAMES[1], NAMES[0]]
    assert shown.locator("[aria-sort=descending]").inner_text() == "hardcoded-region"
    shown.get_by_role("button", name="Seconds").click()
    assert shown_names(shown)[0] == NAMES[2]


def test_each_row_leads_to_its_review(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    shown = visited(chromium, written(folder, opened(folder)), troubles)
    shown.locator("#all a").first.click()
    shown.wait_for_url("**/review.html")
    assert shown.title() == "iacfix review of github.com/acme/api"


def test_without_scripts_all_can_be_read(chromium: Browser, folder: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    shown = context.new_page()
    shown.goto(written(folder, opened(folder)).as_uri())
    assert shown.locator("#all").get_by_text("cannot be cloned").is_visible()
    assert not shown.locator("#by-name").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_text_stands_out_and_nothing_hangs_over(
    chromium: Browser, folder: Path, troubles: list[str], theme: Literal["light", "dark"], width: int
) -> None:
    shown = visited(chromium, written(folder, many(20)), troubles, theme, width)
    assert shown.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert min(shown.evaluate(CONTRASTS)) >= 4.5
    states = """rows => rows.map(row => {
      row.style.contentVisibility = "visible";
      return row.cells[1].getBoundingClientRect().left;
    })"""
    assert len(set(shown.locator("#all tr").evaluate_all(states))) == 1  # also beside a long reason


@pytest.mark.parametrize(("number", "is_open"), [(8, True), (9, False)])
def test_many_rules_do_not_push_the_repositories_away(
    chromium: Browser, folder: Path, troubles: list[str], number: int, is_open: bool
) -> None:
    row = replace(many(1).rows[0], findings={f"rule-{at}": {"found": 1000, "fixed": 1} for at in range(number)})
    shown = visited(chromium, written(folder, Overview("many", [row], ())), troubles)
    table = shown.locator(".by-rule-table")
    assert table.is_visible() == is_open
    assert (
        shown.locator(".lead").inner_text()
        == f"1 repository: {number},000 findings, {number} fixed by 4 pull requests."
    )
    if not is_open:
        shown.get_by_text("Findings by rule (9 rules)").click()
        assert table.is_visible()


def test_heads_and_names_stay_in_sight(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    shown = visited(chromium, written(folder, many(200)), troubles, width=1024)
    head, name = shown.locator("#all thead th").last, shown.get_by_text("github.com/acme/repository-90", exact=True)
    name.evaluate("part => part.scrollIntoView({ block: 'center' })")
    shown.locator("#repositories").evaluate("part => { part.scrollLeft = 400; }")
    assert head.evaluate("part => part.getBoundingClientRect().bottom") > 0
    at = "part => document.elementFromPoint(60, part.getBoundingClientRect().top + 9).textContent"
    assert name.evaluate(at) == "github.com/acme/repository-90"


def test_empty_cells_are_those_of_their_rules(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    """Several beside each other are one cell; what is behind them stands below its rule."""
    made = many(40)
    shown = visited(chromium, written(folder, made), troubles)
    for rule in ("rule-number-0", "rule-number-3", "rule-number-7"):
        shown.locator("#by-rule").select_option(rule)
        assert shown_names(shown) == [row.name for row in made.rows if rule in row.findings]
    right = "(cells, edge) => cells.filter(cell => Math.abs(cell.getBoundingClientRect().right - edge) < 1).length"
    edge = shown.get_by_role("columnheader", name="rule-number-7").evaluate(
        "part => part.getBoundingClientRect().right"
    )
    assert shown.locator("#all tbody tr:not([hidden]) td").evaluate_all(right, edge) == len(shown_names(shown))


def test_five_thousand_open_fast(chromium: Browser, folder: Path, troubles: list[str]) -> None:
    shown = visited(chromium, written(folder, many(5_000)), troubles)
    took = "performance.getEntriesByType('navigation')[0].domComplete"
    assert shown.locator("#state").inner_text() == "5000 of 5000 shown"
    assert shown.evaluate(took) < 10_000  # about 1,500 where nothing else runs
    shown.locator("#by-name").fill("repository-4999")
    assert shown_names(shown) == ["github.com/acme/repository-4999"]


CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("h1, p, dt, dd, th, td, td span, a, summary, .about")].map((part) => {
    const text = light(getComputedStyle(part).color);
    return (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
  });
}"""
