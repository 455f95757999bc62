"""Places of a newer text as places of the file as it was read."""

from __future__ import annotations

import pytest

from iacfix.engine.source_map import OriginKind, SourceMap, copied

WEAK = """\
import cloud

first = cloud.Bucket("first", size=1)
second = cloud.Bucket(
    "second",
    region="here-1",
    tags={"a": "1"},
)
"""


def at(text: str, code: str) -> tuple[int, int]:
    """Line and column of code that a text has once."""
    before, found, after = text.partition(code)
    assert found
    assert code not in after
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def came_from(new: str, code: str, original: str = WEAK) -> tuple[tuple[int, int], OriginKind]:
    origin = SourceMap.identity(original).after(new).of(*at(new, code))
    return origin.position, origin.kind


def test_code_that_stays_keeps_its_place_while_lines_come_and_go_above() -> None:
    new = WEAK.replace("import cloud\n", "import cloud\nimport other\nimport more\n").replace(", size=1", "")
    assert came_from(new, '"second"') == (at(WEAK, '"second"'), OriginKind.COPIED)
    assert came_from(new, '"first"') == (at(WEAK, '"first"'), OriginKind.COPIED)


def test_code_that_changes_its_words_keeps_its_place() -> None:
    new = WEAK.replace('"here-1"', "pulumi.interpolate`${here}`")
    assert came_from(new, "pulumi.interpolate") == (at(WEAK, '"here-1"'), OriginKind.REPLACED)
    assert came_from(WEAK.replace('"here-1"', "here"), "here") == (at(WEAK, '"here-1"'), OriginKind.REPLACED)
    assert came_from(WEAK.replace('"here-1"', 'f"{here}-1"'), 'f"') == (at(WEAK, '"here-1"'), OriginKind.REPLACED)


def test_code_that_moves_has_the_place_it_comes_from() -> None:
    new = WEAK.replace('    tags={"a": "1"},\n', "") + 'cloud.Tags("second-tags", tags={"a": "1"})\n'
    assert came_from(new, 'tags={"a"') == (at(WEAK, "tags="), OriginKind.COPIED)
    assert came_from(new, '"a"') == (at(WEAK, '"a"'), OriginKind.COPIED)


def test_new_code_has_the_place_of_the_code_before_it() -> None:
    new = WEAK + "\n\n\ncloud.Policy(\n    second.id,\n)\n"
    place, kind = came_from(new, "second.id")
    assert (place, kind) == ((8, 1), OriginKind.INSIDE)
    assert came_from(f"import more\n{WEAK}", "import more")[0] == (1, 1)


def test_steps_add_up_without_comparing_the_whole_again() -> None:
    one = WEAK.replace('"first", size=1', '"first"')
    two = one.replace("import cloud", "# a\n# b\nimport cloud")
    three = two.replace('"here-1"', "here")
    source_map = SourceMap.identity(WEAK).after(one).after(two).after(three)
    for code in ("first =", "tags", '"a"', "region="):
        assert source_map.of(*at(three, code)).position == at(WEAK, code)
    assert source_map.line(at(three, "second =")[0]) == 4
    assert source_map.line(99) == len(WEAK.splitlines()) + 1


@pytest.mark.parametrize(
    "rows",
    [
        ['add("x",', "    y,", ")"],  # no line is there once
        [f'add("{index}",\n    y,\n)' for index in range(3)],
    ],
)
def test_equal_blocks_keep_their_order(rows: list[str]) -> None:
    block = "\n".join(rows) + "\n"
    old, new = block * 500, block.replace("    y,", "    y,\n    z,") * 500
    source_map = SourceMap.identity(old).after(new)
    for number in range(500):
        line = number * (new.count("\n") // 500) + 1
        assert source_map.of(line, 1).position == (number * (old.count("\n") // 500) + 1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0c\n", "\u2028\n"])
def test_what_is_copied_is_the_same_in_both_texts(end: str) -> None:
    old = WEAK.replace("\n", end)
    new = old.replace('"here-1"', "there").replace(f"import cloud{end}", f"import cloud{end}# ü{end}")
    blocks = sorted(copied(old, new))
    assert all(old[at_old : at_old + size] == new[at_new : at_new + size] for at_new, at_old, size in blocks)
    assert sum(size for _, _, size in blocks) == len(old) - len('"here-1"')
