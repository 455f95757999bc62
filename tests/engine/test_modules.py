"""A Terraform module is one program of several files: what is found, fixed and refused across them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import pytest

from iacfix.commands.reviewed import apply_reviewed
from iacfix.engine.interactive import confirmed
from iacfix.engine.request import Request
from iacfix.engine.run import Run, repairs, run, run_text
from iacfix.engine.scope import narrowed
from iacfix.errors import PatchError
from iacfix.files.modules import SEAM, place_of, split
from iacfix.patches.diff import unified
from iacfix.reports.formats import documents
from iacfix.reports.html.hunks import files_of
from iacfix.result import AnswerWithdrawn, Fix, OtherFiles, Reported

ALARM = """resource "aws_cloudwatch_metric_alarm" "{}" {{
  comparison_operator = "GreaterThanThreshold"
  namespace           = {}
  statistic           = "Sum"
}}
"""
BUCKET = 'resource "aws_s3_bucket" "data" {\n  bucket = "acme-data"\n}\n'
VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
"""
LINE = '  treat_missing_data  = "notBreaching"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def _run(root: Path, files: Mapping[str, str], *paths: str, select: tuple[str, ...] = ("unset-missing-data",)) -> Run:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return run(Request(tuple(str(root / path) for path in paths or ("",)), select=select, jobs=1))


def _after(done: Run) -> dict[str, str]:
    return {outcome.path: outcome.after for outcome in done.outcomes if outcome.changed}


def _fixed(text: str) -> str:
    return text.replace('statistic           = "Sum"\n', f'statistic           = "Sum"\n{LINE}')


def test_names_are_followed_to_other_files_of_the_folder(root: Path):
    alarm = ALARM.format("failures", "local.namespace")
    files = {
        "locals.tf": 'locals {\n  namespace = "AWS/CodeBuild"\n}\n',
        "main.tf": "# alarms\n" + alarm,
        "child/main.tf": alarm,
    }
    done = _run(root, files)
    assert _after(done) == {"main.tf": _fixed(files["main.tf"])}
    assert [
        (found.path, found.line, found.location.resource_lines, found.reason is None) for found in done.findings
    ] == [
        ("child/main.tf", 1, (1, 5), False),
        ("main.tf", 2, (2, 6), True),
    ]
    assert [task.source.name for task in done.tasks] == ["child/main.tf", "locals.tf", "main.tf"]


@pytest.mark.parametrize("override", ["a_override.tf", "override.tf", "override.tofu", "x_override.tf"])
def test_a_resource_that_an_override_file_adds_to_is_reported_once(root: Path, override: str):
    more = 'resource "aws_cloudwatch_metric_alarm" "failures" {\n  alarm_description = "Failures"\n}\n'
    done = _run(root, {"main.tf": ALARM.format("failures", '"AWS/CodeBuild"'), override: more})
    assert _after(done) == {}
    assert [(found.path, found.reason) for found in done.findings] == [
        ("main.tf", "some of its inputs come from an override file and are not statically known")
    ]


def test_what_an_override_file_says_takes_the_place_of_what_it_overrides(root: Path):
    alarm = 'resource "aws_cloudwatch_metric_alarm" "failures" {{\n  treat_missing_data = "{}"\n}}\n'
    keys = 'resource "aws_kms_key" "{}" {{\n  enable_key_rotation = {}\n}}\n'
    files = {
        "a_override.tf": alarm.format("missing") + keys.format("on", "true") + keys.format("off", "false"),
        "main.tf": ALARM.format("failures", '"AWS/CodeBuild"')
        + keys.format("on", "false")
        + keys.format("off", "true"),
    }
    done = _run(root, files, select=("unset-missing-data", "unrotated-key"))
    assert [(found.path, found.rule) for found in done.findings] == [("a_override.tf", "unrotated-key")]


def test_a_setting_of_a_bucket_that_is_overridden_is_found_by_its_name(root: Path):
    more = 'resource "aws_s3_bucket" "data" {\n  tags = {\n    owner = "builds"\n  }\n}\n'
    block = 'resource "aws_s3_bucket_public_access_block" "data" {\n  bucket = aws_s3_bucket.data.id\n}\n'
    done = _run(root, {"main.tf": BUCKET + block, "override.tf": more}, select=("unblocked-bucket",))
    assert not done.findings


