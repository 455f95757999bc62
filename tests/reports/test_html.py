"""The review page: what it says, what it escapes, and that any part of its patch is exactly that part of the diff."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby, product
from pathlib import Path
from textwrap import dedent

import pytest
from html_pages import RULES, Node, known, made_up, parsed, ran, subset, with_hunks
from hypothesis import given, settings
from hypothesis import strategies as st

import iacfix.reports.html as html
from iacfix.commands.completeness import missing_half
from iacfix.engine.run import Request, Run, repairs, run
from iacfix.patches.diff import unified
from iacfix.patches.patch import fitted, read_patch
from iacfix.registry import rules
from iacfix.reports.html import document
from iacfix.reports.html.hunks import files_of
from iacfix.reports.html.markup import as_json, element, escaped, joined, visible
from iacfix.reports.html.page import SCRIPTS
from iacfix.reports.html.prose import prose
from iacfix.reports.html.syntax import lines_in_colour
from iacfix.reports.html.word_diff import changed_words, paired
from iacfix.result import Outcome, Repairs

ROOT = Path(__file__).parents[2]
WEAK = sorted((ROOT / "examples").glob("*/*/weak.*"))
PAGE_FILES = Path(html.__file__).parent

PROGRAM = """\
import pulumi_aws as aws

queue = aws.sqs.Queue("jobs")

aws.cloudwatch.MetricAlarm(
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    threshold=1,
)

aws.cloudwatch.MetricAlarm(
    "custom",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
)

REMARKS = 1
MORE = 2
STILL_MORE = 3

