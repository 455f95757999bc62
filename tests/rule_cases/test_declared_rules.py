"""Rules in YAML: what is said of a broken one, and what the conditions find in every language."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from iacfix.declared.reading import read
from iacfix.engine.examine import Plan, examine
from iacfix.errors import RuleError
from iacfix.files.rule_folders import rule_folder
from iacfix.files.source import from_bytes
from iacfix.result import Fix
from iacfix.rule_folders import forget, loaded, use

RULE = """title: Function that is slow
why: It waits.
severity: low
type: aws.lambda.Function
when:
  timeout: {above: 60}
message: function {label} of {type} is slow
set:
  timeout: 60
"""
REPORTED = RULE.replace("set:\n  timeout: 60\n", "reason: decide\n")
TESTS = "expects missing or present, or one of is, is-not, one-of, none-of, below, above with a value"
PROGRAMS = {
    "program.py": "import pulumi_aws as aws\n\naws.lambda_.Function({})\n",
    "program.ts": 'import * as aws from "@pulumi/aws";\n\nnew aws.lambda.Function({});\n',
    "main.tf": 'resource "aws_lambda_function" "a" {{\n{}}}\n',
}
Inputs = tuple[str, str, str]
"""Of the three programs."""


@pytest.fixture(autouse=True)
def _nothing_is_left() -> object:
    yield
    forget()


def found(tmp_path: Path, rule: str, inputs: str, name: str) -> tuple[str, list[str]]:
    """The program that comes out, and the reasons of what is reported only."""
    (tmp_path / "slow-function.yaml").write_text(rule)
    folder = rule_folder(tmp_path)
    use(folder)
    source = from_bytes(PROGRAMS[name].format(inputs).encode(), name)
    plan = Plan(("slow-function",), unsafe=True, major=6 if name == "main.tf" else 7, packs=(folder,))
    outcome = examine(source, plan, Path("/nowhere"))
    assert outcome.errors == ()
    reasons = [each.reason or "" for each in outcome.findings if each.fix is Fix.NONE]
    fixed = [each for each in outcome.findings if each.fix is not Fix.NONE]
    assert bool(fixed) == outcome.changed
    return outcome.after, reasons


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(files("iacfix.declared").joinpath("schema.json").read_text()))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: low", "severty: low", "3: unknown key 'severty', did you mean 'severity'?"),
        ("severity: low", "severity: grave", "3: severity: expects high or medium or low"),
        ("severity: low\n", "", "1: lacks severity"),
        ("title: Function that is slow\nwhy: It waits.\n", "", "1: lacks title and why"),
        ("  timeout: {above: 60}", "  timeout: {over: 60}", "6: when.timeout: " + TESTS),
        ("  timeout: {above: 60}", "  timeout: gone", "6: when.timeout: " + TESTS),
        ("  timeout: 60\n", "  timeout: 1.5\n", "9: set.timeout: "
         "expects a text, a whole number, true or false, or a list of these"),
        ("set:\n  timeout: 60\n", "", "1: expects set or drop, or else a reason why it is reported only"),
        ("set:\n", "reason: no\nset:\n", "1: expects set or drop, or else a reason why it is reported only"),
        ("type: aws.lambda.Function", "type: Function", "4: "
         "type expects the name of the schema, as package.module.Class, and not 'Function'"),
        ("why: It waits.", "why: [", "4: is broken YAML: expected ',' or ']', but got ':'"),
        ("why: It waits.", "why: &a It waits.\nlesson: *a", "has a YAML alias; write the value out"),
        ("severity: low", "severity: low\n1: x", "4: the key 1 is not a text; put it in quotes"),
        ("  timeout: {above: 60}", "  on: missing", "6: the key on is not a text; put it in quotes"),
        ("message:", "when: {runtime: missing}\nmessage:", "7: the key when is there twice; keep one"),
        ("  timeout: {above: 60}", "  timeout:\n    is: 6\n    is: 9", "8: the key is is there twice; keep one"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_line(old: str, new: str, told: str) -> None:
    text = RULE.replace(old, new)
    assert text != RULE
    with pytest.raises(RuleError) as caught:
        read(text, "r.yaml")
    assert str(caught.value) in (f"r.yaml:{told}", f"r.yaml: {told}")


def test_an_empty_file_is_no_rule() -> None:
    with pytest.raises(RuleError, match="is not of type 'object'"):
        read("", "r.yaml")


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(
    ("when", "values", "verdict"),
    [
        ("{above: 60}", ("900", "900", "900"), True),
        ("{above: 60}", ("60", "60", "60"), False),
        ("{above: 60}", None, False),
        ("{above: 60}", ("wait", "wait", "var.wait"), None),
        ("{below: 60}", ("5", "5", "5"), True),
        ("{below: 60}", ("True", "true", "true"), False),
        ("{is: 5}", ("5", "5", "5"), True),
        ("{is: '5'}", ("5", "5", "5"), False),
        ("{is: true}", ("1", "1", "1"), False),
        ("{is-not: 5}", ("5", "5", "5"), False),
        ("{is-not: 5}", ("6", "6", "6"), True),
        ("{is-not: 5}", None, True),
        ("{one-of: [4, 5]}", ("5", "5", "5"), True),
        ("{none-of: [4, 5]}", ("5", "5", "5"), False),
        ("{none-of: [4, 5]}", ("wait", "wait", "var.wait"), None),
        ("missing", None, True),
        ("missing", ("None", "undefined", "null"), True),
        ("missing", ("wait", "wait", "var.wait"), False),
        ("present", ("5", "5", "5"), True),
        ("present", None, False),
    ],
)
def test_a_condition_holds_or_not_or_cannot_be_told(
    tmp_path: Path, name: str, when: str, values: Inputs | None, verdict: bool | None
) -> None:
    at = list(PROGRAMS).index(name)
    inputs = ("", "", "")
    if values is not None:
        inputs = (f'"a", timeout={values[0]}', f'"a", {{ timeout: {values[1]} }}', f"  timeout = {values[2]}\n")
    elif at < 2:
        inputs = ('"a"', '"a"', "")
    rule = REPORTED.replace("{above: 60}", when)
    reasons = {
        True: ["decide"],
        False: [],
        None: ["its timeout is computed, so it is unknown whether it is weak"],
    }
    assert found(tmp_path, rule, inputs[at], name) == (PROGRAMS[name].format(inputs[at]), reasons[verdict])


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("program.py", '"a", timeout=900, opts=pulumi.ResourceOptions(ignore_changes=["timeout"])'),
        ("program.ts", '"a", { timeout: 900 }, { ignoreChanges: ["timeout"] }'),
        ("main.tf", "  timeout = 900\n  lifecycle {\n    ignore_changes = [timeout]\n  }\n"),
    ],
)
def test_an_input_whose_changes_are_ignored_is_left_alone(tmp_path: Path, name: str, inputs: str) -> None:
    assert found(tmp_path, RULE, inputs, name) == (PROGRAMS[name].format(inputs), [])


def test_an_input_inside_of_one_whose_changes_are_ignored_is_left_alone(tmp_path: Path) -> None:
    rule = REPORTED.replace("timeout: {above: 60}", "tracingConfig.mode: {is: PassThrough}")
    inputs = (
        '"a", tracing_config={"mode": "PassThrough"}, opts=pulumi.ResourceOptions(ignore_changes=["tracingConfig"])'
    )
    assert found(tmp_path, rule, inputs, "program.py")[1] == []


def test_a_resource_that_is_being_imported_is_reported(tmp_path: Path) -> None:
    inputs = '"a", timeout=900, opts=pulumi.ResourceOptions(import_="a")'
    assert found(tmp_path, RULE, inputs, "program.py")[1] == [
        "it is being imported, and its inputs have to match the deployed resource"
    ]


def test_an_input_is_taken_out_and_several_conditions_have_to_hold(tmp_path: Path) -> None:
    rule = RULE.replace("set:\n  timeout: 60\n", "drop: [timeout]\n").replace("when:\n", "when:\n  runtime: {is: go}\n")
    after, _ = found(tmp_path, rule, '"a", runtime="go", timeout=900', "program.py")
    assert after == PROGRAMS["program.py"].format('"a", runtime="go"')
    same = '"a", runtime="py", timeout=900'
    assert found(tmp_path, rule, same, "program.py") == (PROGRAMS["program.py"].format(same), [])


def test_a_condition_reaches_into_an_input(tmp_path: Path) -> None:
    rule = REPORTED.replace("timeout: {above: 60}", "tracingConfig.mode: {is: PassThrough}")
    assert found(tmp_path, rule, '"a", tracing_config={"mode": "PassThrough"}', "program.py")[1] == ["decide"]
    assert found(tmp_path, rule, '"a", tracing_config={"mode": "Active"}', "program.py")[1] == []


def test_a_fix_after_which_the_rule_holds_again_is_refused(tmp_path: Path) -> None:
    rule = RULE.replace("  timeout: 60\n", "  memorySize: 60\n")
    (tmp_path / "slow-function.yaml").write_text(rule)
    folder = rule_folder(tmp_path)
    use(folder)
    source = from_bytes(PROGRAMS["program.py"].format('"a", timeout=900').encode(), "program.py")
    outcome = examine(source, Plan(("slow-function",), unsafe=True, major=7, packs=(folder,)), Path("/nowhere"))
    assert not outcome.changed
    assert "the same rule would find it again" in outcome.errors[0]


def test_what_is_shared_is_not_rewritten(tmp_path: Path) -> None:
    text = '"a", **shared'
    after, reasons = found(tmp_path, RULE.replace("{above: 60}", "missing"), text, "program.py")
    assert after == PROGRAMS["program.py"].format(text)
    assert len(reasons) == 1


def test_the_page_is_what_the_file_says(tmp_path: Path) -> None:
    more = "impact:\n  - Faster\n  - Cheaper\nlink: https://x.y\nchecks: {checkov: CKV_1 CKV_2}\n"
    (tmp_path / "slow-function.yaml").write_text(RULE + more)
    rule = loaded(rule_folder(tmp_path), "slow-function")
    assert (rule.title, rule.link, rule.known_as) == ("Function that is slow", "https://x.y", "checkov CKV_1 CKV_2")
    assert rule.sections["Impact"].startswith("- Faster\n- Cheaper\n")
    assert (rule.severity.value, rule.safety.value, rule.service) == ("low", "safe", "aws.lambda")