def test_the_provider_that_an_override_file_gives_is_asked_for_the_region(root: Path):
    link = '"https://console.aws.amazon.com/sns/home?region={}"'
    topic = 'resource "aws_ssm_parameter" "{}" {{\n  name  = "topic"\n  type  = "String"\n  value = {}\n}}\n'
    here = topic.format("here", link.format("us-east-1"))
    files = {
        "main.tf": here,
        "override.tf": 'resource "aws_ssm_parameter" "here" {\n  provider = aws.us\n}\n',
        "provider.tf": 'provider "aws" {\n  alias  = "us"\n  region = "us-east-1"\n}\n',
        "versions.tf": VERSIONS,
    }
    source = 'data "aws_region" "us" {\n  provider = aws.us\n}\n\n'
    fixed = topic.format("here", link.format("${data.aws_region.us.name}"))
    assert _after(_run(root, files, select=("hardcoded-region",))) == {"main.tf": source + fixed}
    files["main.tf"] = 'data "aws_region" "current" {}\n\n' + here
    files["override.tf"] = 'data "aws_region" "current" {\n  provider = aws.us\n}\n'
    del files["provider.tf"]
    done = _run(root, {**files, "provider.tf": ""}, select=("hardcoded-region",))
    (found,) = done.findings
    assert found.reason == "the module already has another data source aws_region.current"


def test_misspelt_arguments_in_an_override_file_are_found(root: Path):
    more = 'resource "aws_s3_bucket" "data" {\n  bukcet = "acme"\n}\n'
    done = _run(root, {"main.tf": BUCKET, "override.tf": more}, select=("unknown-input",))
    assert [(found.path, found.line) for found in done.findings] == [("override.tf", 2)]


@pytest.mark.parametrize(
    ("said", "more"), [("", "  versioning {\n    enabled = true\n  }\n"), ('  acl = "private"\n', "  count = 2\n")]
)
def test_the_split_of_a_bucket_that_an_override_file_adds_to_is_refused(root: Path, said: str, more: str):
    files = {
        "main.tf": BUCKET.replace("}", f"{said}}}"),
        "override.tf": f'resource "aws_s3_bucket" "data" {{\n{more}}}\n',
    }
    files["versions.tf"] = VERSIONS.replace("5", "4")
    done = _run(root, files, select=("inline-bucket-config",))
    assert [(found.path, found.reason is None) for found in done.findings] == [("main.tf", False)]


def test_only_the_files_that_are_named_are_reported_and_changed(root: Path):
    files = {name: ALARM.format(name[0], '"AWS/CodeBuild"') for name in ("a.tf", "b.tf")}
    done = _run(root, files, "b.tf")
    assert _after(done) == {"b.tf": _fixed(files["b.tf"])}
    assert [found.path for found in done.findings] == ["b.tf"]


def test_a_run_that_is_narrowed_fixes_what_is_left(root: Path):
    files = {name: ALARM.format(name[0], '"AWS/CodeBuild"') for name in ("a.tf", "b.tf")}
    done = _run(root, files)
    left = narrowed(done, [found for found in done.findings if found.path == "a.tf"])
    assert _after(left) == {"a.tf": _fixed(files["a.tf"])}


def test_a_comment_for_the_whole_file_is_about_its_file(root: Path):
    alarm = ALARM.format("a", '"AWS/CodeBuild"')
    ignore = "# iacfix: ignore-file[unset-missing-data] paged elsewhere\n"
    done = _run(root, {"a.tf": ignore + alarm, "b.tf": alarm.replace('"a"', '"b"')})
    assert [found.path for found in done.findings] == ["b.tf"]


def test_a_comment_at_the_end_of_a_file_is_not_about_the_next_one(root: Path):
    alarm = ALARM.format("b", '"AWS/CodeBuild"')
    done = _run(root, {"a.tf": "locals {}\n# iacfix: ignore[unset-missing-data] why", "b.tf": alarm})
    assert [(found.path, found.line, found.rule) for found in done.findings] == [
        ("a.tf", 2, "unused-ignore"),
        ("b.tf", 1, "unset-missing-data"),
    ]


