"""What other programs read: every format as a whole for one program, and against the published schemas."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import Distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from typer.testing import CliRunner, Result

import iacfix
from iacfix.cli import program
from iacfix.engine import workers
from iacfix.engine.fingerprints import fingerprints
from iacfix.engine.run import Request, Run, repairs, run
from iacfix.engine.workers import Task
from iacfix.files.source import from_bytes
from iacfix.patches.diff import Original, unified
from iacfix.registry import checklists, rules
from iacfix.reports import addresses, github, junit, markdown, sarif
from iacfix.reports.formats import DOCUMENTS, FORMATS, documents
from iacfix.result import Fix, Location, Outcome, Plan, Repairs, Reported
from iacfix.rewrite import changed, trimmed
from iacfix.rule import Severity

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = REPOSITORY / ".cache" / "schemas"
PROGRAMS = sorted(REPOSITORY.glob("examples/*/*/weak.*"))

PROGRAM = """import pulumi_aws as aws
größe = "10%"
größe_des_protokoll = aws.s3.Bucket("logs", acl="public-read", tags={"größe": größe})

alarm = aws.cloudwatch.MetricAlarm(
    f"failures, {größe}: all",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
INLINE = "bucket logs sets ACL inline"
INLINE_NOTE = (
    "an ACL only works with ownership controls, which are added: with BucketOwnerPreferred the bucket's owner may come"
    " to own what others upload; a new bucket takes no public ACL before a public access block lets it, which is not"
    " added; the preview must show new resources only and the bucket unchanged"
)
INLINE_HOW = f"needs --unsafe-fixes: {INLINE_NOTE}"
SILENT = 'alarm f"failures, {größe}: all" does not set treat_missing_data'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the program, as the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (tmp_path / "infra 1").mkdir()
    (tmp_path / "infra 1" / "program.py").write_text(PROGRAM)
    (tmp_path / "infra 1" / "iacfix.toml").write_text('ignore = ["unblocked-bucket"]\n')
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def iacfix_(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments))


def shown(format: str, *, code: int = 1) -> str:
    result = iacfix_("check", "--output-format", format)
    assert (result.exit_code, result.stderr) == (code, "")
    return result.stdout_bytes.decode()


def schema(name: str) -> Any:
    path = SCHEMAS / name
    assert path.exists(), f"{path} is not there: run make test, or make .cache/schemas/ready"
    return json.loads(path.read_text())


# each format as a whole


def test_concise() -> None:
    assert shown("concise") == (
        f"infra 1/program.py:3:23: high inline-bucket-config {INLINE}\n"
        f"infra 1/program.py:5:9: medium unset-missing-data [*] {SILENT}\n"
        "2 findings in 1 file: 1 fixable, 1 needs --unsafe-fixes\n"
        "[*] fixable: iacfix apply\n"
    )


FINDINGS: list[dict[str, Any]] = [
    {
        "rule": "inline-bucket-config",
        "severity": "high",
        "path": "infra 1/program.py",
        "line": 3,
        "column": 23,
        "end_line": 3,
        "message": INLINE,
        "resource": "aws.s3.Bucket logs",
        "fix": "unsafe",
        "reason": None,
        "reason_id": None,
        "remedy": None,
        "note": INLINE_NOTE,
        "edits": [],
        "changes": [],
    },
    {
        "rule": "unset-missing-data",
        "severity": "medium",
        "path": "infra 1/program.py",
        "line": 5,
        "column": 9,
        "end_line": 13,
        "message": SILENT,
        "resource": 'aws.cloudwatch.MetricAlarm f"failures, {größe}: all"',
        "fix": "safe",
        "reason": None,
        "reason_id": None,
        "remedy": None,
        "note": None,
        "edits": [
            {
                "line": 13,
                "column": 1,
                "end_line": 13,
                "end_column": 1,
                "text": '    treat_missing_data="notBreaching",\n',
            }
        ],
        "changes": [],
    },
]


