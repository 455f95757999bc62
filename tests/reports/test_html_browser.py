"""The review page in a real Chromium, from disk and offline: chosen hunks are downloaded, applied and compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from browser import CACHE, browser
from html_pages import known, made_up, ran, subset, with_hunks
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from test_html import LOOKUPS, ODD, PAYLOADS

from iacfix.engine.run import repairs
from iacfix.files.hosting import HOSTS, HostedCommit
from iacfix.patches.diff import unified
from iacfix.reports.html import document
from iacfix.reports.html.page import page as page_with
from iacfix.result import Repairs

ROOT = Path(__file__).parents[2]
PYTHON, TYPESCRIPT = "infra/pipeline.py", "infra/pipeline.ts"
WHOLE = "document.styleSheets[0].insertRule('.hunk { content-visibility: visible !important }', 0)"
"""Lays out the hunks off the screen too: elsewhere an inner text is empty, before the first frame in every hunk."""
GITHUB = HostedCommit("https://github.com/acme/infra/blob/0c5a/", HOSTS[0], frozenset())
SIZES = {"desk": (1280, 900), "wide": (1680, 1000), "phone": (360, 740), "smallest": (320, 640)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@dataclass
class Visit:
    """An open page, and everything it must not do."""

    page: Page
    scripts: bool
    other: Callable[[str], Visit]
    troubles: list[str] = field(default_factory=list[str])
    requests: list[str] = field(default_factory=list[str])
    answers: list[str] = field(default_factory=list[str])

    def state(self) -> str:
        return self.page.locator("#state").inner_text()

    def shown(self) -> list[int]:
        """The numbers of the hunks that are not filtered out."""
        every = self.page.locator(".hunk").all()
        return [int(hunk.get_attribute("data-number") or 0) for hunk in every if hunk.is_visible()]

    def rejected(self) -> list[int]:
        return self._answered("reject")

    def accepted(self) -> list[int]:
        return self._answered("accept")

    def _answered(self, answer: str) -> list[int]:
        script = (
            "(all, answer) => all.filter(one => one.querySelector('.' + answer).checked)"
            ".map(one => Number(one.dataset.number))"
        )
        return self.page.locator(".hunk").evaluate_all(script, answer)

    def accept_all(self) -> Visit:
        self.page.locator("#accept").click()
        return self

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.id")

    def downloaded(self, press: str = "") -> str:
        with self.page.expect_download() as waiting:
            self.page.keyboard.press(press) if press else self.page.locator("#download").click()
        assert waiting.value.suggested_filename == "review.diff"
        return waiting.value.path().read_bytes().decode("utf-8")


Open: TypeAlias = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page from disk; at the end nothing may have been asked for but the page, and nothing have gone wrong."""
    visits: list[tuple[Visit, str]] = []

    def opened(
        text: str,
        size: str = "desk",
        theme: Literal["light", "dark"] = "light",
        *,
        scripts: bool = True,
        before: str = "",
    ) -> Visit:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            offline=True,
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        context.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation',"
            f" event => window.violations.push(event.blockedURI + ' ' + event.violatedDirective)); {before}"
        )
        return in_tab(context, text, scripts)

    def in_tab(context: BrowserContext, text: str, scripts: bool) -> Visit:
        file = tmp_path / f"page {len(visits)}.html"
        file.write_bytes(text.encode("utf-8"))
        seen = Visit(context.new_page(), scripts, lambda text: in_tab(context, text, scripts))
        seen.page.on("console", lambda message: seen.troubles.append(message.text))
        seen.page.on("pageerror", lambda error: seen.troubles.append(str(error)))
        seen.page.on("dialog", lambda dialog: answered(seen, dialog))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        visits.append((seen, file.as_uri()))
        seen.page.goto(file.as_uri())
        return seen

    def answered(seen: Visit, dialog: Dialog) -> None:
        if not seen.answers:
            seen.troubles.append(dialog.message)
        dialog.accept() if seen.answers and seen.answers.pop(0) == "accept" else dialog.dismiss()

    yield opened
    for seen, address in visits:
        assert [url for url in seen.requests if not url.startswith("blob:")] == [address]
        assert seen.troubles == []
        if seen.scripts:
            assert seen.page.evaluate("[window.violations, typeof window.hacked]") == [[], "undefined"]
    for context in {seen.page.context for seen, _ in visits}:
        context.close()