def test_a_module_with_a_file_that_does_not_parse_is_left_alone(root: Path):
    files = {"a.tf": ALARM.format("a", '"AWS/CodeBuild"'), "b.tf": 'locals {\n  a = "\n}\n', "c.tf": "locals {\n"}
    done = _run(root, files)
    assert _after(done) == {}
    assert done.errors == (
        "b.tf:1: does not parse as HCL; not checked",
        "c.tf:2: does not parse as HCL; not checked",
    )


def test_what_one_file_leaves_open_and_another_closes_does_not_parse(root: Path):
    done = _run(root, {"a.tf": ALARM.format("a", '"AWS/CodeBuild"') + "locals {\n", "b.tf": "}\n"})
    assert (_after(done), len(done.errors)) == ({}, 2)


def test_line_ends_marks_and_last_lines_of_each_file_stay(root: Path):
    plain = ALARM.format("a", '"AWS/CodeBuild"').rstrip("\n")
    windows = "\ufeff" + ALARM.format("b", '"AWS/CodeBuild"').replace("\n", "\r\n")
    done = _run(root, {"a.tf": plain, "b.tf": windows})
    fixed = {"a.tf": _fixed(plain), "b.tf": _fixed(windows.replace("\r\n", "\n"))[1:].replace("\n", "\r\n")}
    assert _after(done) == fixed


@pytest.mark.parametrize(("first", "second"), [("\n", "\r\n"), ("\r\n", "\n")])
def test_a_new_data_source_ends_its_lines_as_its_file_does(first: str, second: str, root: Path):
    text = 'resource "aws_vpc_endpoint" "{}" {{\n  service_name = "com.amazonaws.us-east-1.s3"\n}}\n'
    files = {
        "a.tf": ('provider "aws" {\n  region = "us-east-1"\n}\n\n' + text.format("a")).replace("\n", first),
        "b.tf": text.format("b").replace("\n", second),
        "versions.tf": 'terraform {\n  required_providers {\n    aws = {\n      version = "~> 6.0"\n    }\n  }\n}\n',
    }
    after = _after(_run(root, files, select=("hardcoded-region",)))
    assert 'data "aws_region" "current" {}' in after["a.tf"]
    for name, newline in (("a.tf", first), ("b.tf", second)):
        assert {line[len(line.rstrip()) :] for line in after[name].splitlines(keepends=True)} == {newline}


def test_terraforms_own_folder_is_not_visited(root: Path):
    alarm = ALARM.format("a", '"AWS/CodeBuild"')
    done = _run(root, {".terraform/modules/x/main.tf": alarm, "main.tf": "locals {}\n"})
    assert (done.tasks, done.not_examined) == ((), ())


def test_a_module_for_a_major_that_nobody_knows_is_told_as_that(root: Path):
    pinned = 'terraform {\n  required_providers {\n    aws = "~> 2.0"\n  }\n}\n'
    done = _run(root, {"main.tf": pinned + BUCKET}, select=("unblocked-bucket",))
    assert (done.errors, [found.rule for found in done.findings]) == ((), ["unknown-provider-major"])


REQUIRED = (
    'terraform {\n  required_providers {\n    aws = {\n      source  = "%s"\n      version = "~> 5.0"\n    }\n  }\n}\n'
)


@pytest.mark.parametrize(
    "source", ["hashicorp/aws", "registry.opentofu.org/hashicorp/aws", "mirror.example.com/hashicorp/aws"]
)
def test_the_provider_may_come_from_any_registry(source: str, root: Path):
    done = _run(root, {"versions.tf": REQUIRED % source, "main.tf": BUCKET}, select=("unblocked-bucket",))
    assert ([found.rule for found in done.findings], done.not_examined) == (["unblocked-bucket"], ())


@pytest.mark.parametrize("source", ["acme/aws", "mirror.example.com/acme/aws", "hashicorp/awscc"])
def test_another_provider_of_the_same_name_is_left_alone(source: str, root: Path):
    done = _run(root, {"versions.tf": REQUIRED % source, "main.tf": BUCKET}, select=("unblocked-bucket",))
    why = f"the module takes the provider aws from {source}, and no rule is for that"
    assert (done.tasks, [found for found in done.not_examined if found.path == "main.tf"]) == ((), [("main.tf", why)])