def without_fingerprints(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    prints = {finding.pop("fingerprint") for finding in findings}
    assert len(prints) == len(findings)
    return findings


def test_json() -> None:
    document = json.loads(shown("json"))
    document["findings"] = without_fingerprints(document["findings"])
    assert document == {
        "schema_version": 1,
        "iacfix_version": iacfix.__version__,
        "files": 1,
        "programs": 1,
        "left_alone": [],
        "counts": {"high": 1, "medium": 1, "low": 0},
        "findings": FINDINGS,
        "suppressed": [],
        "providers": [
            {
                "path": "infra 1/program.py",
                "name": "aws",
                "major": 7,
                "why": "requirements.txt pins pulumi-aws==7.1.0",
            }
        ],
        "errors": [],
    }


def test_json_lines() -> None:
    lines = shown("json-lines").split("\n")
    assert lines.pop() == ""
    assert without_fingerprints([json.loads(line) for line in lines]) == FINDINGS


def test_gitlab() -> None:
    document = json.loads(shown("gitlab"))
    assert all(re.fullmatch("[0-9a-f]{32}", finding["fingerprint"]) for finding in document)
    assert without_fingerprints(document) == [
        {
            "description": INLINE,
            "check_name": "inline-bucket-config",
            "severity": "critical",
            "location": {"path": "infra 1/program.py", "lines": {"begin": 3, "end": 3}},
        },
        {
            "description": SILENT,
            "check_name": "unset-missing-data",
            "severity": "major",
            "location": {"path": "infra 1/program.py", "lines": {"begin": 5, "end": 13}},
        },
    ]


def test_rdjson_counts_bytes_and_suggests_whole_lines() -> None:
    assert json.loads(shown("rdjson")) == {
        "source": {"name": "iacfix"},
        "diagnostics": [
            {
                "message": f"{INLINE}\n{INLINE_HOW}",
                "location": {"path": "infra 1/program.py", "range": {"start": {"line": 3, "column": 25}}},
                "severity": "ERROR",
                "code": {"value": "inline-bucket-config", "url": rules()["inline-bucket-config"].link},
            },
            {
                "message": f"{SILENT}\nfixable: iacfix apply",
                "location": {"path": "infra 1/program.py", "range": {"start": {"line": 5, "column": 9}}},
                "severity": "WARNING",
                "code": {"value": "unset-missing-data", "url": rules()["unset-missing-data"].link},
                "suggestions": [
                    {
                        "range": {"start": {"line": 12}, "end": {"line": 12}},
                        "text": '    threshold=1,\n    treat_missing_data="notBreaching",',
                    }
                ],
            },
        ],
    }


def test_github() -> None:
    assert shown("github") == (
        "::error title=iacfix%3A inline-bucket-config,file=infra 1/program.py,line=3,col=23"
        f"::{INLINE}%0A{INLINE_HOW}\n"
        "::warning title=iacfix%3A unset-missing-data,file=infra 1/program.py,line=5,endLine=13"
        f"::{SILENT}%0Afixable: iacfix apply\n"
    )


def test_sarif() -> None:
    document = json.loads(shown("sarif"))
    (run,) = document["runs"]
    entries = run["tool"]["driver"].pop("rules")
    index = {entry["id"]: number for number, entry in enumerate(entries)}
    prints = [result.pop("partialFingerprints") for result in run["results"]]
    catalogues = {taxonomy["name"]: taxonomy for taxonomy in run.pop("taxonomies")}
    assert {taxon["id"] for taxon in catalogues["fsbp"]["taxa"]} == {
        check for rule in rules().values() for check in rule.checks.get("fsbp", ())
    }
    artifact = {"uri": "infra%201/program.py", "uriBaseId": "SRCROOT"}
    assert list(index) == [*rules(), "unused-ignore", "unknown-provider-major", "skipped-file"]
    assert [list(each) for each in prints] == [["iacfix/v1"]] * 2
    assert document == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "iacfix",
                        "version": iacfix.__version__,
                        "semanticVersion": iacfix.__version__,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
                "results": [
                    {
                        "ruleId": "inline-bucket-config",
                        "ruleIndex": index["inline-bucket-config"],
                        "level": "error",
                        "message": {"text": f"{INLINE}\n{INLINE_HOW}"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": artifact,
                                    "region": {"startLine": 3, "startColumn": 23, "endLine": 3},
                                },
                                "logicalLocations": [{"fullyQualifiedName": "aws.s3.Bucket logs", "kind": "resource"}],
                            }
                        ],
                    },
                    {
                        "ruleId": "unset-missing-data",
                        "ruleIndex": index["unset-missing-data"],
                        "level": "warning",
                        "message": {"text": f"{SILENT}\nfixable: iacfix apply"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": artifact,
                                    "region": {"startLine": 5, "startColumn": 9, "endLine": 13},
                                },
                                "logicalLocations": [
                                    {
                                        "fullyQualifiedName": 'aws.cloudwatch.MetricAlarm f"failures, {größe}: all"',
                                        "kind": "resource",
                                    }
                                ],
                            }
                        ],
                        "fixes": [
                            {
                                "description": {"text": "Fix unset-missing-data"},
                                "artifactChanges": [
                                    {
                                        "artifactLocation": artifact,
                                        "replacements": [
                                            {
                                                "deletedRegion": {
                                                    "startLine": 13,
                                                    "startColumn": 1,
                                                    "endLine": 13,
                                                    "endColumn": 1,
                                                },
                                                "insertedContent": {"text": '    treat_missing_data="notBreaching",\n'},
                                            }
                                        ],
                                    }
                                ],
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_sarif_explains_its_rules() -> None:
    entries = json.loads(shown("sarif"))["runs"][0]["tool"]["driver"]["rules"]
    (entry,) = (entry for entry in entries if entry["id"] == "unset-missing-data")
    sections = rules()["unset-missing-data"].sections
    assert entry == {
        "id": "unset-missing-data",
        "shortDescription": {"text": "Alarm that does not set how to treat missing data"},
        "fullDescription": {"text": " ".join(sections["Why"].split())},
        "help": {
            "text": "\n\n".join(f"{heading}:\n{text}" for heading, text in sections.items()),
            "markdown": "\n\n".join(f"**{heading}**\n\n{text}" for heading, text in sections.items()),
        },
        "helpUri": sections["On a deployed stack"].split()[-1],
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["Monitoring Configuration", "CloudWatch Alarms"],
            "problem.severity": "warning",
        },
    }


def test_sarif_says_what_others_call_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    known = replace(rules()["unset-missing-data"], checks={"fsbp": ("CloudWatch.1",), "checkov": ("CKV_1", "CKV_2")})
    other = replace(rules()["unplaced-widget"], checks={"checkov": ("CKV_3",)})
    monkeypatch.setattr(sarif, "rules", lambda: {rule.id: rule for rule in (known, other)})
    document = json.loads(sarif.document(Run(Path("/"), (), (), (), 0), Repairs()))
    jsonschema.validate(document, schema("sarif-2.1.0-rtm.5.json"))
    (described,) = document["runs"]
    assert described["taxonomies"] == [
        {"name": "fsbp", "taxa": [{"id": "CloudWatch.1"}]},
        {"name": "checkov", "taxa": [{"id": "CKV_1"}, {"id": "CKV_2"}, {"id": "CKV_3"}]},
    ]
    mine = described["tool"]["driver"]["rules"][0]
    assert mine["properties"]["tags"][2:] == [
        "external/fsbp/CloudWatch.1",
        "external/checkov/CKV_1",
        "external/checkov/CKV_2",
    ]
    assert [(each["target"]["toolComponent"], each["target"]["id"]) for each in mine["relationships"]] == [
        ({"name": "fsbp", "index": 0}, "CloudWatch.1"),
        ({"name": "checkov", "index": 1}, "CKV_1"),
        ({"name": "checkov", "index": 1}, "CKV_2"),
    ]


def passed_suites() -> dict[str, str]:
    """The suite of each rule that a run asks, without a finding."""
    return {
        rule.id: f'  <testsuite name="{rule.id}" tests="1" failures="0" errors="0">\n'
        f'    <testcase name="{rule.title}" classname="{rule.id}" />\n'
        "  </testsuite>\n"
        for rule in rules().values()
        if rule.id not in (*checklists(), "unblocked-bucket")
    }


def test_junit() -> None:
    silent = SILENT.replace('"', "&quot;")
    suites = passed_suites()
    suites["inline-bucket-config"] = (
        '  <testsuite name="inline-bucket-config" tests="1" failures="1" errors="0">\n'
        f'    <testcase name="{INLINE}" classname="infra 1/program.py">\n'
        f'      <failure type="high" message="{INLINE}">'
        f"infra 1/program.py:3:23: high inline-bucket-config {INLINE}\n{INLINE_HOW}</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
    )
    suites["unset-missing-data"] = (
        '  <testsuite name="unset-missing-data" tests="1" failures="1" errors="0">\n'
        f'    <testcase name="{silent}" classname="infra 1/program.py">\n'
        f'      <failure type="medium" message="{silent}">'
        f"infra 1/program.py:5:9: medium unset-missing-data {SILENT}\nfixable: iacfix apply</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
    )
    assert shown("junit") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="iacfix" tests="{len(suites)}" failures="2" errors="0">\n'
        f"{''.join(suites.values())}</testsuites>\n"
    )