@dataclass(frozen=True)
class Project:
    """A scratch repository with a program of each language, and its page."""

    root: Path
    texts: dict[str, str]
    hunks: list[tuple[str, str]]
    page: str
    printed: str
    """What `iacfix diff` prints."""

    @property
    def title(self) -> str:
        """Of the page, in Markdown."""
        return re.findall("<title>(.*)</title>", self.page)[0].replace("_", r"\_")

    def with_hunks(self, taken: set[int]) -> dict[str, str]:
        """The texts with exactly these hunks of the printed diff."""
        return {
            name: with_hunks(
                before,
                [
                    hunk.split("\n")[:-1]
                    for at, (path, hunk) in enumerate(self.hunks, 1)
                    if path == name and at in taken
                ],
            )
            for name, before in self.texts.items()
        }


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("reviewed")
    (root / ".git").mkdir()
    (root / "infra").mkdir()
    for name, source in {PYTHON: "python/data-lake/weak.py", TYPESCRIPT: "typescript/pipeline/weak.ts"}.items():
        shutil.copy(ROOT / "examples" / source, root / name)
    done = ran(root)
    page = document(done, repairs(done))
    printed = {each.path: unified(each.path, each.before, each.after, touched=each.touched) for each in done.outcomes}
    hunks = [(name, hunk) for name, diff in printed.items() for hunk in re.split(r"(?m)^(?=@@ )", diff)[1:]]
    return Project(root, {each.path: each.before for each in done.outcomes}, hunks, page, "".join(printed.values()))


@pytest.fixture
def project(reviewed: Project, tmp_path: Path) -> Project:
    """A copy of the repository that a test may change."""
    shutil.copytree(reviewed.root, tmp_path / "copy")
    return Project(tmp_path / "copy", reviewed.texts, reviewed.hunks, reviewed.page, reviewed.printed)


