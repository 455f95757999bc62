"""The list of managed policies is what the installed packages of both majors say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from graph.programs import environment, modules
from iacfix_aws._tables.managed_policies import managed_policies, withdrawn_policies

ARN = re.compile(r'"arn:aws:iam::aws:policy/([^"]+)"')


def of_python(major: int) -> set[str]:
    (listed,) = environment(major).parents[1].glob("lib/python*/site-packages/pulumi_aws/iam/_enums.py")
    return set(ARN.findall(listed.read_text(encoding="utf-8")))


def of_node(major: int) -> set[str]:
    listed = modules(major) / "@pulumi" / "aws" / "types" / "enums" / "iam" / "index.d.ts"
    return set(ARN.findall(listed.read_text(encoding="utf-8")))


@pytest.mark.parametrize("of", [of_python, of_node])
def test_the_list_is_that_of_the_package(of: Callable[[int], set[str]]) -> None:
    assert managed_policies() == of(7)
    assert withdrawn_policies() == of(6) - of(7)