def test_a_text_of_another_provider_is_left_alone():
    text = (REQUIRED % "acme/aws") + ALARM.format("a", '"AWS/CodeBuild"')
    assert run_text(text.encode(), "main.tf", Request(select=("unset-missing-data",))).findings == []


def test_places_are_those_of_the_files():
    text = SEAM.join(["a\nb\n", "", "c"])
    assert split(text) == ["a\nb\n", "", "c"]
    assert [place_of(text, line) for line in (1, 2, 3, 5, 7)] == [(0, 1), (0, 2), (0, 3), (1, 1), (2, 1)]


# fixes over several files

TOPIC = 'resource "aws_sns_topic" "alerts" {\n  name = "alerts"\n}\n'
ENDPOINT = 'resource "aws_vpc_endpoint" "storage" {\n  service_name = "com.amazonaws.us-east-1.s3"\n}\n'
REGION = ("hardcoded-region",)
SOURCE = 'data "aws_region" "current" {}\n\n'
LOOKED_UP = ENDPOINT.replace("us-east-1", "${data.aws_region.current.region}")


def test_a_fix_may_change_two_files_once(root: Path):
    other = ENDPOINT.replace("storage", "other")
    versions = 'terraform {\n  required_providers {\n    aws = {\n      version = "~> 6.0"\n    }\n  }\n}\n'
    files = {"main.tf": "# what it makes\n\n" + TOPIC, "net.tf": ENDPOINT, "other.tf": other, "versions.tf": versions}
    done = _run(root, files, select=REGION)
    assert _after(done) == {
        "main.tf": "# what it makes\n\n" + SOURCE + TOPIC,
        "net.tf": LOOKED_UP,
        "other.tf": LOOKED_UP.replace("storage", "other"),
    }


def test_a_fix_that_would_change_a_file_which_is_not_asked_for_is_refused(root: Path):
    done = _run(root, {"main.tf": TOPIC, "net.tf": ENDPOINT}, "net.tf", select=REGION)
    assert _after(done) == {}
    (found,) = done.findings
    assert found.reason == "the fix changes another file of the module, which is not part of this run"


def test_a_narrowed_run_keeps_both_halves_of_a_fix(root: Path):
    other = ENDPOINT.replace("storage", "other")
    versions = 'terraform {\n  required_providers {\n    aws = "~> 6.0"\n  }\n}\n'
    done = _run(root, {"main.tf": TOPIC, "net.tf": ENDPOINT, "other.tf": other, "versions.tf": versions}, select=REGION)
    left = narrowed(done, [found for found in done.findings if found.path == "net.tf"])
    assert _after(left) == {"main.tf": SOURCE + TOPIC, "net.tf": LOOKED_UP}


def test_a_patch_needs_both_halves_of_a_fix(root: Path):
    versions = 'terraform {\n  required_providers {\n    aws = "~> 6.0"\n  }\n}\n'
    files = {"main.tf": TOPIC, "net.tf": ENDPOINT, "versions.tf": versions}
    done = _run(root, files, select=REGION)
    patches = {one.path: unified(one.path, one.before, one.after) for one in done.outcomes if one.changed}
    with pytest.raises(PatchError, match=r"net\.tf: the patched text reads data\.aws_region\.current, which a hunk"):
        apply_reviewed(patches["net.tf"].encode(), "review.diff", root)
    assert (root / "net.tf").read_text() == ENDPOINT
    apply_reviewed("".join(patches.values()).encode(), "review.diff", root)
    assert (root / "net.tf").read_text() == LOOKED_UP
    assert (root / "main.tf").read_text() == SOURCE + TOPIC


def test_a_fix_that_depends_on_the_major_tells_it_as_terraform_counts(root: Path):
    versions = 'terraform {\n  required_providers {\n    aws = ">= 5.0"\n  }\n}\n'
    done = _run(root, {"main.tf": ENDPOINT, "versions.tf": versions}, select=REGION)
    (found,) = done.findings
    assert (found.fix, found.note) == (
        Fix.UNSAFE,
        "the major of aws is uncertain (versions.tf allows hashicorp/aws >= 5.0, the newest major 6 is assumed), and "
        "the fix differs under 5: pin the version or set --provider-version",
    )