aws.cloudwatch.MetricAlarm(
    "throttles",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Throttles",
    namespace="AWS/Lambda",
    threshold=1,
)
"""


ran_once = cache(ran)


@cache
def page_of(path: Path) -> str:
    """The page of an example, its findings with the nearest hunks."""
    return document(ran_once(path), Repairs())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "pipelines"
    (root / ".git").mkdir(parents=True)
    (root / "infra.py").write_text(PROGRAM)
    monkeypatch.chdir(root)
    return root


# What it says


def said(node: Node) -> list[str]:
    """The text of the page line by line: one for each element that holds text of its own, folded text left out."""
    lines: list[str] = []
    for child in node.children:
        if isinstance(child, Node):
            if child.name == "details" and child.attributes.get("class") != "score":
                lines.append(child.all("summary")[0].text)
            elif child.name in (
                "p",
                "dt",
                "dd",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "summary",
                "caption",
                "tr",
                "label",
                "pre",
            ):
                lines.append(" ".join(child.text.split()))
            elif child.attributes.get("class") in ("line same", "line del", "line add"):
                old, new = (child.attributes.get(f"data-{side}") or "" for side in ("old", "new"))
                lines.append(f"{old:>3}{new:>3} {child.text}".rstrip())
            elif child.name not in ("script", "style"):
                lines += said(child)
    return lines


def test_the_page_of_a_small_program(project: Path) -> None:
    done = ran(project / "infra.py")
    page = parsed(document(done, repairs(done)))
    (head,), (main,) = page.all("header"), page.all("main")
    assert "\n".join(said(head)) == dedent("""\
        iacfix review of pipelines
        3 findings in 1 file: 2 fixed by 2 hunks in 1 file, 1 not fixed.
        Readiness
        9/10
        High
        0
        Medium
        3
        Low
        0
        Findings by rule
        RuleSeverityFindingsFixedNeeds --unsafe-fixesNot fixed
        unset-missing-dataAlarm that does not set how to treat missing datamedium3201
        Score and provider
        Readiness now: 9/10: 10 - (1 medium × 1) = 9.
        With every hunk accepted: 9/10: 10 - (1 medium × 1) = 9.
        provider aws 7 in 1 file: no pin found, the newest major 7 is assumed.
        Decisions and comments are kept in this browser as long as the patch does not change. Start over""")
    assert said(main) == [
        "infra.py2 hunks, 1 not fixed",
        "Hunk 1 lines 9–14",
        "Accept hunk 1",
        "Reject hunk 1",
        "",
        "medium unset-missing-data",
        "Line 5 alarm errors does not set treat_missing_data",
        "Why, and on a deployed stack",
        '  9  9      metric_name="Errors",',
        ' 10 10      namespace="AWS/Lambda",',
        " 11 11      threshold=1,",
        '    12 +    treat_missing_data="notBreaching",',
        " 12 13  )",
        " 13 14",
        " 14 15  aws.cloudwatch.MetricAlarm(",
        "Comment on hunk 1",
        "Hunk 2 lines 28–31",
        "Accept hunk 2",
        "Reject hunk 2",
        "",
        "medium unset-missing-data",
        "Line 24 alarm throttles does not set treat_missing_data",
        "Why, and on a deployed stack",
        ' 28 29      metric_name="Throttles",',
        ' 29 30      namespace="AWS/Lambda",',
        " 30 31      threshold=1,",
        '    32 +    treat_missing_data="notBreaching",',
        " 31 33  )",
        "Comment on hunk 2",
        "Not fixed",
        "medium unset-missing-data",
        "Line 14 alarm custom does not set treat_missing_data",
        "the metric is not literal; set notBreaching if missing data is normal, breaching if it is the failure",
        "Nothing matches the filter. Show all",
    ]
    explained = main.all("details")
    assert [each.attributes for each in explained] == [{"open": None}, {}], "once in full, folded where it comes again"
    sections = rules()["unset-missing-data"].sections
    wanted = joined([element("h5", "Why"), prose(sections["Why"])])
    wanted += joined([element("h5", "On a deployed stack"), prose(sections["On a deployed stack"])])
    summary = Node("summary", {}, ["Why, and on a deployed stack"])
    assert [each.children for each in explained] == [[summary, *parsed(wanted).children]] * 2


def test_a_program_with_nothing_to_say(project: Path) -> None:
    (project / "infra.py").write_text("import pulumi_aws as aws\n\nprint(aws)\n")
    (body,) = parsed(page_text(project / "infra.py")).all("body")
    assert said(body) == [
        "iacfix review of pipelines",
        "Nothing found in 1 file.",
        *("Readiness", "9/10", "High", "0", "Medium", "0", "Low", "0"),
        "Score and provider",
        "Readiness now: 9/10: 10, no open findings; at most 9, because nothing automatic gives 10.",
        "With every hunk accepted: 9/10: 10, no open findings; at most 9, because nothing automatic gives 10.",
        "Nothing to review.",
    ]


def test_what_went_wrong_is_said(project: Path) -> None:
    (project / "infra.py").write_text("import pulumi_aws as aws\n\naws.cloudwatch.MetricAlarm(\n")
    (errors,) = parsed(page_text(project / "infra.py")).all("section", "errors")
    assert errors.text == "Errors" + "".join(ran(project / "infra.py").errors)
    assert "infra.py" in errors.text


def page_text(*paths: Path) -> str:
    done = ran(*paths)
    return document(done, repairs(done))


def test_an_unsafe_fix_is_marked(project: Path) -> None:
    program = 'import pulumi_aws as aws\n\naws.s3.Bucket("logs", versioning={"enabled": True})\n'
    (project / "infra.py").write_text(program)
    done = run(Request(("infra.py",), select=RULES, unsafe=True, major=6, jobs=1))
    (mark,) = parsed(document(done, repairs(done))).all("span", "unsafe")
    assert mark.text == "unsafe fix"
    done = run(Request(("infra.py",), select=RULES, unsafe=False, major=6, jobs=1))
    (left,) = parsed(document(done, repairs(done))).all("section", "left")
    assert left.all("h3")[0].text == "Needs --unsafe-fixes"
    assert left.all("p", "note")[0].text.startswith("on a deployed stack upgrade to major 7 of the provider first")


def test_what_unsafe_fixes_would_fix_is_not_for_a_person(project: Path) -> None:
    (project / "infra.py").write_text(f'{PROGRAM}\naws.s3.Bucket("logs", acl="public-read")\n')
    page = parsed(page_text(project / "infra.py"))
    lead = "4 findings in 1 file: 2 fixed by 2 hunks in 1 file, 1 needs --unsafe-fixes, 1 not fixed."
    assert page.all("p", "lead")[0].text == lead
    assert [row.text[-4:] for row in page.all("tr")[1:]] == ["1010", "3201"]
    assert [(each.all("h3")[0].text, len(each.all("ul", "findings"))) for each in page.all("section", "left")] == [
        ("Needs --unsafe-fixes", 1),
        ("Not fixed", 1),
    ]


def test_lines_lead_to_the_host_of_the_repository(project: Path) -> None:
    def git(*arguments: str) -> None:
        settings = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    git("remote", "add", "origin", "https://me:s3cret@github.com/acme/infra.git")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    page = page_text(project / "infra.py")
    links = [node for node in parsed(page).all("a") if (node.attributes["href"] or "").startswith("https://github.com")]
    assert [(node.text, (node.attributes["href"] or "").rpartition("#")[2]) for node in links] == [
        ("lines 9–14", "L9-L14"),
        ("Line 5", "L5-L12"),
        ("lines 28–31", "L28-L31"),
        ("Line 24", "L24-L31"),
        ("Line 14", "L14-L18"),
    ]
    assert "s3cret" not in page
    (project / "infra.py").write_text(f"{PROGRAM}# and more\n")
    assert "https://github.com" not in page_text(project / "infra.py")


def test_a_reason_is_said_once_for_the_findings_that_have_it(project: Path) -> None:
    custom = 'aws.cloudwatch.MetricAlarm("{}", comparison_operator="GreaterThanThreshold", evaluation_periods=1)\n'
    (project / "infra.py").write_text("import pulumi_aws as aws\n" + "".join(map(custom.format, "abcdef")))
    (left,) = parsed(page_text(project / "infra.py")).all("section", "left")
    assert said(left) == [
        "Not fixed",
        "medium unset-missing-data",
        *(f"Line {line} alarm {name} does not set treat_missing_data" for line, name in enumerate("abcd", 2)),
        "2 more findings",
        "the metric is not literal; set notBreaching if missing data is normal, breaching if it is the failure",
    ]


def test_a_note_is_said_once_in_a_hunk(project: Path) -> None:
    bucket = 'aws.s3.Bucket("{}", versioning={{"enabled": True}})\n'
    (project / "infra.py").write_text("import pulumi_aws as aws\n" + "".join(map(bucket.format, "ab")))
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (hunk,) = parsed(page_text(project / "infra.py")).all("article")
    assert [len(item.all("p", "note")) for item in hunk.all("ul", "findings")[0].all("li")] == [1, 0]


@pytest.mark.parametrize("major", [6, 7])
def test_what_holds_for_another_major_is_not_said(project: Path, major: int) -> None:
    (project / "infra.py").write_text('import pulumi_aws as aws\n\naws.s3.Bucket("a", versioning={"enabled": True})\n')
    done = run(Request(("infra.py",), select=RULES, unsafe=True, major=major, jobs=1))
    (explained,) = parsed(document(done, repairs(done))).all("article")[0].all("details")
    text = " ".join(explained.text.split())
    assert ("Under major 7 the preview" in text, "Under major 6 the bucket" in text) == (major == 7, major == 6)
    assert "iacfix migrate writes what a deployed stack needs." in text
    assert "Unsafe under both" not in text, "the finding says what of the rest holds"


def test_many_rules_fold_away() -> None:
    rule_names = [f"rule-{number}" for number in range(9)]
    few, many = (several(rule_names[:8]), several(rule_names))
    assert parsed(document(few, Repairs())).all("details", "by-rule") == []
    (folded,) = parsed(document(many, Repairs())).all("details", "by-rule")
    assert folded.all("summary")[0].text == "Findings by rule (9 rules)"
    assert len(folded.all("tr")) == 10


def several(rule_names: Sequence[str]) -> Run:
    """A run with a file for each of these rules."""
    runs = [made_up({f"{name}.py": ("a = 1\n", "a = 2\n")}, rule=name) for name in rule_names]
    tasks = tuple(task for one in runs for task in one.tasks)
    outcomes = tuple(outcome for one in runs for outcome in one.outcomes)
    return replace(runs[0], tasks=tasks, outcomes=outcomes, files=len(runs))


# Which hunk is for which finding

LOOKUPS = """\
import json