def applied(project: Project, patch: str) -> dict[str, str]:
    """The texts after `iacfix patch`."""
    (project.root / "review.diff").write_bytes(patch.encode("utf-8"))
    command = [sys.executable, "-m", "iacfix", "patch", "review.diff"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return {name: (project.root / name).read_bytes().decode("utf-8") for name in project.texts}


def test_reject_a_hunk_with_the_keyboard_download_apply_and_compare(visit: Open, project: Project) -> None:
    total = len(project.hunks)
    seen = visit(project.page).accept_all()
    assert seen.state() == f"{total} of {total} accepted"
    seen.page.evaluate("document.activeElement.blur()")
    seen.page.keyboard.press("j")
    assert seen.focused() == "hunk-1"
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("x")
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("k")
    assert (seen.focused(), seen.rejected()) == ("hunk-2", [2])
    assert seen.state() == f"{total - 1} of {total} accepted, 1 rejected"
    taken = set(range(1, total + 1)) - {2}
    patch = seen.downloaded("d")
    assert patch == subset(project.page, taken)
    assert applied(project, patch) == project.with_hunks(taken)


def test_nothing_is_decided_at_first_and_what_is_undecided_stays_out(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    total = len(project.hunks)
    assert (seen.accepted(), seen.rejected()) == ([], [])
    assert seen.state() == f"0 of {total} accepted, {total} undecided"
    assert seen.page.get_by_role("button", name="Nothing accepted").is_disabled()
    assert seen.page.locator("#open").is_hidden()
    alone = next(one["hunks"][0] for one in known(project.page)["findings"] if len(one["hunks"]) == 1)
    seen.page.locator(f"#hunk-{alone} .accept").check()
    other = alone % total + 1
    seen.page.locator(f"#hunk-{other} .reject").check()
    assert seen.state() == f"1 of {total} accepted, 1 rejected, {total - 2} undecided"
    assert seen.page.locator("#open").inner_text() == "Undecided hunks are left out of the patch, like rejected ones."
    assert applied(project, seen.downloaded()) == project.with_hunks({alone})


def test_a_hunk_has_three_states(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.keyboard.press("j")
    states: list[str] = []
    for key in ("a", "x", "u", "Space", "Space", "Space", "x", "a"):
        seen.page.keyboard.press(key)
        states.append("accepted" if seen.accepted() else "rejected" if seen.rejected() else "undecided")
    assert states == ["accepted", "rejected", "undecided"] * 2 + ["rejected", "accepted"]
    title = "getComputedStyle(document.querySelector('#hunk-1 h3'), '::after').content"
    assert seen.page.evaluate(title) == '" accepted"'
    seen.page.locator("#hunk-1 .reject").check()
    assert (seen.accepted(), seen.rejected()) == ([], [1])
    seen.page.locator("#hunk-1 .reject").uncheck()
    assert (seen.accepted(), seen.rejected()) == ([], [])


def test_everything_accepted_is_the_printed_diff(visit: Open, project: Project) -> None:
    seen = visit(project.page).accept_all()
    assert seen.downloaded() == project.printed


def test_the_hunks_of_a_finding_go_together(visit: Open, project: Project) -> None:
    seen = visit(project.page).accept_all()
    finding = seen.page.locator("[data-reject]").first
    finding.click()
    rejected = seen.rejected()
    assert rejected
    left = set(range(1, len(project.hunks) + 1)) - set(rejected)
    assert seen.page.locator("#apart").is_hidden()
    assert applied(project, seen.downloaded()) == project.with_hunks(left)
    seen.page.locator("[data-accept]").first.click()
    assert seen.rejected() == []


def test_half_a_fix_is_warned_of_and_refused(visit: Open, project: Project) -> None:
    """The lookup is what the hunks below it need."""
    seen = visit(project.page).accept_all()
    findings = known(project.page)["findings"]
    several = [finding["hunks"] for finding in findings if len(finding["hunks"]) > 1]
    lookup = max(
        {number for hunks in several for number in hunks}, key=lambda one: sum(one in hunks for hunks in several)
    )
    users = sorted({number for hunks in several if lookup in hunks for number in hunks} - {lookup})
    seen.page.locator(f"#hunk-{lookup} .accept").uncheck()
    warning = seen.page.locator("#apart").inner_text()
    assert warning == "May not apply without hunks that are not accepted: " + ", ".join(
        f"hunk {number}" for number in users
    )
    beside = seen.page.locator(f"#hunk-{users[0]} .apart").text_content()
    assert beside == f"May not apply: it belongs together with hunk {lookup}, not accepted."
    (project.root / "review.diff").write_text(seen.downloaded())
    command = [sys.executable, "-m", "iacfix", "patch", "review.diff"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True)
    assert done.returncode == 2
    assert "nothing was written; put the hunks back that belong together" in done.stderr
    assert {name: (project.root / name).read_text() for name in project.texts} == project.texts


def test_a_lookup_stays_as_long_as_something_needs_it(visit: Open, tmp_path: Path) -> None:
    """Hunk 1 is the lookup, 2 and 3 use it; 3 holds the fix of an alarm as well."""
    (tmp_path / ".git").mkdir()
    alarm = (
        'aws.cloudwatch.MetricAlarm("a", comparison_operator="GreaterThanThreshold", evaluation_periods=1, '
        'metric_name="Errors", namespace="AWS/Lambda", threshold=1)\n'
    )
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (tmp_path / "infra.py").write_text(LOOKUPS + alarm)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    done = ran(tmp_path / "infra.py")
    seen = visit(document(done, repairs(done))).accept_all()
    assert [seen.page.locator(f"#hunk-{number} h4").all_text_contents() for number in (1, 2, 3)] == [
        ["medium hardcoded-region"],
        ["medium hardcoded-region"],
        ["medium hardcoded-region", "medium unset-missing-data"],
    ]
    seen.page.locator("#hunk-1 .accept").uncheck()
    assert seen.state() == "2 of 3 accepted, 1 undecided, 2 may not apply"
    seen.page.locator("#hunk-1 .accept").check()
    seen.page.locator("#hunk-3 [data-reject]").click()
    assert (seen.rejected(), seen.state()) == ([3], "2 of 3 accepted, 1 rejected")
    seen.page.locator("#hunk-2 [data-reject]").click()
    assert seen.rejected() == [1, 2, 3]
    seen.page.locator("#hunk-3 [data-accept]").click()
    assert (seen.rejected(), seen.state()) == ([2], "2 of 3 accepted, 1 rejected")


def test_filters(visit: Open, project: Project) -> None:
    seen = visit(project.page).accept_all()
    total = len(project.hunks)
    findings = known(project.page)["findings"]
    names = list(project.texts)
    for choice, values in {"rule": {one["rule"] for one in findings}, "severity": {"high", "medium", "low"}}.items():
        for value in sorted(values):
            seen.page.locator(f"#by-{choice}").select_option(value)
            wanted = sorted({number for one in findings if one[choice] == value for number in one["hunks"]})
            assert seen.shown() == wanted
            assert seen.state() == f"{total} of {total} accepted" + (
                f", {len(wanted)} shown" if len(wanted) < total else ""
            )
        seen.page.locator(f"#by-{choice}").select_option("")
    for name in names:
        seen.page.locator("#by-file").fill(f" {name[-6:].upper()}")
        assert seen.shown() == [number for number, (path, _) in enumerate(project.hunks, 1) if path == name]
    seen.page.locator("#by-file").fill(PYTHON)
    seen.page.locator("#by-severity").select_option("high")
    shown = seen.shown()
    assert 0 < len(shown) < total
    seen.page.get_by_role("button", name="Reject shown").click()
    assert seen.rejected() == shown
    assert seen.downloaded() == subset(project.page, set(range(1, total + 1)) - set(shown)), (
        "hidden hunks stay accepted"
    )
    seen.page.get_by_role("button", name="Accept shown").click()
    assert seen.rejected() == []
    seen.page.get_by_role("button", name="Clear filters").click()
    assert (len(seen.shown()), seen.focused()) == (total, "by-rule")
    assert seen.page.locator("#clear").is_hidden()


def test_a_rule_of_the_table_leads_to_its_hunks(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.locator("#by-severity").select_option("low")
    seen.page.locator("header").get_by_role("link", name="hardcoded-region").click()
    wanted = {n for one in known(project.page)["findings"] if one["rule"] == "hardcoded-region" for n in one["hunks"]}
    assert seen.shown() == sorted(wanted)
    assert seen.page.locator("#by-rule").input_value() == "hardcoded-region"
    assert seen.page.evaluate("document.querySelector('main').getBoundingClientRect().top < innerHeight")


def test_what_is_decided_is_a_filter_and_hides_nothing_by_itself(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    every = list(range(1, len(project.hunks) + 1))
    seen.page.locator("#hunk-1 .accept").check()
    seen.page.locator("#hunk-2 .reject").check()
    choice = seen.page.locator("#by-decision")
    for decision, wanted in {"accepted": [1], "rejected": [2], "undecided": every[2:]}.items():
        choice.select_option(decision)
        assert seen.shown() == wanted
        assert not any(one.is_visible() for one in seen.page.locator(".left").all()), "nobody decides these"
    seen.page.locator("#hunk-3 .accept").check()
    assert seen.shown() == every[2:]
    choice.select_option("")
    choice.select_option("undecided")
    assert seen.shown() == every[3:]


def test_the_files_are_listed_with_how_far_each_is(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    counts = [sum(path == name for path, _ in project.hunks) for name in project.texts]
    items = seen.page.locator(".files li")
    assert items.all_inner_texts() == [
        f"{name}\n0 of {count}" for name, count in zip(project.texts, counts, strict=True)
    ]
    summary = seen.page.locator(".files summary")
    assert summary.inner_text() == "2 files, 0 of 2 decided"
    seen.page.locator("#hunk-1 .reject").check()
    assert items.first.inner_text() == f"{PYTHON}\n1 of {counts[0]}"
    assert seen.page.locator("#file-0 .heading .progress").inner_text() == f"1 of {counts[0]}"
    seen.page.locator("#by-file").fill("pipeline.py")
    assert [item.is_visible() for item in items.all()] == [True, False]
    seen.page.get_by_role("button", name="Accept shown").click()
    assert summary.inner_text() == "2 files, 1 of 2 decided"
    seen.page.locator("#by-file").fill("")
    seen.page.get_by_role("link", name=TYPESCRIPT).click()
    assert seen.page.evaluate("document.querySelector('#file-1').getBoundingClientRect().top < 200")


def test_the_next_undecided_hunk(visit: Open, project: Project) -> None:
    """From where one is, then from the top, among those that are shown."""
    seen = visit(project.page)
    total = len(project.hunks)
    seen.page.locator("#hunk-2 .accept").check()
    seen.page.locator("#hunk-1").focus()
    seen.page.keyboard.press("n")
    assert seen.focused() == "hunk-3"
    for number in range(3, total + 1):
        seen.page.locator(f"#hunk-{number} .reject").check()
    seen.page.get_by_role("button", name="Next undecided").click()
    assert seen.focused() == "hunk-1"
    seen.page.keyboard.press("a")
    assert seen.page.get_by_role("button", name="Next undecided").is_disabled()
    seen.page.keyboard.press("n")
    assert seen.focused() == "hunk-1"


def test_the_heading_of_a_file_stays_in_sight(visit: Open, project: Project) -> None:
    """Below the bar, where that stays too, and above the hunk that has the focus."""
    for size in ("desk", "wide", "phone"):
        seen = visit(project.page, size)
        seen.page.keyboard.press("j")
        seen.page.keyboard.press("j")
        assert seen.focused() == "hunk-2"
        seen.page.wait_for_function(
            """() => {
              const box = (place) => document.querySelector(place).getBoundingClientRect();
              const heading = box("#file-0 .heading");
              const is_below_the_bar = Math.abs(heading.top - Math.max(box(".bar").bottom, 0)) <= 1;
              return is_below_the_bar && Math.abs(box("#hunk-2").top - heading.bottom) < 30;
            }"""
        )


def test_files_and_hunks_fold(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    first = sum(path == PYTHON for path, _ in project.hunks)

    def unfolded() -> list[int]:
        return [number for number in seen.shown() if seen.page.locator(f"#hunk-{number} .body").is_visible()]

    every = unfolded()
    seen.page.get_by_role("button", name="Fold hunk 1", exact=True).click()
    assert (unfolded(), seen.shown()) == (every[1:], every)
    seen.page.locator("#hunk-1").focus()
    seen.page.keyboard.press("o")
    assert unfolded() == every
    seen.page.keyboard.press("O")
    assert unfolded() == every[first:]
    folded = seen.page.get_by_role("button", name=f"Fold {PYTHON}")
    assert folded.get_attribute("aria-expanded") == "false"
    assert folded.evaluate("button => button === document.activeElement")
    seen.page.keyboard.press("j")
    assert seen.focused() == f"hunk-{first + 1}", "what is folded is passed over"
    seen.page.get_by_role("link", name=PYTHON).click()
    assert unfolded() == every
    seen.page.get_by_role("button", name="Fold all files").click()
    assert unfolded() == []
    seen.page.keyboard.press("n")
    assert seen.focused() == "hunk-1"
    assert unfolded() == every[:first]
    seen.page.get_by_role("button", name="Fold all files").click()
    seen.page.get_by_role("button", name="Unfold all files").click()
    assert unfolded() == every


def test_what_is_folded_is_printed(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.get_by_role("button", name="Fold all files").click()
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#hunk-1 .code").is_visible()
    reasons = seen.page.locator(".reason details:not([open])")
    assert reasons.count() > 0
    assert all(one.locator("p").first.is_visible() for one in reasons.all())
    assert not any(seen.page.locator(one).first.is_visible() for one in (".bar", ".panel", ".fold", ".choice"))


def test_comments_are_copied_as_markdown(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.page.locator("#hunk-2").focus()
    seen.page.keyboard.press("c")
    seen.page.keyboard.type("Why not a\nreplica?")
    seen.page.keyboard.press("Escape")
    assert seen.focused() == "hunk-2"
    seen.page.keyboard.press("x")
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("x")
    seen.page.get_by_role("button", name="Comment on hunk 1", exact=True).click()
    seen.page.keyboard.type(" jx ")
    seen.page.get_by_role("button", name="Copy as Markdown on hunk 1", exact=True).click()
    wanted = [markdown(project, number) for number in (1, 2, 3)]
    clipboard = "navigator.clipboard.readText()"
    assert seen.page.evaluate(clipboard) == f"- {wanted[0]}: jx\n"
    seen.page.get_by_role("button", name="Copy review as Markdown").click()
    seen.page.get_by_text("Copied", exact=True).wait_for()
    total = len(project.hunks)
    assert seen.page.evaluate(clipboard) == (
        f"**{project.title}**: 0 of {total} accepted, 2 rejected, {total - 2} undecided\n\n"
        f"- {wanted[0]}: jx\n- {wanted[1][:-1]}, rejected): Why not a\n  replica?\n- {wanted[2][:-1]}, rejected)\n"
    )
    seen.page.locator("#by-decision").select_option("commented")
    assert seen.shown() == [1, 2]
    again = seen.other(project.page)
    boxes = again.page.locator(".comment textarea")
    assert [box.input_value() for box in boxes.all() if box.is_visible()] == [" jx ", "Why not a\nreplica?"]
    again.answers = ["accept"]
    again.page.get_by_role("button", name="Start over").click()
    assert [box.input_value() for box in boxes.all()] == [""] * total
    assert not boxes.first.is_visible()


def markdown(project: Project, number: int) -> str:
    """A hunk as a review names it: the first line that changes, and the rules."""
    name, printed = project.hunks[number - 1]
    lines = printed.split("\n")
    start = int(lines[0].split()[1].removeprefix("-").partition(",")[0])
    first = start + next(at for at, line in enumerate(lines[1:]) if line[:1] in "+-")
    rules = dict.fromkeys(one["rule"] for one in known(project.page)["findings"] if number in one["hunks"])
    return f"`{name}:{first}` ({', '.join(f'`{rule}`' for rule in rules)})"


def test_what_is_copied_leads_to_the_host(visit: Open) -> None:
    github = replace(GITHUB, names=frozenset({"a (1).py"}))
    seen = visit(page_with(made_up({"a (1).py": ("a = 1\n", "a = 2\n")}), Repairs(), github))
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = "https://github.com/acme/infra/blob/0c5a/a%20%281%29.py#L1"
    assert seen.page.get_by_role("link", name="line 1", exact=True).get_attribute("href") == address
    seen.page.locator("#hunk-1").focus()
    seen.page.keyboard.press("x")
    seen.page.keyboard.press("m")
    seen.page.get_by_text("Copied", exact=True).wait_for()
    assert f"- [`a (1).py:1`]({address}) (`odd-rule`, rejected)\n" in seen.page.evaluate(
        "navigator.clipboard.readText()"
    )


def test_where_nothing_may_be_copied_the_text_is_shown(visit: Open) -> None:
    page = document(made_up({"a`b.py": ("a = 1\n", "a = 2\n")}, rule="``odd"), Repairs())
    seen = visit(page, before="Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    seen.page.locator("#hunk-1 .reject").check()
    seen.page.keyboard.press("m")
    dialog = seen.page.get_by_role("dialog", name="Review as Markdown")
    wanted = "**iacfix review**: 0 of 1 accepted, 1 rejected\n\n- ``a`b.py:1`` (``` ``odd ```, rejected)\n"
    assert dialog.get_by_role("textbox").input_value() == wanted
    assert seen.page.evaluate("String(getSelection())") == wanted
    dialog.get_by_role("button", name="Close").click()
    assert dialog.count() == 0


def test_a_filter_that_nothing_matches_can_be_undone(visit: Open) -> None:
    one, other = (made_up({f"{name}.py": ("a = 1\n", "a = 2\n")}, rule=name) for name in ("one", "other"))
    both = replace(one, tasks=one.tasks + other.tasks, outcomes=one.outcomes + other.outcomes, files=2)
    seen = visit(document(both, Repairs()))
    seen.page.locator("#by-file").fill("other.py")
    seen.page.locator("#by-rule").select_option("one")
    assert (seen.shown(), seen.page.locator("main").inner_text()) == ([], "Nothing matches the filter. Show all")
    seen.page.get_by_role("button", name="Show all").click()
    assert (seen.shown(), seen.focused()) == ([1, 2], "by-rule")


def test_nothing_accepted_is_no_download(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.get_by_role("button", name="Reject all").click()
    assert seen.page.get_by_role("button", name="Nothing accepted").is_disabled()
    seen.page.keyboard.press("d")
    assert seen.requests[1:] == []
    seen.page.get_by_role("button", name="Accept all").click()
    assert seen.rejected() == []


def test_both_views(visit: Open) -> None:
    before = "".join(f"line {number}\n" for number in range(9))
    after = before.replace("line 4\n", "line four\nand more\n")
    seen = visit(document(made_up({"a.py": (before, after)}), Repairs()))

    def box(selector: str) -> dict[str, float]:
        found = seen.page.locator(selector).first.bounding_box()
        assert found, f"{selector} is not shown"
        return {**found}

    assert seen.page.get_by_role("radio", name="Unified").is_checked()
    assert box(".line.add")["y"] >= box(".line.del")["y"] + box(".line.del")["height"] - 1
    assert seen.page.locator(".again").first.is_hidden()
    seen.page.keyboard.press("v")
    assert seen.page.get_by_role("radio", name="Side by side").is_checked()
    removed, added, gap = box(".line.del"), box(".line.add"), box(".gap.del")
    assert removed["y"] == added["y"]
    assert removed["x"] + removed["width"] == pytest.approx(added["x"], abs=1)
    assert gap["y"] == pytest.approx(removed["y"] + removed["height"], abs=1)
    assert [one.bounding_box()["y"] for one in seen.page.locator(".same:not(.again)").all()] == pytest.approx(
        [one.bounding_box()["y"] for one in seen.page.locator(".again").all()]
    )
    marks = seen.page.locator("mark").all_text_contents()
    assert marks == ["4", "four"]


@pytest.mark.parametrize("size", ["phone", "smallest"])
def test_a_phone_shows_everything_in_its_width(visit: Open, project: Project, size: str) -> None:
    long = "x" * 5000 + " " + "y " * 3000
    hostile = document(made_up({f"{'deep/' * 60}a.py": ("a = 1\n", f"a = '{long}'\n")}, rule="r" * 300), Repairs())
    for page in (project.page, hostile):
        seen = visit(page, size)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        seen.page.evaluate(WHOLE)
        cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
        assert seen.page.locator("code, p, h1, h2, h3, h4, h5, li, td, th").evaluate_all(cut) == []
        assert seen.page.get_by_role("radio").count() == 0, "there is no room for two columns"
        seen.page.keyboard.press("j")
        assert seen.focused() == "hunk-1"


def test_a_phone_leaves_out_the_indentation_that_all_lines_have(visit: Open) -> None:
    page = document(made_up({"a.py": ("        a(\n            1,\n", "        a(\n            2,\n")}), Repairs())
    for size, indent in {"phone": 0, "desk": 8}.items():
        seen = visit(page, size)
        seen.page.evaluate(WHOLE)
        lines = seen.page.locator(".line:not(.again) code").all_inner_texts()
        assert lines == [" " * indent + line for line in ("a(", "    1,", "    2,")]


def test_the_keys_are_told_and_can_be_switched_off(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.keyboard.press("?")
    assert seen.page.get_by_role("dialog", name="Shortcuts and help").is_visible()
    assert seen.focused() == "help-close"
    seen.page.get_by_label("Enable shortcuts").uncheck()
    seen.page.keyboard.press("Escape")
    assert seen.page.get_by_role("dialog").count() == 0
    seen.page.keyboard.press("x")
    seen.page.keyboard.press("j")
    assert (seen.rejected(), seen.accepted(), seen.focused()) == ([], [], "")


def test_what_was_decided_is_kept_for_this_patch(visit: Open, project: Project) -> None:
    seen = visit(project.page).accept_all()
    for number in (1, 3):
        seen.page.locator(f"#hunk-{number} .reject").check()
    seen.page.locator("#hunk-2 .accept").uncheck()
    again = seen.other(project.page)
    assert (again.rejected(), 2 in again.accepted()) == ([1, 3], False)
    assert again.state().startswith(
        f"{len(project.hunks) - 3} of {len(project.hunks)} accepted, 2 rejected, 1 undecided"
    )
    assert again.downloaded() == subset(project.page, set(range(1, len(project.hunks) + 1)) - {1, 2, 3})
    changed = document(made_up({PYTHON: ("a = 1\n", "a = 2\n")}), Repairs())
    assert seen.other(changed).state() == "0 of 1 accepted, 1 undecided", "another patch begins anew"


def test_two_tabs_of_a_page_decide_together(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    other = seen.other(project.page)
    other.page.locator("#hunk-2 .accept").check()
    seen.page.locator("#hunk-2 .accept:checked").wait_for()
    assert seen.accepted() == [2]


def test_a_review_is_started_over(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    start_over = seen.page.get_by_role("button", name="Start over")
    assert start_over.is_disabled()
    seen.accept_all()
    seen.answers = ["dismiss", "accept"]
    start_over.click()
    assert len(seen.accepted()) == len(project.hunks)
    start_over.click()
    assert (seen.accepted(), start_over.is_disabled()) == ([], True)
    assert seen.page.evaluate("localStorage.length") == 0
    assert seen.other(project.page).accepted() == []


def test_fifty_reviews_are_kept(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.evaluate(
        "for (let at = 0; at < 60; at++) localStorage.setItem(`iacfix review ${at}`, JSON.stringify({ at }))"
    )
    seen.page.evaluate("localStorage.setItem('of another page', 'mine')")
    keys = "Object.keys(localStorage).map(key => key.replace('iacfix review ', ''))"
    assert {*seen.other(project.page).page.evaluate(keys)} == {"of another page", *map(str, range(10, 60))}


def test_a_browser_that_keeps_nothing_is_no_trouble(visit: Open, project: Project) -> None:
    seen = visit(project.page, before="Object.defineProperty(window, 'localStorage', { get() { throw Error() } })")
    assert len(seen.accept_all().accepted()) == len(project.hunks)


def test_a_phone_numbers_context_and_removed_lines_alike(visit: Open) -> None:
    """The old number, as the heading of the hunk counts; what is added has none there."""
    page = document(made_up({"a.py": ("a = 1\nb = 2\nc = 3\n", "new = 0\na = 1\nb = 4\nc = 3\n")}), Repairs())
    seen = visit(page, "phone")
    seen.page.evaluate(WHOLE)
    shown = (
        "all => all.map(one => ['before', 'after'].map(side => getComputedStyle(one, '::' + side))"
        ".filter(style => style.display !== 'none').map(style => style.content.replaceAll('\"', '')).join())"
    )
    assert seen.page.locator(".line:not(.again)").evaluate_all(shown) == ["", "1", "2", "", "3"]


def test_a_rejected_hunk_keeps_its_colours(visit: Open) -> None:
    seen = visit(document(made_up({"a.py": ("a = 1\n", "a = 2\n")}), Repairs()))
    seen.page.evaluate(WHOLE)
    colours = "all => all.map(one => getComputedStyle(one).backgroundColor)"
    before = seen.page.locator(".line").evaluate_all(colours)
    seen.page.locator("#hunk-1 .reject").check()
    assert seen.page.locator(".line").evaluate_all(colours) == before


def test_typing_in_a_filter_is_no_command(visit: Open, project: Project) -> None:
    seen = visit(project.page)
    seen.page.keyboard.press("/")
    assert seen.focused() == "by-rule"
    for _ in range(3):
        seen.page.keyboard.press("x")
        seen.page.keyboard.press("d")
        seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("j")
    assert seen.page.locator("#by-file").input_value() == "j"
    assert (seen.rejected(), seen.requests[1:]) == ([], [])


def test_without_the_mouse(visit: Open, project: Project) -> None:
    """Tab leads to everything, in the order it stands in; the first stop skips what is above the hunks."""
    seen = visit(project.page)
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    assert seen.focused() == "hunks"
    for _ in range(4):  # two buttons that fold, and the comment
        seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Space")
    assert seen.accepted() == [1]
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Space")
    assert (seen.accepted(), seen.rejected()) == ([], [1])


def test_without_scripts_everything_can_be_read(visit: Open, project: Project) -> None:
    seen = visit(project.page, scripts=False)
    assert len(seen.page.locator(".hunk .code").all()) == len(project.hunks)
    assert all(hunk.is_visible() for hunk in seen.page.locator(".hunk").all())
    assert seen.page.locator("noscript").is_visible()
    assert [one for one in seen.page.locator(".scripted").all() if one.is_visible()] == []
    assert seen.page.locator(".again").first.is_hidden()
    seen.page.get_by_role("radio", name="Side by side").check()
    assert seen.page.locator(".again").first.is_visible()


def test_hostile_texts_stay_texts(visit: Open) -> None:
    files = {
        f"{number}{payload}.py".replace("\0", ""): (f"# {payload}\na = 1\n", f"# {payload}\na = '{payload}'\n")
        for number, payload in enumerate([*PAYLOADS, ODD])
    }
    everything = " ".join([*PAYLOADS, ODD])
    seen = visit(document(made_up(files, message=everything, rule=everything, errors=[everything]), Repairs()))
    assert seen.shown() == list(range(1, len(files) + 1))
    for name in ("rule", "severity"):
        seen.page.locator(f"#by-{name}").select_option(index=1)
    seen.page.locator("#by-file").fill("0</script>")
    assert seen.shown() == [1]
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("v")
    for folded in seen.page.locator("summary").all():
        folded.dispatch_event("click")
    assert seen.page.locator("h1").inner_text() == "iacfix review"
    seen.page.locator("#clear").click()
    assert seen.accept_all().downloaded().count("diff --git") == len(files)


def test_a_thousand_hunks(visit: Open) -> None:
    texts = {
        f"stack{number}.py": (
            "".join(f"before_{line} = 1\n" for line in range(1000)),
            "".join(f"before_{line} = {2 if line % 10 == 5 else 1}\n" for line in range(1000)),
        )
        for number in range(10)
    }
    page = document(made_up(texts), Repairs())
    seen = visit(page).accept_all()
    assert seen.state() == "1000 of 1000 accepted"
    seen.page.evaluate("document.activeElement.blur()")
    for _ in range(3):
        seen.page.keyboard.press("j")
    seen.page.keyboard.press("x")
    seen.page.locator("#by-file").fill("stack9")
    assert seen.state() == "999 of 1000 accepted, 1 rejected, 100 shown"
    assert seen.downloaded() == subset(page, set(range(1, 1001)) - {3})


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "wide", "phone"])
def test_accessibility(visit: Open, project: Project, size: str, theme: str) -> None:
    seen = visit(project.page, size, theme)
    seen.page.locator("#hunk-1 .accept").check()
    seen.page.locator("#hunk-2").focus()
    seen.page.keyboard.press("c")
    seen.page.keyboard.type("why?")
    seen.page.keyboard.press("Escape")
    seen.page.locator("#hunk-3").focus()
    seen.page.keyboard.press("o")
    assert broken_rules(seen.page) == []
    if size != "phone":
        seen.page.keyboard.press("v")
        assert broken_rules(seen.page) == []
    seen.page.keyboard.press("?")
    assert broken_rules(seen.page) == []


def test_accessibility_where_nothing_is_found_and_where_much_goes_wrong(visit: Open) -> None:
    assert broken_rules(visit(document(made_up({}), Repairs())).page) == []
    long = "x" * 5000
    page = document(made_up({"a.py": (f"a = '{long}'", f"a = '{long}y'\n")}, errors=["b.py: is not UTF-8"]), Repairs())
    assert broken_rules(visit(page).page) == []


def broken_rules(page: Page) -> list[str]:
    """What axe finds in the whole page, with the first element of each."""
    page.evaluate(WHOLE)
    page.evaluate((CACHE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{one['id']}: {json.dumps(one['nodes'][0])}" for one in found["violations"]]
