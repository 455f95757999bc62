"""The rewriting cases of inline-bucket-config run under Pulumi's mocks, and register what the bucket said inline."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cases_of import Case, cases
from graph.compare import compare
from graph.programs import run
from graph.registered import Graph

RULE = "inline-bucket-config"

CALLS = {
    "BuildStorage": 'BuildStorage("build", "dev", aws.kms.Key("key"), {"Team": "build"})',
    "versioned": 'versioned("data")',
    "Site": 'print(Site("docs", aws.Provider("eu")).domain())',
    "storage": "storage(True)",
    "ablage": "ablage()",
}
"""What calls the functions and components that the cases only define."""

UNTOLD = {
    "a website that is read in a formatted string": "the program is wrong before and after",
    "in a match statement of an async function": "nothing awaits it",
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
    assert compare(ran[case.title, "before"], ran[case.title, "after"], [RULE]) == []
    assert compare(ran[case.title, "before"], ran[case.title, "after"], []) != []