import pulumi_aws as aws

NAME = "jobs"
TEAM = "core"
STAGE = "live"
TIER = 1
OWNER = "platform"
SIZE = 2
KIND = "batch"

aws.sqs.Queue("one", policy=json.dumps({"Resource": "arn:aws:sqs:us-east-1:*:one"}))

SPACE = 1
BETWEEN = 2
THE = 3
QUEUES = 4
AND = 5
MORE = 6

aws.sqs.Queue("two", policy=json.dumps({"Resource": "arn:aws:sqs:us-east-1:*:two"}))
"""


def test_a_hunk_that_two_findings_need_is_for_both(project: Path) -> None:
    (project / "infra.py").write_text(LOOKUPS)
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    data = known(page_text(project / "infra.py"))
    assert data["findings"] == [
        {"rule": "hardcoded-region", "severity": "medium", "hunks": [1, 2], "changes": [[0], [1]]},
        {"rule": "hardcoded-region", "severity": "medium", "hunks": [1, 3], "changes": [[0], [2]]},
    ]


SLIDES = """import pulumi
import pulumi_aws as aws


class Site(pulumi.ComponentResource):
    def __init__(self, name, east):
        super().__init__("a:b:Site", name)
        self.a = aws.s3.Bucket(
            "a",
            versioning={"enabled": True},
            bucket="a-1",
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=east,
                depends_on=[
                    east,
                    self,
                ],
            ),
        )

