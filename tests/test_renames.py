"""Names that are corrected exist nowhere in the provider; those that take their place do, in every major."""

from __future__ import annotations

from itertools import product

import pytest
from iacfix_aws._schema import is_class, nested_of, type_of
from iacfix_aws._tables.majors import MAJORS
from iacfix_aws._tables.outdated import DROPPED, RENAMED, SUCCESSORS, WORDS
from iacfix_aws._tables.renames import CLASSES, INPUTS, NESTED, OWN_RESOURCES
from iacfix_aws._tables.terraform import VOCABULARY
from iacfix_aws._tables.terraform_declared import CHANGED_BEFORE, has

INNER_NAMES = [(type, wrong, right) for type, names in NESTED.items() for wrong, right in names.items()]
INPUT_NAMES = [(type, wrong, right) for type, names in INPUTS.items() for wrong, right in names.items()]


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize(("type", "wrong", "right"), INPUT_NAMES)
def test_only_the_right_input_exists(type: str, wrong: str, right: str, major: int) -> None:
    declared = type_of(type, major)
    assert declared is not None
    key, _, inner = right.partition(".")
    assert wrong not in declared.inputs
    assert key in declared.inputs
    if inner:
        nested = declared.inputs[key].nested
        assert nested is not None
        assert inner in nested_of(type, nested, major)


@pytest.mark.parametrize("major", MAJORS)
def test_only_the_right_class_exists(major: int) -> None:
    assert [wrong for wrong in CLASSES if is_class(wrong, major)] == []
    assert [right for right in CLASSES.values() if type_of(right, major) is None] == []


@pytest.mark.parametrize("major", MAJORS)
def test_what_is_a_resource_of_its_own_exists(major: int) -> None:
    for type, names in OWN_RESOURCES.items():
        declared = type_of(type, major)
        for wrong, own in names.items():
            assert declared is None or wrong not in declared.inputs, (type, wrong)
            assert type_of(own, major) is not None, own


def test_what_is_outdated_was_there_and_its_successor_is() -> None:
    old, new = MAJORS
    for type, names in {
        **RENAMED,
        **{type: {w: r for w, (r, _) in each.items()} for type, each in WORDS.items()},
    }.items():
        for wrong, right in names.items():
            assert _has(type, wrong, old) or _ended_with_version_4(type, wrong), (type, wrong)
            assert not _has(type, wrong, new), (type, wrong)
            around = wrong.rpartition(".")[0]
            assert _has(type, f"{around}.{right}" if around else right, new), (type, right)


def test_what_is_dropped_or_told_of_was_there() -> None:
    old, new = MAJORS
    for type, names in {**{t: dict.fromkeys(n) for t, n in DROPPED.items()}, **SUCCESSORS}.items():
        ended = [name for name in names if _has(type, name, old) and not _has(type, name, new)]
        assert [name for name in names if name not in ended and not _ended_with_version_4(type, name)] == [], type


def _has(type: str, path: str, major: int) -> bool:
    """Whether the major declares an input, or a name inside one."""
    declared = type_of(type, major)
    assert declared is not None
    names, (*around, last) = declared.inputs, path.split(".")
    for key in around:
        if key not in names or (nested := names[key].nested) is None:
            return False
        names = nested_of(type, nested, major)
    return last in names


def _ended_with_version_4(type: str, path: str) -> bool:
    """Whether version 4 of Terraform's provider was the last one that had the argument or block."""
    owner = "provider" if type == "aws.Provider" else VOCABULARY.named(type)
    keys = path.split(".")
    spelled = product(*({VOCABULARY.spelled(key), VOCABULARY.block(key)} for key in keys))
    return any(has(f"{owner}.{'.'.join(names)}", CHANGED_BEFORE - 1) for names in spelled)


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize(
    ("type", "wrong", "right"), [(t, w, r) for t, names in NESTED.items() for w, r in names.items()]
)
def test_only_the_right_name_exists_inside(type: str, wrong: str, right: str, major: int) -> None:
    declared = type_of(type, major)
    if declared is None:
        assert type.startswith("aws.s3.BucketLifecycleConfiguration")
        return
    names, (*path, last) = declared.inputs, wrong.split(".")
    for key in path:
        nested = names[key].nested
        assert nested is not None
        names = nested_of(type, nested, major)
    assert last not in names
    assert right in names