def test_markdown() -> None:
    inline, silent = (rules()[id].sections for id in ("inline-bucket-config", "unset-missing-data"))
    assert shown("markdown") == (
        "<!-- iacfix -->\n"
        "## iacfix: 2 findings, 1 fixable\n"
        "\n"
        "| severity | rule | findings | fixable | needs `--unsafe-fixes` | not fixed |\n"
        "|---|---|--:|--:|--:|--:|\n"
        "| high | `inline-bucket-config` | 1 | 0 | 1 | 0 |\n"
        "| medium | `unset-missing-data` | 1 | 1 | 0 | 0 |\n"
        "\n"
        "`iacfix apply` writes the fixes; `iacfix diff -o review.diff` gives them as a patch to edit.\n"
        "\n"
        "<details><summary>high <code>inline-bucket-config</code>: "
        "Bucket configured through deprecated inline settings (1)</summary>\n"
        "\n"
        f"{inline['Why']}\n"
        "\n"
        f"**On a deployed stack**: {inline['On a deployed stack']}\n"
        "\n"
        f"- `infra 1/program.py:3` {INLINE}; {INLINE_HOW}\n"
        "\n"
        "</details>\n"
        "\n"
        "<details><summary>medium <code>unset-missing-data</code>: "
        "Alarm that does not set how to treat missing data (1)</summary>\n"
        "\n"
        f"{silent['Why']}\n"
        "\n"
        f"**On a deployed stack**: {silent['On a deployed stack']}\n"
        "\n"
        f"- `infra 1/program.py:5` {SILENT}; fixable: iacfix apply\n"
        "\n"
        "```diff\n"
        "diff --git a/infra 1/program.py b/infra 1/program.py\n"
        "--- a/infra 1/program.py\t\n"
        "+++ b/infra 1/program.py\t\n"
        "@@ -10,4 +10,5 @@\n"
        '     namespace="AWS/CodeBuild",\n'
        '     statistic="Sum",\n'
        "     threshold=1,\n"
        '+    treat_missing_data="notBreaching",\n'
        " )\n"
        "```\n"
        "\n"
        "</details>\n"
    )