"""


@pytest.mark.parametrize("below", ["alarm", "bucket"])
def test_a_finding_has_all_of_its_hunks_where_an_insertion_slides(project: Path, below: str) -> None:
    """The new resource ends as the bucket does: alone it is shown in the bucket, with what is below after it."""
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    bucket = SLIDES[SLIDES.index("        self.a") :]
    alarm = (
        '        aws.cloudwatch.MetricAlarm("m", comparison_operator="GreaterThanThreshold", evaluation_periods=1,\n'
        '            metric_name="Errors",\n            namespace="AWS/Lambda",\n            threshold=1,\n'
        '            tags={"a": "b"},\n            period=60,\n        )\n'
    )
    text = SLIDES + (alarm if below == "alarm" else bucket.replace("self.a", "self.b").replace('"a', '"b'))
    (project / "infra.py").write_text(text)
    done = ran(project / "infra.py")
    (file,) = files_of(done, repairs(done))
    both = next(parts for finding, parts in file.fixed.items() if finding.line == 8)
    assert list(both) == [1, 2]
    page = document(done, repairs(done))
    (source,) = (task.source for task in done.tasks)

    def fits(taken: set[int]) -> bool:
        patches = read_patch(subset(page, taken))
        ((_, _, after),) = fitted(patches, lambda _: source.text)
        return missing_half(source, patches, after, done.root) is None

    assert fits({1, 2})
    assert not fits({1})


def test_a_finding_without_a_repair_of_its_own_is_for_the_nearest_hunk(project: Path) -> None:
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    files = files_of(ran(project / "infra.py"), Repairs())
    assert [[finding.line for finding in hunk.findings] for hunk in files[0].hunks] == [[5], [24]]
    (project / "infra.py").write_text(LOOKUPS)
    files = files_of(ran(project / "infra.py"), Repairs())
    assert [[finding.line for finding in hunk.findings] for hunk in files[0].hunks] == [[], [13], [22]]


@pytest.mark.parametrize(
    "name", ["python/data-lake/weak.py", "python/static-site/weak.py", "typescript/pipeline/weak.ts"]
)
def test_every_fixed_finding_of_an_example_has_a_hunk_and_every_hunk_a_finding(name: str) -> None:
    belongs_together(ran_once(ROOT / "examples" / name))


def test_buckets_that_log_and_replicate_into_each_other_belong_to_their_hunks() -> None:
    """Each repair alone is another than its share of the whole; they still name the hunks they touch."""
    done = run(Request((str(ROOT / "examples/typescript/full-bucket/weak.ts"),), select=RULES, unsafe=True, jobs=1))
    belongs_together(done)
    (file,) = files_of(done, repairs(done))
    assert [[finding.line for finding in hunk.findings] for hunk in file.hunks] == [
        [87], [15], [37], [87], [15, 37, 87], [87, 222], [222], [87],
    ]  # fmt: skip


def test_files_without_findings_are_not_where_the_findings_are(project: Path) -> None:
    (project / "calm.py").write_text(PROGRAM.split("\n")[0] + "\n")
    done = run(Request(select=RULES, jobs=1))
    assert done.files == 2
    lead = parsed(document(done, repairs(done))).all("p", "lead")[0].text
    assert lead == "3 findings in 1 file: 2 fixed by 2 hunks in 1 file, 1 not fixed."


def belongs_together(done: Run) -> None:
    for file in files_of(done, repairs(done)):
        owned = {finding for hunk in file.hunks for finding in hunk.findings}
        assert owned == set(file.fixed)
        assert all(hunk.findings for hunk in file.hunks)


# The patch

PAGES = [path for path in WEAK if path.parent.name not in ("clean", "does-not-start")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_all_the_hunks_are_the_printed_diff(path: Path) -> None:
    (outcome,) = ran_once(path).outcomes
    count = len(parsed(page_of(path)).all("article"))
    assert subset(page_of(path), set(range(1, count + 1))) == printed(outcome)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}{path.suffix}")
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_hunks_give_the_text_with_exactly_these(path: Path, data: st.DataObject) -> None:
    (outcome,) = ran_once(path).outcomes
    hunks = re.split(r"(?m)^(?=@@ )", printed(outcome))[1:]
    taken = data.draw(st.sets(st.integers(1, len(hunks)), min_size=1))
    wanted = with_hunks(outcome.before, [hunks[at - 1].split("\n")[:-1] for at in sorted(taken)])
    patch = subset(page_of(path), taken)
    assert fitted(read_patch(patch), lambda _: outcome.before) == [(outcome.path, outcome.before, wanted)]
    assert headers(patch) == shifted([hunks[at - 1] for at in sorted(taken)])


def printed(outcome: Outcome) -> str:
    """What `iacfix diff` prints of it."""
    return unified(outcome.path, outcome.before, outcome.after, touched=outcome.touched)


def headers(patch: str) -> list[str]:
    return re.findall(r"(?m)^@@ .*$", patch)


def shifted(hunks: list[str]) -> list[str]:
    """The headers of these hunks alone: each begins in the new text where those above it leave it.

    Not those of the diff of the two texts, which may match the lines of a part in another way.
    """
    found, grown = list[str](), 0
    for hunk in hunks:
        old, added, removed = (len(re.findall(sign, hunk)) for sign in ("(?m)^[ -]", r"(?m)^\+", "(?m)^-"))
        ((start, rules),) = re.findall(r"\A@@ -(\d+).* @@(.*)", hunk)
        new = old + added - removed
        sides = ((int(start), old), (int(start) + (not old) - (not new) + grown, new))
        shown = [str(at) if count == 1 else f"{at},{count}" for at, count in sides]
        found.append(f"@@ -{shown[0]} +{shown[1]} @@{rules}")
        grown += added - removed
    return found


def test_git_takes_a_part_where_the_same_lines_come_again(tmp_path: Path) -> None:
    """A hunk whose new line was not recounted would be put into the wrong one of two equal places."""
    block = "[\n    one,\n    two,\n    three,\n]\n"
    before = "".join(f"# {number}\n" for number in range(30)) + block * 6
    lines = before.split("\n")
    lines[4:5] = [f"# new {number}" for number in range(10)]
    lines[-6:-5] = ["    2,"]
    after = "\n".join(lines)
    page = document(made_up({"a.txt": (before, after)}), Repairs())
    (tmp_path / "a.txt").write_text(before)
    (tmp_path / "part.diff").write_text(subset(page, {2}))
    subprocess.run(["git", "apply", "part.diff"], cwd=tmp_path, check=True)
    assert (tmp_path / "a.txt").read_text() == with_hunks(before, [subset(page, {2}).split("\n")[3:-1]])


@settings(deadline=None)
@given(st.text("ab\n\r\t\x0c\u2028é", max_size=60), st.text("ab\n\r\t\x0c\u2028é", max_size=60))
def test_the_patch_of_any_texts_is_their_diff(before: str, after: str) -> None:
    if before != after:
        page = document(made_up({"dir with space/é.py": (before, after)}), Repairs())
        count = len(parsed(page).all("article"))
        assert subset(page, set(range(1, count + 1))) == unified("dir with space/é.py", before, after)


def test_a_mark_at_the_start_of_the_file_is_in_the_patch(project: Path) -> None:
    (project / "infra.py").write_bytes(
        b"\xef\xbb\xbf" + PROGRAM.replace('queue = aws.sqs.Queue("jobs")\n\n', "").encode()
    )
    page = page_text(project / "infra.py")
    data = (project / "infra.py").read_text()
    (fit, *_) = fitted(read_patch(subset(page, {1})), lambda _: data)
    assert fit[2].count("notBreaching") == 1


# Hostile texts

PAYLOADS = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"' onmouseover='window.hacked=1' `${window.hacked=1}`",
    "</style></code></title><svg/onload=window.hacked=1>",
    "<!-- --> ]]> &lt;b&gt; &#60;",
)
ODD = "a\u202eb\u2066c\u200bd\x00e\x1bf\ufeffg\ud800h\u2028i\udcff"
ALLOWED = """
    a article aside body button caption code dd details dialog div dl dt fieldset h1 h2 h3 h4 h5 head header
    html input kbd label legend li link main mark meta nav noscript option p pre script section select span
    style summary table tbody td textarea th thead title tr ul
