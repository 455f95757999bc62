"""Split buckets run under Pulumi's mocks and register what they said inline: the cases, and each setting's forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bucket_programs import Program, programs
from bucket_settings import SETTINGS
from cases_of import cases
from test_types import CHECKERS

from graph.buckets import V2, inline, split
from graph.changes import opened
from graph.compare import compare
from graph.mocked_cloud import Json
from graph.programs import attempt, run
from graph.registered import Graph, placed
from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.result import Outcome, Plan
from iacfix.rule_cases.cases import Case

RULE = "inline-bucket-config"

CALLS = {
    "BuildStorage": 'BuildStorage("build", "dev", aws.kms.Key("key"), {"Team": "build"})',
    "versioned": 'versioned("data")',
    "Site": 'print(Site("docs", aws.Provider("eu")).domain())',
    "storage": "storage(True)",
    "fallback": 'fallback("data")',
    "expiring": 'expiring("data", True)',
    "site": 'site("site", "error.html")',
    "Audit": 'Audit("audit")',
    "Storage": 'Storage("data", __import__("types").SimpleNamespace(versioned=True))',
    "ablage": "ablage()",
}
"""What calls the functions and components that the cases only define."""

UNTOLD = {
    "a website that is read in a formatted string": "the program is wrong before and after",
    "in a match statement of an async function": "nothing awaits it",
    "a class of the file that has nothing to do with the bucket": "its types are looked up in what runs the program",
}


def rewrites() -> list[Case]:
    mine = [case for case in cases(RULE) if case.language == "py" and case.before != case.after]
    return [case for case in mine if case.title not in UNTOLD]


def completed(text: str) -> str:
    """The program with a call of what it defines."""
    calls = [call for name, call in CALLS.items() if f"def {name}(" in text or f"class {name}(" in text]
    return "\n".join([text, *calls, ""])


@cache
def graphs(major: int) -> dict[tuple[str, str], Graph]:
    """What the cases of a major register before and after, by title; all run in one process."""
    with TemporaryDirectory() as folder:
        paths: dict[tuple[str, str], Path] = {}
        for index, case in enumerate(each for each in rewrites() if each.major == major):
            for side, text in (("before", case.before), ("after", case.after)):
                path = paths[case.title, side] = Path(folder, f"{side}_{index}.py")
                path.write_text(completed(text), encoding="utf-8")
        ran = run(list(paths.values()), major)
    return {key: ran[path] for key, path in paths.items()}


@pytest.mark.parametrize("case", rewrites(), ids=lambda case: case.title)
def test_a_split_bucket_is_configured_as_before(case: Case) -> None:
    ran = graphs(case.major)
    keys = "bucket-key" in case.options
    assert compare(ran[case.title, "before"], ran[case.title, "after"], [RULE], bucket_keys=keys) == []
    assert compare(ran[case.title, "before"], ran[case.title, "after"], []) != []


PROGRAMS = list(programs(SETTINGS))


@dataclass(frozen=True)
class Rewritten:
    """A program that the tool was given, and what it and its rewrite register or end with."""

    outcome: Outcome
    before: Graph | str
    after: Graph | str


@dataclass(frozen=True)
class Files:
    before: Path
    after: Path


@cache
def outcomes(major: int) -> dict[Program, Outcome]:
    """What the tool makes of the programs of a major."""
    made: dict[Program, Outcome] = {}
    for program in (each for each in PROGRAMS if each.major == major):
        path = Path(f"program.{program.language}")
        source = from_bytes(program.text.encode(), path.name)
        made[program] = examine(source, Plan((RULE,), unsafe=True, major=major), Path())
    return made


def names(program: Program) -> tuple[str, str]:
    """What the files of a program and of its rewrite are called."""
    index = PROGRAMS.index(program)
    return f"before_{index}.{program.language}", f"after_{index}.{program.language}"


@contextmanager
def written(major: int) -> Iterator[dict[Program, Files]]:
    """The programs of a major and their rewrites, as files."""
    with TemporaryDirectory() as folder:
        files: dict[Program, Files] = {}
        for program, outcome in outcomes(major).items():
            files[program] = Files(*(Path(folder, name) for name in names(program)))
            files[program].before.write_text(program.text, encoding="utf-8")
            files[program].after.write_text(outcome.after, encoding="utf-8")
        yield files


@cache
def rewritten(major: int) -> dict[Program, Rewritten]:
    """What they register; all run in one process a language."""
    with written(major) as files:
        ran = attempt([path for pair in files.values() for path in (pair.before, pair.after)], major)
    return {
        program: Rewritten(outcomes(major)[program], ran[pair.before], ran[pair.after])
        for program, pair in files.items()
    }


def meant(before: Graph) -> dict[str, Json]:
    """What the oracle has every bucket become, by name; a bucket of another class is the same bucket."""
    after = deepcopy(before)
    for bucket in after["resources"]:
        if gone := inline(bucket):
            kind = V2 if before["major"] == 6 else bucket["type"]
            bucket.update(urn=placed(bucket["urn"], kind, bucket["name"]), type=kind)
            bucket["inputs"] = {key: value for key, value in bucket["inputs"].items() if key not in gone}
    return {resource["name"]: opened(resource["inputs"]) for resource in split(before, after).graph["resources"]}


@pytest.mark.parametrize(
    ("title", "major"), [(setting.title, major) for setting in SETTINGS for major in setting.majors]
)
def test_every_form_of_a_setting_means_the_same(title: str, major: int) -> None:
    chosen = {program: result.before for program, result in rewritten(major).items() if program.title == title}
    each = {f"{program}": meant(graph) for program, graph in chosen.items() if isinstance(graph, dict)}
    assert len(each) == len(chosen)
    first = next(iter(each.values()))
    assert {name: parts for name, parts in each.items() if parts != first} == {}


@cache
def complaints(major: int) -> dict[Path, list[str]]:
    """What the type checkers say of the programs and their rewrites, by file name; one run a language."""
    with written(major) as files:
        paths = [path for each, pair in files.items() if each.typed for path in (pair.before, pair.after)]
        found: dict[Path, list[str]] = {Path(path.name): [] for path in paths}
        for suffix, check in CHECKERS.items():
            for path, rule, message in check([path for path in paths if path.suffix == suffix], major):
                found[Path(path.name)].append(f"{rule}: {message}")
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_a_setting_in_any_form_is_split_as_it_should_be(program: Program) -> None:
    result = rewritten(program.major)[program]
    assert result.outcome.errors == ()
    assert isinstance(result.before, dict), result.before
    assert any(inline(resource) for resource in result.before["resources"])
    assert isinstance(result.after, dict), f"{result.outcome.after}\n{result.after}"
    left = [resource["name"] for resource in result.after["resources"] if inline(resource)]
    assert left == [], [finding.reason for finding in result.outcome.findings]
    assert compare(result.before, result.after, [RULE]) == []
    assert compare(result.before, result.after, []) != []


@pytest.mark.parametrize("program", [each for each in PROGRAMS if each.typed], ids=str)
def test_a_setting_in_any_form_passes_the_type_checker_as_before(program: Program) -> None:
    found = complaints(program.major)
    before, after = (found[Path(name)] for name in names(program))
    assert before or after == []
