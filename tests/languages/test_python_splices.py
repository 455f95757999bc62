"""What is written of Python: only the statements that an edit touches, and the same as with the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent, indent

import libcst as cst
import pytest
from cases_of import cases

from iacfix.edit import Edit, Lookup, Replace
from iacfix.errors import CannotFix, SourceError
from iacfix.languages.python import syntax
from iacfix.languages.python.excerpts import Statement
from iacfix.languages.python.originals import Originals, originals_of
from iacfix.languages.python.read import PythonProgram, read
from iacfix.languages.python.transformer import Transformer
from iacfix.languages.python.write import planned, write
from iacfix.model import Provider
from iacfix.registry import ProviderPackage, packs, rules
from iacfix.rewrite import changed, utf8
from iacfix.rule_cases.cases import Case

CLOUD = ProviderPackage(
    name="cloud", packages={"python": "pulumi_cloud"}, distributions={"python": "pulumi-cloud"}, majors=(1,)
)
(AWS,) = (pack.provider for pack in packs() if pack.provider.name == "aws")
PYTHON = [case for case in cases() if case.language == "py" and case.before != case.after]

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "ends of lines": lambda text: text.replace("\n", "\r\n"),
    "no end": lambda text: text.rstrip("\n"),
    "blank end": lambda text: text + "\n  \n\t",
    "in a block": lambda text: "if True:\n" + indent(text, "\t"),
    "in a method": lambda text: (
        "class Stack:\n    # first\n\n    def build(self):\n        # all\n"
        + indent(text, "        ")
        + "        # end\n"
    ),
    "between others": lambda text: f"# ä\n{text}\n\n@cached\n# why\ndef other(): pass\n\n",
}


def whole(program: PythonProgram, edits: Sequence[Edit]) -> str:
    """The new text as it is with every statement of the file visited and written."""
    originals, plan, module = originals_of(program), planned(program, edits), program.module
    read = {originals.within(module, node): node for node in plan.nodes()}
    around = {originals.within(module, above) for node in plan.nodes() for above in node.ancestors()}
    return ended(program.text, originals.module.visit(Transformer(plan, read, around)).code)


def ended(text: str, code: str) -> str:
    """Code of the tree with what LibCST loses of a text's end: a lone CR, and lines of white space alone."""
    end = blank_end(text)
    code = code.removesuffix(blank_end(code)) if end else code
    return f"{code}\r" if text.endswith("\r") and not code.endswith("\r") else f"{code}{end}"


def blank_end(text: str) -> str:
    """The lines of white space alone that a text ends with."""
    head = text.rstrip(" \t\f\r\n")
    return text[len(head) :].partition("\n")[2]


def asked_for(program: PythonProgram, case: Case, *, each: bool) -> Iterator[Sequence[Edit]]:
    """What the rule of a case asks for: all of it, and what each finding does."""
    findings = list(rules()[case.rule].findings(program, dict.fromkeys(case.options, True)))
    yield [edit for finding in findings for edit in finding.edits]
    if each:
        yield from (finding.edits for finding in findings)


OUT_OF_REACH = (
    "the imports of this file do not provide",
    "the code runs before the point where the lookup can go",
    "the provider is defined after",
    "the name pulumi is already used for something else in this file",
)
"""An input class or a lookup cannot be reached where the import stands in a block of its own."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rule", sorted({case.rule for case in PYTHON}))
def test_changes_are_what_the_whole_file_would_be(rule: str, form: str) -> None:
    compared = 0
    refused: list[str] = []
    for case in (case for case in PYTHON if case.rule == rule):
        try:
            program = read(FORMS[form](case.before), AWS, Provider("aws", case.major, "as set"))
        except SourceError:
            continue
        for edits in asked_for(program, case, each=form == "as it is"):
            try:
                expected = whole(program, edits)
            except CannotFix as refusal:
                refused.append(str(refusal))
                continue
            assert changed(program.text, write(program, edits)) == expected, case.id
            compared += bool(edits)
    assert compared or (refused and all(any(far in reason for far in OUT_OF_REACH) for reason in refused))


def changes(code: str, function: str = "cloud.getZone") -> list[tuple[str, str]]:
    """What is written of a program with every `"HERE"` looked up: old texts and new ones."""
    program = read(code, CLOUD, Provider("cloud", 1, "as set"))
    texts = [text for text in program.texts() if text.literal == "HERE"]
    lookups = [Lookup(function, "zone", "currentZone", program.where(text).resource) for text in texts]
    found = write(program, [Replace(text, lookup) for text, lookup in zip(texts, lookups, strict=True)])
    data = utf8(code)
    return [(data[change.start : change.stop].decode(), change.text) for change in found]


def test_other_statements_and_what_is_inside_of_functions_are_not_written() -> None:
    assert changes(
        dedent(
            """
            import pulumi_cloud as cloud
            # ü
            def other():
                return {  'odd' :1 }

            def build():
                x  =  1
                return cloud.Box("b", zone="HERE")  # now
            """
        )
    ) == [
        ("", "\ncurrent_zone = cloud.get_zone()\n\n"),
        ('"HERE"', "current_zone.zone"),
    ]


def test_the_header_of_a_statement_is_written_with_all_of_it_and_keeps_what_is_below() -> None:
    assert changes(
        dedent(
            """
            import pulumi_cloud as cloud

            current_zone = cloud.get_zone()
            if cloud.Box("b", zone="HERE"):
                y  =  [1 ,2]
            elif  cloud.Box("c", zone="HERE"): pass
            """
        )
    ) == [
        (
            '"HERE"):\n    y  =  [1 ,2]\nelif  cloud.Box("c", zone="HERE"',
            'current_zone.zone):\n    y  =  [1 ,2]\nelif  cloud.Box("c", zone=current_zone.zone',
        )
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_statement_by_itself_is_what_it_is_in_the_whole_file(form: str) -> None:
    for text in {FORMS[form](case.before) for case in PYTHON}:
        try:
            program = read(text, AWS, Provider("aws", 7, "as set"))
        except SourceError:
            continue
        assert_alike(program)


COMMENTED = """\
# header