"""


@pytest.mark.parametrize("payload", [*PAYLOADS, ODD, *(f"{payload}{ODD}" for payload in PAYLOADS)])
def test_nothing_in_a_text_becomes_part_of_the_page(payload: str) -> None:
    one_line = f"x = {payload!s}".replace("\n", " ")
    files = {f"{payload}.py": (f"{one_line}\nb = 1\n", f"{one_line}\n{payload}\nb = '{payload}'\n")}
    done = made_up(files, message=payload, rule=payload, errors=[payload])
    page = document(done, Repairs())
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", page)
    root = parsed(page)
    nodes = root.all()
    assert {node.name for node in nodes} <= set(ALLOWED.split())
    assert [name for node in nodes for name in node.attributes if name.startswith("on") or name == "style"] == []
    assert {node.attributes.get("href", "#")[:1] for node in nodes if node.name == "a"} == {"#"}
    assert [node.attributes for node in root.all("script")] == [{"type": "application/json", "id": "review"}, {}]
    shown = payload.translate({ord(mark): f"⟨U+{ord(mark):04X}⟩" for mark in ODD if not mark.isascii() or mark < " "})
    assert root.all("h4")[0].all("code")[0].text == shown
    assert [node.text for node in root.all("div", "add")[:1]] == [f"+{shown}"]
    assert root.all("h2")[1].all("code")[0].text == f"{shown}.py"


@given(st.text(st.characters(codec=None)))
def test_escaped_text_is_read_as_it_is_shown(text: str) -> None:
    written = element("p", text, title=text)
    written.encode("utf-8")
    (read,) = parsed(written).all()
    assert (read.children, read.attributes) == ([visible(text)] if text else [], {"title": visible(text)})
    if re.fullmatch(r"[\t\n\x20-\x7e]*", text):
        assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a < b & \"c\" > 'd'", "a &lt; b &amp; &quot;c&quot; &gt; &#x27;d&#x27;"),
        ("user\u202enimda", "user⟨U+202E⟩nimda"),
        ("é 日本 🙂\tx", "é 日本 🙂\tx"),
        ("\x00\r\ud800", "⟨U+0000⟩⟨U+000D⟩⟨U+D800⟩"),
    ],
)
def test_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


def test_an_element() -> None:
    assert element("p", "<b>", element("b", "x"), class_='a"b', data_of="1", hidden=True, id=False) == (
        '<p class="a&quot;b" data-of="1" hidden>&lt;b&gt;<b>x</b></p>'
    )


def test_json_ends_no_script() -> None:
    value = {"</script><!--": ["&\u2028\ud800é"]}
    written = as_json(value)
    assert written == r'{"\u003c/script\u003e\u003c!--":["\u0026\u2028\ud800\u00e9"]}'
    assert json.loads(written) == value


def test_the_policy_allows_the_own_style_and_script_and_nothing_else() -> None:
    root = parsed(page_of(PAGES[0]))
    (policy,) = [node for node in root.all("meta") if node.attributes.get("http-equiv") == "Content-Security-Policy"]
    texts = [root.all("style")[0].text, root.all("script")[-1].text]
    style, script = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    assert policy.attributes["content"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert texts[0] == (PAGE_FILES / "page.css").read_text(encoding="utf-8")
    parts = {path.stem: path.read_text(encoding="utf-8") for path in PAGE_FILES.glob("script/*.js")}
    assert texts[1] == '"use strict";\n{\n' + "".join(parts.pop(name) for name in SCRIPTS) + "}\n"
    assert parts == {}


# Code


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["a.py", "a.ts", "a.tsx", "a.txt"]))
def test_colours_leave_the_text_alone(text: str, name: str) -> None:
    lines = lines_in_colour(name, text)
    assert "\n".join("".join(code for _, code in line) for line in lines) == text


@pytest.mark.parametrize(
    ("name", "line", "pieces"),
    [
        (
            "a.py",
            'x = len(f"{a}b")  # y',
            [
                ("", "x = "),
                ("b", "len"),
                ("", "("),
                ("k", "f"),
                ("s", '"'),
                ("", "{a}"),
                ("s", 'b"'),
                ("", ")  "),
                ("c", "# y"),
            ],
        ),
        ("a.ts", "const a = 1;", [("k", "const"), ("", " a = "), ("n", "1"), ("", ";")]),
    ],
)
def test_colours(name: str, line: str, pieces: list[tuple[str, str]]) -> None:
    (found,) = lines_in_colour(name, line)
    runs = [(colour, "".join(code for _, code in run)) for colour, run in groupby(found, lambda piece: piece[0])]
    assert runs == pieces


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ('  at = "us-east-1"', '  at = f"{region.name}"', (["us-east-1"], ["f", "{region.name}"])),
        ("a = f(one, two)", "a = f(one, 2)", (["two"], ["2"])),
        ("a = f(one)", "a = f(one, two)", ([], [", two"])),
        ("    same(thing)", "  same(thing)", (["    "], ["  "])),
        ("    same(thing)", "  same(other)", (["thing"], ["other"])),
        ("one", "nothing of the kind", ([], [])),
        ("x " * 500 + "a", "x " * 500 + "b", (["a"], ["b"])),
    ],
)
def test_changed_words(old: str, new: str, changed: tuple[list[str], list[str]]) -> None:
    spans = changed_words(old, new)
    assert tuple([line[a:b] for a, b in side] for line, side in zip((old, new), spans, strict=True)) == changed


@pytest.mark.parametrize(
    ("removed", "added", "pairs"),
    [
        (["a = 1"], ["b()", "a = 2"], [(None, 0), (0, 1)]),
        (["a = 1", "old()"], ["a = 2"], [(0, 0), (1, None)]),
        (["one"], ["two"], [(0, 0)]),
        ([], ["x", "y"], [(None, 0), (None, 1)]),
        (["),"], ["),"], [(0, 0)]),
    ],
)
def test_paired(removed: list[str], added: list[str], pairs: list[tuple[int | None, int | None]]) -> None:
    assert list(paired(removed, added)) == pairs


@given(st.lists(st.text("ab ()", max_size=6), max_size=6), st.lists(st.text("ab ()", max_size=6), max_size=6))
def test_every_line_is_paired_once_and_in_order(removed: list[str], added: list[str]) -> None:
    pairs = list(paired(removed, added))
    assert [i for i, _ in pairs if i is not None] == list(range(len(removed)))
    assert [j for _, j in pairs if j is not None] == list(range(len(added)))
    assert all(pair != (None, None) for pair in pairs)


@settings(deadline=None)
@given(st.text("ab\n\r =", max_size=80), st.text("ab\n\r =", max_size=80))
def test_the_page_shows_every_line_of_the_diff(before: str, after: str) -> None:
    root = parsed(document(made_up({"a.py": (before, after)}), Repairs()))
    rows = unified("a.py", before, after).split("\n")[3:-1]
    wanted = [row.replace("\r", "⟨U+000D⟩") for row in rows if row[:1] in ("+", "-", " ")]
    lines = [node for hunk in root.all("article") for node in hunk.all("div", "line")]
    seen = [
        node.all("span", "sign")[0].text + node.all("code")[0].text
        for node in lines
        if "aria-hidden" not in node.attributes
    ]
    # The CR that all lines of a hunk end in is not shown.
    assert [re.sub(r"(⟨U\+000D⟩)+$", "", line) for line in seen] == [
        re.sub(r"(⟨U\+000D⟩)+$", "", line) for line in wanted
    ]


# Style


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w{6});", theme))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_enough_contrast(dark: bool) -> None:
    light, night = (PAGE_FILES / "page.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    theme = colours(light) | (colours(night) if dark else {})
    assert set(colours(light)) == set(colours(night))
    code = product(("text", "k", "s", "n", "c", "f", "b"), ("page", "del", "add", "del-word", "add-word"))
    numbers = product(("quiet",), ("page", "panel", "del", "add"))
    words = product(("text", "accent", "high", "medium", "low"), ("page", "panel"))
    pairs = [*code, *numbers, *words, ("on-accent", "accent"), ("page", "text"), ("page", "high")]
    assert [pair for pair in pairs if contrast(theme[pair[0]], theme[pair[1]]) < 4.5] == []
    marks = [*product(("control",), ("page", "panel")), ("accent", "page"), ("del-edge", "del"), ("add-edge", "add")]
    assert [pair for pair in marks if contrast(theme[pair[0]], theme[pair[1]]) < 3] == []