CLEAN = {
    "text": "nothing found in 1 file\n",
    "concise": "nothing found in 1 file\n",
    "json-lines": "",
    "github": "",
    "gitlab": "[]\n",
    "rdjson": '{\n  "source": {\n    "name": "iacfix"\n  },\n  "diagnostics": []\n}\n',
    "markdown": "<!-- iacfix -->\n## iacfix\n\nNothing found in 1 file.\n",
    "junit": '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<testsuites name="iacfix" tests="{len(passed_suites())}" failures="0" errors="0">\n'
    f"{''.join(passed_suites().values())}</testsuites>\n",
}


@pytest.mark.parametrize(("format", "text"), CLEAN.items(), ids=CLEAN)
def test_nothing_found(project: Path, format: str, text: str) -> None:
    (project / "infra 1" / "program.py").write_text("import pulumi_aws as aws\n\naws.sns.Topic('t')\n")
    assert shown(format, code=0) == text


# against the published schemas, and back


def examined(path: Path, data: bytes, folder: Path) -> Run:
    target = folder / path.name
    target.write_bytes(data)
    return run(Request((str(target),), unsafe=True, jobs=1))


VARIANTS = {
    "plain": lambda data: data,
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "bom": lambda data: b"\xef\xbb\xbf" + data,
    "no-final-newline": lambda data: data.rstrip(b"\n"),
    "tabs": lambda data: re.sub(rb"(?m)^((?:    )+)", lambda found: b"\t" * (len(found[0]) // 4), data),
}


SMALL = [path for path in PROGRAMS if path.parent.name in ("static-site", "pipeline-6")]
WRITTEN = [
    *((path, "plain") for path in PROGRAMS),
    *((path, variant) for path in SMALL for variant in VARIANTS if variant != "plain"),
]
"""Every program as it is, and some in every way a file can be written."""


@pytest.mark.parametrize(
    ("path", "variant"), WRITTEN, ids=[f"{'-'.join(path.parts[-3:-1])}-{variant}" for path, variant in WRITTEN]
)
def test_every_fix_can_be_carried_out(path: Path, variant: str, project: Path) -> None:
    done = examined(path, VARIANTS[variant](path.read_bytes()), project)
    texts = documents(DOCUMENTS, done)
    wanted = repairs(done)
    assert set(wanted) <= set(done.findings)
    before = done.outcomes[0].before
    alone = {finding: changed(before, repair) for finding, repair in wanted.items()}
    assert alone == written_alone(done)
    jsonschema.validate(json.loads(texts["sarif"]), schema("sarif-2.1.0-rtm.5.json"))
    own = json.loads(files("iacfix.reports").joinpath("schema.json").read_text())
    jsonschema.validate(json.loads(texts["json"]), own)
    xmlschema.validate(io.BytesIO(texts["junit"].encode()), SCHEMAS / "junit-10.xsd")
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    for finding, result, entry in zip(done.findings, results, json.loads(texts["json"])["findings"], strict=True):
        if finding not in wanted:
            assert "fixes" not in result
            assert entry["edits"] == []
            continue
        ((change,),) = (fix["artifactChanges"] for fix in result["fixes"])
        edits = [
            (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"], text)
            for each in change["replacements"]
            for region, text in [(each["deletedRegion"], each["insertedContent"]["text"])]
        ]
        assert replaced(before, edits) == alone[finding]
        assert edits == [tuple(edit.values()) for edit in entry["edits"]]
    text = VARIANTS[variant](path.read_bytes()).decode()
    mark = "\ufeff" if variant == "bom" else ""
    whole = [mark + alone[finding] if finding in alone else None for finding in done.findings]
    suggestions_are_whole_fixes(json.loads(texts["rdjson"])["diagnostics"], text, whole)


def written_alone(done: Run) -> dict[Reported, str]:
    """The texts that somebody is asked about who takes no fix: what each makes of the file as it was read."""
    asked = dict[Reported, str]()

    def declined(finding: Reported, _before: str, after: str) -> bool:
        asked[finding] = after
        return False

    (task,) = done.tasks
    workers.run_task(task, declined)
    return asked


def suggestions_are_whole_fixes(diagnostics: list[dict[str, Any]], text: str, wanted: list[str | None]) -> None:
    """Each suggestion makes of the file what the finding's own repair does; there is one for each of a single hunk."""
    suggested = 0
    for diagnostic, repair in zip(diagnostics, wanted, strict=True):
        for suggestion in diagnostic.get("suggestions", ()):
            lines = text.split("\n")
            first, last = (suggestion["range"][side]["line"] for side in ("start", "end"))
            end = "\r" if lines[last - 1].endswith("\r") else ""
            lines[first - 1 : last] = [suggestion["text"] + end]
            assert "\n".join(lines) == repair
            suggested += 1
    assert suggested == sum(
        unified("file", text, repair).count("\n@@ ") == 1 for repair in wanted if repair is not None
    )


def replaced(text: str, edits: list[tuple[int, int, int, int, str]]) -> str:
    """The text with regions of lines and columns replaced, last first."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for line, column, end_line, end_column, new in reversed(edits):
        text = text[: starts[line - 1] + column - 1] + new + text[starts[end_line - 1] + end_column - 1 :]
    return text


def test_the_schema_takes_single_lines_and_refuses_what_is_wrong() -> None:
    own = json.loads(files("iacfix.reports").joinpath("schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(own)
    line: Mapping[str, Any] = {"$ref": "#/$defs/finding", "$defs": own["$defs"]}
    (finding, _) = (json.loads(line) for line in shown("json-lines").splitlines())
    jsonschema.validate(finding, line)
    for broken in ({**finding, "line": 0}, {**finding, "severity": "grave"}, {**finding, "edits": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, line)


def test_replacements_are_cut_to_what_differs() -> None:
    before = "äöü = 'a'\r\nstays\r\n\tb𐐀c\r\nstays too\r\nlast"
    after = "äöü = 'o'\r\nstays\r\n\tb𐐀!c\r\nstays too\r\n\tnew\r\nlast"
    replacements = Original(before).replacements(trimmed(before, after))
    assert [(each.start, each.end, each.text) for each in replacements] == [
        ((1, 8), (1, 9), "o"),
        ((3, 4), (3, 4), "!"),
        ((5, 1), (5, 1), "\tnew\r\n"),
    ]


# fingerprints


def test_fingerprints_do_not_move_with_lines(project: Path) -> None:
    def prints() -> list[str]:
        done = run(Request(jobs=1))
        return list(fingerprints(done.findings))

    first = prints()
    (project / "infra 1" / "program.py").write_text(
        "# a remark\n\n" + PROGRAM.replace("threshold=1", "threshold =  1 # one").replace('"logs", ', '"logs",  ')
    )
    assert prints() == first
    (project / "infra 1" / "program.py").write_text(PROGRAM + PROGRAM.partition("\n")[2])
    again = prints()
    assert len(set(again)) == 4
    assert set(first) < set(again)


# what a finding may hold


HOSTILE = Reported(
    "unset-missing-data",
    Severity.LOW,
    "a,b:c%d`e/\udcff|@x.py",
    1,
    1,
    "alarm %0A ::error:: \r\n```\n| <img onerror=x> @octocat #1 $x$ [a](b) \x1b[31m \x00 \ud800 ]]> &amp;",
    Fix.NONE,
    reason="line\nbreak",
    location=Location(2, (1, 2), 1, "aws.x.Y \x0b", "text"),
)


def hostile(count: int = 1) -> Run:
    outcome = Outcome(HOSTILE.path, "x\n", "x\n", (HOSTILE,) * count)
    task = Task(from_bytes(b"x\n", HOSTILE.path), Plan((HOSTILE.rule,)), Path("/"))
    return Run(Path("/"), (task,), (outcome,), ("a\x1bb.py: is broken",), 1)


def test_hostile_text_is_escaped_for_github() -> None:
    (line,) = github.document(hostile(), {}).splitlines()
    assert line == (
        "::notice title=iacfix%3A unset-missing-data,file=a%2Cb%3Ac%25d`e/\udcff|@x.py,line=1,endLine=2::"
        r"alarm %250A ::error:: \r\n```\n| <img onerror=x> @octocat #1 $x$ [a](b) \x1b[31m \x00 "
        "\ud800 ]]> &amp;%0Anot fixed: line\\nbreak"
    )


def test_hostile_text_is_xml() -> None:
    text = junit.document(hostile(), {})
    xmlschema.validate(io.BytesIO(text.encode()), SCHEMAS / "junit-10.xsd")
    assert r"\x1b[31m \x00 \ud800 ]]&gt; &amp;amp;" in text
    assert r'<error type="error" message="a\x1bb.py: is broken" />' in text
    assert 'tests="2" failures="1" errors="1"' in text


def test_hostile_text_is_shown_letter_by_letter_in_markdown() -> None:
    text = markdown.comment(hostile())
    assert text.endswith(
        "- `` a,b:c%d`e/\ufffd|@x.py:1 `` alarm %0A ::error:: \\\\r\\\\n\\`\\`\\`\\\\n\\| \\<img onerror=x\\> "
        "@<!-- -->octocat #<!-- -->1 \\$x\\$ \\[a\\](b) \\\\x1b\\[31m \\\\x00 \ufffd \\]\\]\\> &amp;amp;; "
        "not fixed: line\\\\nbreak\n"
        "\n"
        "</details>\n"
    )
    assert "\n\n**Not checked**\n\n- a\\\\x1bb.py: is broken\n\n<details>" in text


NAME = r"new\n::error::pwn \x23#[add-mask]x \x1b]0;t\x07 \u202e\u2066"
"""As it is written in code."""


@pytest.fixture
def odd(project: Path) -> Path:
    """A program whose own name and that of its alarm would be commands in a log of CI."""
    (project / "infra 1" / "program.py").write_text("")
    (project / "::error::q.py").write_text(PROGRAM.replace('f"failures, {größe}: all"', f'"{NAME}"'))
    return project


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("format", [format for format in FORMATS if format != "github"])
def test_no_line_is_a_command_of_ci(format: str) -> None:
    text = shown(format)
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert not re.search(r"##\[|[\x07\x1b\u202e\u2066]", text)
    assert "::error::q.py" in text or "%3A%3Aerror%3A%3Aq.py" in text


@pytest.mark.usefixtures("odd")
def test_the_commands_for_github_are_our_own() -> None:
    lines = shown("github").splitlines()
    assert all(
        re.match(r"::(error|warning) title=iacfix%3A [a-z-]+,file=%3A%3Aerror%3A%3Aq\.py,", line) for line in lines
    )
    assert not re.search(r"[\x07\x1b\u202e\u2066]", "".join(lines))


@pytest.mark.usefixtures("odd")
def test_the_report_shows_names_letter_by_letter() -> None:
    text = iacfix_("report").stdout
    assert not re.search(r"^\s*::|##\[|[\x07\x1b\u202e\u2066]", text, re.MULTILINE)


def test_a_path_where_a_line_begins_is_no_command(odd: Path) -> None:
    assert shown("concise").startswith("./::error::q.py:")
    (odd / " ::error::q.py").write_bytes((odd / "::error::q.py").read_bytes())
    assert shown("concise").startswith("./ ::error::q.py:")


@pytest.mark.parametrize("command", ["diff", "check --output-format markdown", "report", "apply --interactive"])
def test_a_terminal_is_shown_nothing_that_it_would_obey(project: Path, command: str) -> None:
    """Elsewhere a diff has the very bytes of the file: a patch must fit."""
    odd = "    threshold=1,  # \x1b]0;t\x07 \u202e\n"
    (project / "infra 1" / "program.py").write_text(PROGRAM.replace("    threshold=1,\n", odd))
    environment = {**os.environ, "NO_COLOR": "1"}
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "iacfix", *command.split()], stdin=slave, stdout=slave, stderr=slave, env=environment
    ) as running:
        os.close(slave)
        os.write(master, b"q\n")
        text = b""
        with suppress(OSError):
            while part := os.read(master, 65536):
                text += part
    os.close(master)
    assert running.returncode == 1
    assert rb"\x1b]0;t\x07 \u202e" in text
    assert not re.search(rb"[\x1b\x07]|\xe2\x80\xae", text)


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert markdown.fenced("+ ````\n", "diff") == "`````diff\n+ ````\n`````\n"


@pytest.mark.parametrize("format", ["json", "json-lines", "sarif", "gitlab"])
def test_hostile_text_is_json_in_utf_8(format: str) -> None:
    text = documents([format], hostile())[format]
    text.encode()
    assert "\\u001b[31m \\u0000 \ufffd" in text


def test_a_comment_keeps_its_limit_and_says_what_was_cut() -> None:
    text = markdown.comment(hostile(2000))
    assert 60_000 < len(text.encode()) <= markdown.LIMIT
    left_out = 2000 - text.count("\n- ``")
    assert text.endswith(
        f"\n\n</details>\n\nToo long for a comment: {left_out} findings left out;"
        " `iacfix check` and `iacfix diff` show all.\n"
    )


def test_a_comment_shows_every_rule_before_any_rule_s_second_diff() -> None:
    split = (
        PROGRAM.replace('größe = "10%"; logs', "logs").replace(', tags={"größe": größe}', "").replace("größe", "logs")
    )
    for number in range(8):
        Path(f"p{number}.py").write_text(split.replace('acl="public-read"', 'versioning={"enabled": True}'))
    Path("infra 1/program.py").unlink()
    done = run(Request(jobs=1, ignore=("unblocked-bucket",)))

    def folds(limit: int) -> list[tuple[int, int]]:
        text = markdown.comment(done, limit)
        assert len(text.encode()) <= limit
        return [(fold.count("\n- "), fold.count("```diff")) for fold in text.split("<details>")[1:]]

    assert folds(10**6) == [(8, 8), (8, 8)]
    assert [diffs for _, diffs in folds(5_000)] == [1, 1]


def test_the_gravest_that_can_be_fixed_are_annotated_first() -> None:
    kinds = [
        (Severity.LOW, Fix.SAFE),
        (Severity.HIGH, Fix.NONE),
        (Severity.HIGH, Fix.UNSAFE),
        (Severity.HIGH, Fix.SAFE),
    ]
    found = tuple(
        replace(HOSTILE, severity=severity, fix=fix, line=line) for line, (severity, fix) in enumerate(kinds, 1)
    )
    done = hostile()
    done = replace(done, outcomes=(replace(done.outcomes[0], findings=found),))
    lines = github.document(done, {}).splitlines()
    assert [re.search(r",line=(\d)", line)[1] for line in lines] == ["4", "3", "2", "1"]  # type: ignore[index]


def test_rules_about_security_have_the_score_that_code_scanning_ranks_by() -> None:
    (run_,) = json.loads(shown("sarif"))["runs"]
    scores = {rule["id"]: rule["properties"].get("security-severity") for rule in run_["tool"]["driver"]["rules"]}
    security = {rule.id: rule.severity for rule in rules().values() if rule.category.startswith("Security")}
    grades = {"high": "8.0", "medium": "5.5", "low": "2.5"}
    assert {id: score for id, score in scores.items() if score} == {id: grades[at.value] for id, at in security.items()}
    assert scores["unconditioned-logs-grant"] == "8.0"
    tagged = [
        rule["id"] for rule in run_["tool"]["driver"]["rules"] if "security" in rule["properties"].get("tags", ())
    ]
    assert tagged == list(security)


@pytest.mark.parametrize(
    ("files", "address"),
    [
        ({"METADATA": "Project-URL: Homepage, https://example.org/iacfix\n"}, "https://example.org/iacfix"),
        (
            {
                "METADATA": "Project-URL: Homepage, https://example.org/iacfix\n"
                "Project-URL: Documentation, https://docs.example.org\n"
            },
            "https://example.org/iacfix",
        ),
        (
            {"direct_url.json": '{"url": "https://example.org/a/iacfix.git", "vcs_info": {}}'},
            "https://example.org/a/iacfix",
        ),
        ({"direct_url.json": '{"url": "file:///srv/iacfix", "dir_info": {}}'}, None),
        ({}, None),
    ],
    ids=str,
)
def test_sarif_has_the_address_of_the_tool_where_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], address: str | None
) -> None:
    folder = tmp_path / "site" / "iacfix-0.1.0.dist-info"
    folder.mkdir(parents=True)
    for name, text in {"METADATA": "", **files}.items():
        (folder / name).write_text(
            f"Metadata-Version: 2.1\nName: iacfix\nVersion: 0.1.0\n{text}" if name == "METADATA" else text
        )
    monkeypatch.setattr(addresses, "distribution", lambda _name: Distribution.at(folder))
    document = json.loads(documents(["sarif"], hostile())["sarif"])
    jsonschema.validate(document, schema("sarif-2.1.0-rtm.5.json"))
    driver = document["runs"][0]["tool"]["driver"]
    assert driver.get("informationUri") == address
    pages = {rule["id"]: rule.get("helpUri") for rule in driver["rules"]}
    if "Documentation" in files.get("METADATA", ""):
        assert pages["unset-missing-data"] == "https://docs.example.org/rules/unset-missing-data/"
    else:
        assert pages["unset-missing-data"].startswith("https://docs.aws.amazon.com/")


def test_a_diff_that_does_not_fit_is_left_out_whole(project: Path) -> None:
    (project / "infra 1" / "program.py").write_text(PROGRAM + PROGRAM.partition("\n\n")[2] * 3)
    done = run(Request(jobs=1, select=("unset-missing-data",)))
    whole = markdown.comment(done)
    assert whole.count("```diff") == 1
    less = markdown.comment(done, len(whole.encode()))
    assert less.count("```diff") == 0
    assert less.endswith(
        "\n</details>\n\nToo long for a comment: 1 diff left out; `iacfix check` and `iacfix diff` show all.\n"
    )


# where they go


def test_several_formats_at_once(project: Path) -> None:
    alone = {format: shown(format) for format in ("concise", "sarif", "junit")}
    arguments = [f"--output-format={format}={format}.out" for format in ("sarif", "junit", "concise")]
    result = iacfix_("check", *arguments, "--output-format", "concise")
    assert (result.exit_code, result.stdout, result.stderr) == (1, alone["concise"], "")
    assert {format: (project / f"{format}.out").read_text() for format in alone} == alone
    text = iacfix_("check")
    again = iacfix_("check", *arguments)
    assert (again.exit_code, again.stdout) == (1, text.stdout)


def test_a_diff_with_a_report(project: Path) -> None:
    sarif = shown("sarif")
    diff = iacfix_("diff", "-q").stdout
    result = iacfix_("diff", "-q", "-o", "review.diff", "--output-format", "sarif=reports/out.sarif")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "")
    assert ((project / "review.diff").read_text(), (project / "reports" / "out.sarif").read_text()) == (diff, sarif)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["check", "--output-format", "sarf"], "unknown format 'sarf', did you mean 'sarif'?"),
        (
            ["check", "--output-format", "x"],
            "unknown format 'x'; choose one of full, text, concise, json, json-lines, sarif, github, gitlab, rdjson,"
            " markdown, html, junit",
        ),
        (
            ["check", "--output-format", "sarif="],
            "--output-format sarif= names no file; write sarif=FILE, or sarif for stdout",
        ),
        (
            ["check", "--output-format", "sarif", "--output-format", "json"],
            "only one --output-format can go to stdout; give the others a file as FORMAT=FILE",
        ),
        (
            ["check", "--output-format", "sarif=a", "--output-format", "json=./a"],
            "a: is named twice; give each output a file of its own",
        ),
        (
            ["diff", "-o", "a", "--output-format", "html=./a"],
            "a: is named twice; give each output a file of its own",
        ),
        (
            ["diff", "--by-rule", "-o", "a", "--output-format", "html=a"],
            "a: is named twice; give each output a file of its own",
        ),
        (
            ["check", "--output-format", "json=a", "--output-format", "sarif=infra 1"],
            "infra 1: is a folder; name a file",
        ),
        (
            ["check", "--output-format", "json=a", "--output-format", "sarif=requirements.txt/out"],
            "requirements.txt/out: cannot be written: its folder is a file; name another file",
        ),
        (["diff", "--output-format", "json"], "stdout is for the diff; write --output-format json=FILE"),
    ],
)
def test_what_a_person_can_get_wrong(project: Path, arguments: list[str], error: str) -> None:
    result = iacfix_(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"iacfix: error: {error}\n")
    assert sorted(path.name for path in project.iterdir()) == [".git", "infra 1", "requirements.txt"]


@pytest.mark.parametrize("name", ["infra 1/program.py", "link"])
@pytest.mark.parametrize(
    "arguments",
    [["check", "--output-format", "json={}"], ["diff", "-o", "{}"], ["baseline", "write", "--baseline", "{}"]],
)
def test_no_output_replaces_a_program(project: Path, arguments: list[str], name: str) -> None:
    (project / "link").symlink_to("infra 1/program.py")
    text = (project / "infra 1" / "program.py").read_bytes()
    result = iacfix_(*(argument.format(name) for argument in arguments))
    error = f"iacfix: error: {name}: is a program; name another file to write to\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", error)
    assert (project / "infra 1" / "program.py").read_bytes() == text
    assert (project / "link").is_symlink()


def test_a_device_is_written_to_and_stays_one() -> None:
    result = iacfix_("check", "--output-format", "json=/dev/null", "--output-format", "concise")
    assert result.exit_code == 1
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/fd/3"])
def test_what_a_descriptor_is_redirected_to_keeps_what_it_has(project: Path, name: str) -> None:
    command = f"{sys.executable} -m iacfix check -q --output-format json={name} --output-format concise=/dev/null"
    redirect = "3>&1 >/dev/null" if name.endswith("3") else "--output-format rdjson=/dev/stderr 2>/dev/null"
    for to in (">", ">>"):
        script = f"(echo before; {command} {redirect}; echo $?) {to} log"
        subprocess.run(["sh", "-c", script], check=True)
    more = "" if name.endswith("3") else iacfix_("check", "-q").stdout
    assert (project / "log").read_text() == f"before\n{shown('json')}{more}1\n" * 2


def test_nothing_is_left_of_outputs_that_cannot_be_written(project: Path) -> None:
    result = iacfix_("check", "--output-format=json=new/inner/a", f"--output-format=sarif={project}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (project / "new").exists()


def test_a_report_keeps_the_link_and_the_mode_of_its_file(project: Path) -> None:
    target = project / "target.json"
    target.touch(0o640)
    target.chmod(0o640)
    (project / "link.json").symlink_to("target.json")
    iacfix_("check", "--output-format", "json=link.json", "--output-format", "sarif=new.sarif")
    assert (project / "link.json").is_symlink()
    assert target.read_text() == shown("json")
    assert target.stat().st_mode & 0o777 == 0o640
    (project / "plain").touch()
    assert (project / "new.sarif").stat().st_mode == (project / "plain").stat().st_mode


# in GitHub Actions


def test_github_actions_gets_annotations_and_a_summary(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    annotations, comment = shown("github"), shown("markdown")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (project / "summary.md").write_text("# Build\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    result = iacfix_("check")
    assert (result.exit_code, result.stdout, result.stderr) == (1, annotations, "")
    assert (project / "summary.md").read_text() == "# Build\n" + comment
    assert iacfix_("check", "--output-format", "concise").stdout == shown("concise")
    assert (project / "summary.md").read_text() == "# Build\n" + comment


def test_annotations_come_where_there_is_no_summary(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    annotations = shown("github")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    result = iacfix_("check")
    error = "nowhere/summary.md: cannot be written: No such file or directory; see GITHUB_STEP_SUMMARY"
    assert (result.exit_code, result.stdout, result.stderr) == (2, annotations, f"iacfix: error: {error}\n")
    full = "x" * (github.SUMMARY_LIMIT - 100)
    (project / "summary.md").write_text(full)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert iacfix_("check").exit_code == 1
    assert (project / "summary.md").stat().st_size <= github.SUMMARY_LIMIT


def test_the_summary_says_how_many_annotations_are_not_shown() -> None:
    text = github.summary(hostile(12))
    assert text.endswith(
        "\nGitHub shows at most 10 annotations of each level for a step; 2 findings of this run are only listed here.\n"
    )
    assert len(github.summary(hostile(12), 3000).encode()) <= 3000