def test_whoever_is_asked_sees_what_a_fix_changes_of_other_files(root: Path):
    seen: list[tuple[str, str, str, OtherFiles]] = []

    def accept(finding: Reported, before: str, after: str, beside: OtherFiles = (), /) -> bool:
        seen.append((finding.path, before, after, beside))
        return True

    versions = 'terraform {\n  required_providers {\n    aws = {\n      version = "~> 6.0"\n    }\n  }\n}\n'
    for name, text in {"a.tf": TOPIC, "net.tf": ENDPOINT, "versions.tf": versions}.items():
        (root / name).write_text(text, encoding="utf-8")
    confirmed(run(Request((str(root),), select=REGION, jobs=1)), accept)
    assert seen == [("net.tf", ENDPOINT, LOOKED_UP, [("a.tf", TOPIC, SOURCE + TOPIC)])]


def test_an_answer_that_is_taken_back_is_given_anew_in_its_module(root: Path):
    answers = iter([True, None, False, True])  # None takes the first one back
    seen: list[str] = []

    def accept(finding: Reported, _before: str, _after: str, _beside: OtherFiles = (), /) -> bool:
        seen.append(finding.path)
        answer = next(answers)
        if answer is None:
            raise AnswerWithdrawn(seen[0])
        return answer

    versions = 'terraform {\n  required_providers {\n    aws = {\n      version = "~> 6.0"\n    }\n  }\n}\n'
    other = ENDPOINT.replace("storage", "other")
    for name, text in {"a.tf": ENDPOINT, "net.tf": other, "versions.tf": versions}.items():
        (root / name).write_text(text, encoding="utf-8")
    done = confirmed(run(Request((str(root),), select=REGION, jobs=1)), accept)
    assert seen == ["a.tf", "net.tf", "a.tf", "net.tf"]
    after = {outcome.path: outcome.after for outcome in done.outcomes}
    assert ("us-east-1" in after["a.tf"], "us-east-1" in after["net.tf"]) == (True, False)


GRANT = ("ungranted-log-key",)
KEYS = """resource "aws_kms_key" "logs" {
  policy = data.aws_iam_policy_document.key.json
}

resource "aws_cloudwatch_log_group" "app" {
  kms_key_id = aws_kms_key.logs.arn
}
"""
POLICY = """data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]
    }
  }
}
"""
PINNED = 'terraform {\n  required_providers {\n    aws = "~> 6.0"\n  }\n}\n'
SOURCES = 'data "aws_caller_identity" "current" {}\n\ndata "aws_region" "current" {}\n'


def _replaced(text: str, edits: Sequence[tuple[int, int, int, int, str]]) -> str:
    """The text with regions of lines and columns replaced, from the last one on."""
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    for line, column, end_line, end_column, new in reversed(edits):
        text = text[: starts[line - 1] + column - 1] + new + text[starts[end_line - 1] + end_column - 1 :]
    return text


