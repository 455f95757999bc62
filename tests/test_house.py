"""What keeps the house in order: who imports whom, who knows what, what is shipped."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tokenize
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from iacfix.registry import rules
from iacfix.rule import Rule

ROOT = Path(__file__).parent.parent
MACHINE = sorted((ROOT / "iacfix").rglob("*.py"))
PACK = sorted((ROOT / "transforms" / "iacfix_aws").rglob("*.py"))

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"entry_points", "errors", "reasons"}),
    frozenset({"model"}),
    frozenset({"edit", "rewrite"}),
    frozenset({"rule"}),
    frozenset({"declared"}),
    frozenset({"rule_folders"}),
    frozenset({"registry", "result"}),
    frozenset({"files"}),
    frozenset({"languages", "patches"}),
    frozenset({"engine"}),
    frozenset({"rule_cases"}),
    frozenset({"reports"}),
    frozenset({"migration"}),
    frozenset({"campaign", "language_server"}),
    frozenset({"commands"}),
    frozenset({"options"}),
    frozenset({"campaign_cli"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
"""Modules and packages of the machine from left to right: each imports what stands further left, or its own package."""

READING = frozenset(
    {
        "tree",
        "syntax",
        "parse",
        "parsed",
        "from_libcst",
        "scopes",
        "bindings",
        "changes",
        "choices",
        "classes",
        "definitions",
        "exports",
        "provider_names",
        "questions",
        "comments",
        "constants",
        "depth",
        "names",
        "nullability",
        "shapes",
        "documents",
        "indirect",
        "given",
        "handed",
        "origins",
        "outputs",
        "read",
        "whole",
    }
)
"""The modules of a language that know nothing of writing."""

SHARED = "shared"
"""What lies under every language; it knows none of them."""

OPEN_TO_PACKS = frozenset({"iacfix.edit", "iacfix.model", "iacfix.reasons", "iacfix.registry", "iacfix.rule"})
SYNTAX = frozenset(
    {"libcst", "tree_sitter", "tree_sitter_python", "tree_sitter_typescript", "tree_sitter_hcl", "ast", "tokenize"}
)

WORD = re.compile(r"(?<![a-z])(?:aws|s3|kms|cloudwatch)(?![a-z])", re.IGNORECASE)
THING = re.compile(r"(?:(?<![A-Za-z])(?:bucket|polic(?:y|ie)|arn)|Bucket|Polic(?:y|ie)|Arn)s?(?![a-z])")
"""What a provider has, as a word of its own or part of a name; in comments it may be an example."""

OTHER_POLICIES = frozenset({"policy", '"policy"', '"Content-Security-Policy"'})
"""A module of Pulumi's own, and what a page tells a browser."""

LONGEST_RULE = 110
"""Lines of a rule's file, its page included."""
LONGER_RULES = frozenset({"breaking-change"})
"""It finds every kind of change between two majors, and nothing else asks for them."""

SECTIONS = ("Why", "Impact", "Lesson", "Left alone", "Reported only", "On a deployed stack")


def name_of(path: Path) -> str:
    base = ROOT / "transforms" if path in PACK else ROOT
    return ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module that is imported, wherever in the file; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int | None:
    """The layer of a module below `iacfix`; None for what is no module, as a name imported from one."""
    part = module.split(".")[1] if "." in module else ""
    return next((index for index, members in enumerate(LAYERS) if part in members), None)


@pytest.mark.parametrize("path", MACHINE, ids=name_of)
def test_every_module_of_the_machine_has_its_layer(path: Path) -> None:
    assert name_of(path) == "iacfix" or layer(name_of(path)) is not None, "give the new module a place in LAYERS"


@pytest.mark.parametrize("path", MACHINE, ids=name_of)
def test_nothing_further_right_is_imported_further_left(path: Path) -> None:
    mine = layer(name_of(path))
    package = ".".join(name_of(path).split(".")[:2])
    for module in imports(path):
        theirs = layer(module) if module.startswith("iacfix.") else None
        if theirs is not None and not module.startswith(f"{package}.") and module != package:
            assert mine is not None, f"{name_of(path)} imports {module}"
            assert theirs < mine, f"{name_of(path)} imports {module}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports for type checkers count: what a module must not know it does not take as an argument either."""
    paths = {name_of(path): path for path in (*MACHINE, *PACK)}
    known = {
        name: {module for module in imports(path) if module in paths and not f"{name}.".startswith(f"{module}.")}
        for name, path in paths.items()
    }
    reached = {name: _reached(name, known) for name in known}
    circles = {frozenset(other for other in reached[name] if name in reached[other]) for name in known}
    assert circles == {frozenset[str]()}