# first
class Stack:  # a

    # b
    def build(self):
        if self.x:
            # c

            y()  # d
              # e
            # f
          # g
        # h
    # i

    # j
    @cached  # k
    # l
    def other(self): pass; z()
    # m

  # n
# o

@a
class Other:
    x = \"""
# no
    \"""
    # p
    y = (  # q
        1
        # r
    )
    try: pass
    # s
    except E:
        pass
      # t
    else:
        pass
    # u
    if (
        a
        # v
    ):
        # w
        pass
    elif b:

        pass
# x
x = 1; y = 2
  # y
"""


@pytest.mark.parametrize("unit", ["    ", " ", "\t", "  \t"], ids=repr)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("last", ["x = 1\n", "", "if x:\n    x\n    # a\n  # b"], ids=repr)
def test_comments_between_statements_are_of_the_same_ones_as_in_the_whole_file(unit: str, end: str, last: str) -> None:
    text = (COMMENTED + last).replace("    ", unit).replace("\n", end)
    assert_alike(read(text, CLOUD, Provider("cloud", 1, "as set")))
    assert_alike(read(text.rstrip(), CLOUD, Provider("cloud", 1, "as set")))


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("match x:\n  case 1:\n    y = 1\n", "  "),
        ("if a:\n        x = 1\nclass A:\n  def f(self):\n    return 1\n", "  "),
        ("class A:\n\tdef f(self):\n\t\tif x:\n\t\t\treturn 1\n", "\t"),
        ("if a: pass\n", "    "),
    ],
)
def test_new_lines_are_indented_as_most_blocks_are(code: str, step: str) -> None:
    program = read(code, CLOUD, Provider("cloud", 1, "as set"))
    assert originals_of(program).unit == step
    assert_alike(program)


def assert_alike(program: PythonProgram) -> None:
    """What LibCST parses by itself of every statement is equal to what it is in the tree of the whole file."""
    originals, module = originals_of(program), program.module
    for node in syntax.below(module):
        if isinstance(node, Statement) and isinstance(node.parent, syntax.Module | syntax.IndentedBlock):
            whole = originals.within(module, node)
            assert isinstance(whole, cst.SimpleStatementLine | cst.BaseCompoundStatement)
            above = Originals(program).above(node)
            assert originals.of(node).deep_equals(whole), program.code(node)
            assert alike(above.leading_lines, whole.leading_lines), program.code(node)
        if isinstance(node, syntax.IndentedBlock):
            block = originals.within(module, node)
            assert isinstance(block, cst.IndentedBlock)
            assert alike(originals.lines_at_end(node, last_inside(node)), block.footer), program.code(node)
        if isinstance(node, syntax.BaseExpression) and not isinstance(node, syntax.StarredElement):
            assert originals.code(originals.of(node)) == program.code(node)


def last_inside(block: syntax.IndentedBlock) -> Statement:
    """The last statement of a block, or that of the block that it ends with."""
    last = block.body[-1]
    assert isinstance(last, Statement)
    end = last.children()[-1]
    return last_inside(end) if isinstance(end, syntax.IndentedBlock) else last


def alike(some: Sequence[cst.EmptyLine], others: Sequence[cst.EmptyLine]) -> bool:
    return len(some) == len(others) and all(map(cst.EmptyLine.deep_equals, some, others))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            'import pulumi_cloud as cloud\nif True:\n    # a\n  \\\n    cloud.Box("b", zone="HERE")\n',
            "LibCST, which writes the fixes, does not know the syntax of this file",
        ),
        (
            'import pulumi_cloud as cloud\n\x0ccloud.Box("b", zone="HERE")\n',
            "LibCST does not reproduce this file byte for byte",
        ),
    ],
)
def test_what_libcst_cannot_write_is_left_alone(code: str, reason: str) -> None:
    with pytest.raises(CannotFix) as caught:
        changes(code)
    assert str(caught.value) == reason