@pytest.mark.parametrize("sources", ["none", "beside"])
def test_the_reports_tell_what_a_fix_changes_of_every_file(root: Path, sources: str):
    """With the data sources there already, the finding's own file stays as it is."""
    files = {"keys.tf": KEYS, "policy.tf": POLICY, "versions.tf": PINNED}
    files |= {"sources.tf": SOURCES} if sources == "beside" else {}
    done = _run(root, files, select=GRANT)
    after = _after(done)
    assert set(after) == ({"policy.tf"} if sources == "beside" else {"keys.tf", "policy.tf"})
    assert done.fixed == set(done.findings)

    texts = documents(["sarif", "json", "rdjson", "html"], done)
    (result,) = json.loads(texts["sarif"])["runs"][0]["results"]
    ((*changes,),) = (fix["artifactChanges"] for fix in result["fixes"])
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    by_sarif = {
        change["artifactLocation"]["uri"]: [
            (*(each["deletedRegion"][key] for key in keys), each["insertedContent"]["text"])
            for each in change["replacements"]
        ]
        for change in changes
    }
    (finding,) = json.loads(texts["json"])["findings"]
    by_json = {each["path"]: [tuple(edit.values()) for edit in each["edits"]] for each in finding["changes"]}
    assert by_json == by_sarif
    assert {path: _replaced(files[path], edits) for path, edits in by_json.items()} == after
    assert finding["edits"] == []
    (diagnostic,) = json.loads(texts["rdjson"])["diagnostics"]
    assert "suggestions" not in diagnostic

    shown = files_of(done, repairs(done))
    assert [hunk.number for file in shown for hunk in file.hunks] == list(range(1, len(after) + 1))
    assert [list(parts) for file in shown for parts in file.fixed.values()] == [list(range(1, len(after) + 1))]
    assert all(hunk.findings == tuple(done.findings) for file in shown for hunk in file.hunks)
    assert ("fixed in other files" in texts["html"]) is (sources == "beside")
    assert "Line 1 of keys.tf" in texts["html"]


def test_a_narrowed_run_fixes_in_another_file_what_is_left(root: Path):
    files = {"keys.tf": KEYS, "policy.tf": POLICY, "sources.tf": SOURCES, "versions.tf": PINNED}
    alarm = {"alarm.tf": ALARM.format("a", '"AWS/CodeBuild"')}
    done = _run(root, files | alarm, select=(*GRANT, "unset-missing-data"))
    assert set(_after(done)) == {"alarm.tf", "policy.tf"}
    left = narrowed(done, [found for found in done.findings if found.path == "keys.tf"])
    assert set(_after(left)) == {"policy.tf"}
    assert left.fixed == set(left.findings)
    assert narrowed(done, []).fixed == frozenset()


def test_a_fix_in_one_file_is_an_edit_of_it(root: Path):
    done = _run(root, {"main.tf": ALARM.format("a", '"AWS/CodeBuild"'), "policy.tf": POLICY})
    (finding,) = json.loads(documents(["json"], done)["json"])["findings"]
    assert (len(finding["edits"]), finding["changes"]) == (1, [])


# other syntaxes, and files in the place of others

KEY = '{\n  "resource": {\n    "aws_kms_key": {\n      "data": {"description": "of the data"}\n    }\n  }\n}\n'


def test_a_file_in_json_is_read_and_not_written(root: Path):
    done = _run(root, {"main.tf.json": KEY}, select=("unrotated-key",))
    assert [(found.path, found.line, found.fix, found.reason) for found in done.findings] == [
        ("main.tf.json", 4, Fix.NONE, "the fix changes a file in JSON syntax, which is only read")
    ]
    assert [(outcome.before, outcome.after) for outcome in done.outcomes] == [(KEY, KEY)]


def test_what_a_file_in_json_says_holds_for_the_others(root: Path):
    region = '{"data": {"aws_region": {"current": {}}}, "resource": {"aws_sns_topic": {"a": {}}}}\n'
    versions = '{\n"terraform": {"required_providers": {"aws": {"version": "~> 6.0"}}}\n}\n'
    files = {"a.tf.json": region, "net.tf": ENDPOINT, "versions.tf.json": versions}
    assert _after(_run(root, files, select=REGION)) == {"net.tf": LOOKED_UP}


def test_a_file_that_is_no_json_leaves_its_module_alone(root: Path):
    done = _run(root, {"a.tf.json": "{\n", "net.tf": ENDPOINT}, select=REGION)
    assert (_after(done), done.errors) == ({}, ("a.tf.json:2: does not parse as JSON; not checked",))


def test_a_file_of_opentofu_takes_the_place_of_the_same_one(root: Path):
    alarm = ALARM.format("a", '"AWS/CodeBuild"')
    done = _run(root, {"a.tf": alarm, "a.tofu": alarm, "b.tf": alarm.replace('"a"', '"b"')})
    assert sorted(_after(done)) == ["a.tofu", "b.tf"]
    why = "OpenTofu reads a.tofu in its place; fix that, or remove one of them"
    assert [(left.path, left.why) for left in done.not_examined] == [("a.tf", why)]