def _reached(name: str, known: dict[str, set[str]]) -> set[str]:
    """Every module that one imports, itself or by way of others."""
    reached, waiting = set[str](), [name]
    while waiting:
        new = known[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


@pytest.mark.parametrize(
    "path", [path for path in MACHINE if path.stem in READING and "languages" in path.parts], ids=name_of
)
def test_reading_a_language_knows_nothing_of_writing(path: Path) -> None:
    folder = name_of(path).rpartition(".")[0]
    inner = {
        module.removeprefix(f"{folder}.").split(".")[0] for module in imports(path) if module.startswith(f"{folder}.")
    }
    assert {name for name in inner if (path.parent / f"{name}.py").exists()} <= READING


@pytest.mark.parametrize("path", MACHINE, ids=name_of)
def test_languages_do_not_know_each_other_and_the_machine_knows_no_pack(path: Path) -> None:
    for module in imports(path):
        assert not module.startswith("iacfix_aws")
        parts, mine = module.split("."), name_of(path).split(".")
        if (
            parts[:2] == ["iacfix", "languages"]
            and len(parts) > 2
            and (path.parents[1] / "languages" / parts[2]).is_dir()
        ):
            assert parts[2] in (mine[2], SHARED)


@pytest.mark.parametrize("path", MACHINE, ids=name_of)
def test_only_the_languages_know_a_parser(path: Path) -> None:
    if not name_of(path).startswith("iacfix.languages."):
        assert {module.split(".")[0] for module in imports(path)}.isdisjoint({"libcst", "tree_sitter"})


@pytest.mark.parametrize("path", PACK, ids=name_of)
def test_a_pack_knows_no_syntax_and_no_inside_of_the_machine(path: Path) -> None:
    found = set(imports(path))
    assert {module.split(".")[0] for module in found}.isdisjoint(SYNTAX)
    machine = {module for module in found if module.startswith("iacfix.")}
    assert {".".join(module.split(".")[:2]) for module in machine} <= OPEN_TO_PACKS


@pytest.mark.parametrize("path", PACK, ids=name_of)
def test_a_pack_looks_at_no_source_text(path: Path) -> None:
    """It asks values what they are, or whether they mention something; it neither cuts nor compares code."""
    read = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)]
    assert [(node.lineno, node.attr) for node in read if node.attr in ("code", "reader")] == []


@pytest.mark.parametrize("path", [path for path in MACHINE if "languages" in path.parts], ids=name_of)
def test_a_language_knows_no_provider(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(number, line) for number, line in enumerate(lines, 1) if WORD.search(line)] == []


@pytest.mark.parametrize("path", MACHINE, ids=name_of)
def test_the_code_of_the_machine_knows_no_provider(path: Path) -> None:
    assert [(line, text) for line, text in code(path) if WORD.search(text)] == []
    things = [(line, text) for line, text in code(path) if THING.search(text) and text not in OTHER_POLICIES]
    assert things == []


def code(path: Path) -> Iterator[tuple[int, str]]:
    """Names and strings, comments and docstrings aside."""
    documentation = {
        node.value.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.NAME or (token.type == tokenize.STRING and token.start[0] not in documentation):
                yield token.start[0], token.string


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    assert tuple(name for name in rule.sections if name != "Options") == SECTIONS
    assert ("Options" in rule.sections) == bool(rule.options)
    assert all(f"`{option}`" in rule.sections["Options"] for option in rule.options)
    assert all(rule.sections.values())
    assert re.match(r"[A-Z][^.\n]+$", rule.title)
    assert re.search(r"\n\nhttps://\S+$", rule.sections[SECTIONS[-1]])
    assert re.match(r"- .+(\n- .+)+$", rule.sections["Impact"])


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_is_named_like_its_module(rule: Rule) -> None:
    module = rule.check.__module__
    assert rule.check.__name__ == module.rpartition(".")[2] == rule.id.replace("-", "_")


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_is_short_and_leaves_its_subjects_to_views(rule: Rule) -> None:
    path = Path(inspect.getfile(rule.check))
    text = path.read_text(encoding="utf-8")
    is_short = len(text.splitlines()) <= LONGEST_RULE
    assert is_short != (rule.id in LONGER_RULES), "ask for a view or a table of the pack"
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if _called(call) == "compile" and "arn:" in ast.unparse(call)] == []
    assert [call.lineno for call in calls if _called(call) == "documents"] == []


def _called(call: ast.Call) -> str:
    """The name of the method or function that is called, without what it is of."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The files of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return frozenset(zipfile.ZipFile(wheel).namelist())


def test_nothing_is_installed_as_transforms(shipped: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in shipped}
    (metadata,) = {top for top in tops if top.endswith(".dist-info")}
    assert tops == {"iacfix", "iacfix_aws", metadata}


def test_the_wheel_is_whole(shipped: frozenset[str]) -> None:
    wanted = {path.relative_to(ROOT).as_posix() for path in MACHINE}
    wanted |= {path.relative_to(ROOT / "transforms").as_posix() for path in PACK}
    wanted |= {"iacfix/py.typed", "iacfix_aws/py.typed", "iacfix/reports/schema.json"}
    wanted |= {"iacfix/files/settings.schema.json", "iacfix/declared/schema.json"}
    wanted |= {"iacfix/reports/html/page.css"}
    wanted |= {path.relative_to(ROOT).as_posix() for path in ROOT.glob("iacfix/reports/html/script/*.js")}
    wanted |= {path.relative_to(ROOT / "transforms").as_posix() for path in ROOT.glob("transforms/**/_schema/*.json")}
    wanted |= {"iacfix/campaign/page/campaign.css", "iacfix/campaign/page/campaign.js"}
    cases = ROOT / "tests/cases"
    wanted |= {f"iacfix_aws/cases/{path.relative_to(cases).as_posix()}" for path in cases.rglob("*.md")}
    assert wanted <= shipped
