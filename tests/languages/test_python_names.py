"""What names mean in Python programs."""

from __future__ import annotations

import pytest

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import Names, camel, snake
from iacfix.languages.python.parsed import parsed
from iacfix.languages.python.tree import inside


def _names(code: str) -> tuple[Names, syntax.Module]:
    module = parsed(code)
    return Names(module), module


def _probed(code: str) -> tuple[Names, syntax.Module, syntax.BaseExpression]:
    """The names of a program, and the expression that it hands to `probe`."""
    names, module = _names(code)
    calls = [
        call
        for call in inside(module, syntax.Call)
        if isinstance(call.func, syntax.Name) and call.func.value == "probe"
    ]
    (call,) = calls
    return names, module, call.args[0].value


def qualified(code: str) -> str | None:
    names, _, probed = _probed(code)
    return Definitions(names).qualified(probed)


def definition(code: str) -> str | None:
    names, module, probed = _probed(code)
    found = Definitions(names).of(probed)
    return None if found is None else module.code(found)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import pulumi_aws\n_ = probe(pulumi_aws.s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("import pulumi_aws as aws\n_ = probe(aws.s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws import s3\n_ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws import s3 as store\n_ = probe(store.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws.s3 import Bucket\n_ = probe(Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws.s3 import Bucket as B\n_ = probe(B)", "pulumi_aws.s3.Bucket"),
        ("import pulumi_aws.s3\n_ = probe(pulumi_aws.s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("import pulumi_aws.s3 as s3\n_ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("def f():\n    from pulumi_aws import s3\n    _ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        (
            "from pulumi_aws import s3\n\nclass A:\n    def f(self):\n        _ = probe(s3.Bucket)",
            "pulumi_aws.s3.Bucket",
        ),
        ("import pulumi_aws as aws\ns3 = aws.s3\n_ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws import s3\nB = s3.Bucket\nC = B\n_ = probe(C.get)", "pulumi_aws.s3.Bucket.get"),
        ("try:\n    import json\nexcept ImportError:\n    import json\n_ = probe(json.dumps)", "json.dumps"),
        ("try:\n    import json\nexcept ImportError:\n    json = None\n_ = probe(json.dumps)", "json.dumps"),
        ("from pulumi_aws import *\n_ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws.s3 import *\n_ = probe(Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi import *\nfrom pulumi_aws import *\n_ = probe(s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi import *\nfrom pulumi_aws import *\n_ = probe(Output.all)", "pulumi.Output.all"),
        ("import importlib\naws = importlib.import_module('pulumi_aws')\n_ = probe(aws.s3)", "pulumi_aws.s3"),
        ("from importlib import import_module\n_ = probe(import_module('pulumi_aws.s3').B)", "pulumi_aws.s3.B"),
        ("aws = __import__('pulumi_aws')\n_ = probe(aws.s3.Bucket)", "pulumi_aws.s3.Bucket"),
        ("import pulumi_aws as aws\n_ = probe(getattr(aws.s3, 'Bucket'))", "pulumi_aws.s3.Bucket"),
        ("import pulumi_aws as aws\n_ = probe(getattr(aws, 's3', None).Bucket)", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws import s3\nkinds = {'b': s3.Bucket}\n_ = probe(kinds['b'])", "pulumi_aws.s3.Bucket"),
        ("from pulumi_aws import s3\n_ = probe({'b': s3}['b'].Bucket)", "pulumi_aws.s3.Bucket"),
        (
            "import pulumi_aws as aws\n\nclass A:\n    def __init__(self):\n        self.s3 = aws.s3\n"
            "    def f(self):\n        _ = probe(self.s3.Bucket)",
            "pulumi_aws.s3.Bucket",
        ),
    ],
)
def test_a_name_is_known_however_it_is_imported(code: str, name: str) -> None:
    assert qualified(code) == name


@pytest.mark.parametrize(
    "code",
    [
        "_ = probe(aws.s3.Bucket)",
        "aws = make()\n_ = probe(aws.s3.Bucket)",
        "from pulumi_aws import *\nfrom helpers import *\n_ = probe(s3.Bucket)",
        "from pulumi_aws import *\nmatch kind:\n    case s3:\n        _ = probe(s3.Bucket)",
        "from pulumi_aws import *\nfor s3 in kinds:\n    _ = probe(s3.Bucket)",
        "import pulumi_aws as aws\n_ = probe(getattr(aws.s3, kind))",
        "import importlib\naws = importlib.import_module(name)\n_ = probe(aws.s3)",
        "from pulumi_aws import s3\nkinds = {'b': s3.Bucket, **more}\n_ = probe(kinds['b'])",
        "from pulumi_aws import s3\nkinds = {'b': s3.Bucket}\nkinds['b'] = s3.Box\n_ = probe(kinds['b'])",
        "from pulumi_aws import s3\nkinds = {'b': s3.Bucket}\n_ = probe(kinds[kind])",
        "class A:\n    def __init__(self):\n        self.s3 = self.s3\n    def f(self):\n        _ = probe(self.s3.B)",
        "from pulumi_aws import s3\na = b\nb = a\n_ = probe(a.Bucket)",
        "from pulumi_aws import s3\ndef f(s3=s3):\n    _ = probe(s3.Bucket)",
        "from . import s3\ns3 = s3\n_ = probe(s3.Bucket)",
        "import pulumi_aws as aws\naws = other\n_ = probe(aws.s3.Bucket)",
        "import pulumi_aws as aws\ndef f(aws):\n    _ = probe(aws.s3.Bucket)",
        "import pulumi_aws as aws\ndef f():\n    aws = 1\n    _ = probe(aws.s3.Bucket)",
        "import pulumi_aws as aws\nfor aws in clouds:\n    _ = probe(aws.s3.Bucket)",
        "if old:\n    import pulumi_aws_old as aws\nelse:\n    import pulumi_aws as aws\n_ = probe(aws.s3.Bucket)",
        "import pulumi_aws as aws\n_ = probe(aws['s3'].Bucket)",
        "import pulumi_aws as aws\n_ = probe(aws().s3)",
    ],
)
def test_a_name_that_something_else_could_be_is_nothing(code: str) -> None:
    assert qualified(code) is None


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("a = [1]\n_ = probe(a)", "[1]"),
        ("a: list[int] = [1]\n_ = probe(a)", "[1]"),
        ("a = b = [1]\n_ = probe(b)", "[1]"),
        ("def f():\n    _ = probe(a)\na = [1]", "[1]"),
        ("a = [1]\ndef f():\n    _ = probe(a)", "[1]"),
        ("def f():\n    a = [1]\n    _ = probe(a)\ndef g():\n    a = [2]", "[1]"),
        ("a = {'b': 1}\nprint(a['b'], len(a))\n_ = probe(a)", "{'b': 1}"),
        ("a = [1]\na.index(1)\n_ = probe(a)", "[1]"),
        ("a = [1]\nb = a\n_ = probe(a)", "[1]"),
        ("a = 'text'\nfill(a)\n_ = probe(a)", "'text'"),
        ("if live:\n    a = [1]\n_ = probe(a)", "[1]"),
    ],
)
def test_a_variable_that_is_set_once_is_its_value(code: str, value: str) -> None:
    assert definition(code) == value


@pytest.mark.parametrize(
    "code",
    [
        "_ = probe(a)",
        "a = [1]\na = [2]\n_ = probe(a)",
        "if live:\n    a = [1]\nelse:\n    a = [2]\n_ = probe(a)",
        "a = [1]\na += [2]\n_ = probe(a)",
        "a = {}\na |= {}\n_ = probe(a)",
        "a, b = [1], [2]\n_ = probe(a)",
        "for a in [[1]]:\n    _ = probe(a)",
        "with open() as a:\n    _ = probe(a)",
        "def f(a=[1]):\n    _ = probe(a)",
        "[probe(a) for a in [[1]]]",
        "if (a := [1]):\n    _ = probe(a)",
        "import a\n_ = probe(a)",
        "def a(): ...\n_ = probe(a)",
        "a: list[int]\n_ = probe(a)",
        "a = [1]\ndef f():\n    global a\n    a = [2]\n_ = probe(a)",
        "a = [1]\n_ = probe(a[0])",
        "a = [1]\nmatch b:\n    case [a]:\n        pass\n_ = probe(a)",
    ],
)
def test_a_variable_that_may_be_something_else_is_not_followed(code: str) -> None:
    assert definition(code) is None


@pytest.mark.parametrize(
    "change",
    [
        "a['c'] = 2",
        "a['b']['c'] = 2",
        "del a['b']",
        "a['b'] += 1",
        "a.update(c=2)",
        "a['b'].append(1)",
        "a.setdefault('c', 1)",
        "a.pop('b')",
        "a.clear()",
        "fill(a)",
        "b = a\nb['c'] = 2",
        "for b in a['b']:\n    b['c'] = 2",
    ],
)
def test_a_variable_whose_shape_changes_is_not_followed(change: str) -> None:
    assert definition(f"a = {{'b': 1}}\n{change}\n_ = probe(a)") is None
    inner = change.replace("\n", "\n    ")
    assert definition(f"a = {{'b': 1}}\ndef f():\n    {inner}\n_ = probe(a)") is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("self.a = [1]", "[1]"),
        ("self.a: list[int] = [1]", "[1]"),
        ("self.a = self.b = [1]", "[1]"),
        ("self.a = [1]; self.a = [2]", None),
        ("self.a = [1]; self.a += [2]", None),
        ("self.a = [1]; self.a['b'] = 2", None),
        ("self.a = [1]; self.a.append(2)", None),
        ("self.a = [1]; fill(self.a)", None),
        ("self.a, self.b = [1], [2]", None),
        ("other.a = [1]", None),
        ("a = [1]", None),
    ],
)
def test_an_attribute_that_is_set_once_in_its_class_is_its_value(body: str, value: str | None) -> None:
    assert (
        definition(f"class A:\n    def f(self):\n        {body}\n    def g(self):\n        _ = probe(self.a)") == value
    )


def test_an_attribute_belongs_to_its_class() -> None:
    one = "class A:\n    def f(self):\n        self.a = [1]\n"
    other = "class B:\n    def f(self):\n        _ = probe(self.a)\n"
    assert definition(one + other) is None


def test_an_attribute_of_something_else_is_not_followed() -> None:
    assert definition("class A:\n    def f(self):\n        self.a = [1]\n        _ = probe(other.a)") is None


@pytest.mark.parametrize(
    ("code", "is_boolean"),
    [
        ("def f(live: bool):\n    _ = probe(live)", True),
        ("def f(live: bool = False):\n    _ = probe(live)", True),
        ("def f(*, live: bool):\n    _ = probe(live)", True),
        ("def f(live):\n    _ = probe(live)", False),
        ("def f(live: Input[bool]):\n    _ = probe(live)", False),
        ("def f(live: bool | None):\n    _ = probe(live)", False),
        ("def f(live: bool):\n    live = other\n    _ = probe(live)", False),
        ("live: bool = True\n_ = probe(live)", False),
    ],
)
def test_a_parameter_that_is_plainly_a_boolean(code: str, is_boolean: bool) -> None:
    names, _, probed = _probed(code)
    assert isinstance(probed, syntax.Name)
    assert names.is_boolean(probed) is is_boolean


@pytest.mark.parametrize(
    ("code", "is_function"),
    [
        ("def f(): ...\n_ = probe(f)", True),
        ("class A:\n    def g(self):\n        def f(): ...\n        _ = probe(f)", True),
        ("def f(): ...\ndef f(): ...\n_ = probe(f)", False),
        ("f = lambda: 1\n_ = probe(f)", False),
        ("from a import f\n_ = probe(f)", False),
        ("_ = probe(a.f)", False),
    ],
)
def test_the_function_of_a_name(code: str, is_function: bool) -> None:
    names, module, probed = _probed(code)
    functions = [found for found in inside(module, syntax.FunctionDef) if found.name.value == "f"]
    assert names.function(probed) is (functions[0] if is_function else None)


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("a = 1", 0),
        ("a = 1\nprint(a, a)", 2),
        ("a = 1\ndef f():\n    return a", 1),
        ("a = 1\ndef f(a):\n    return a", 0),
        ("a = 1\ndef f():\n    a = 2\n    return a", 0),
    ],
)
def test_the_uses_of_a_variable(code: str, uses: int) -> None:
    names, module = _names(code)
    (target, *_) = [found.target for found in inside(module, syntax.AssignTarget)]
    assert isinstance(target, syntax.Name)
    assert len(names.uses(target)) == uses


def test_the_uses_of_a_function() -> None:
    names, module = _names("def f(): ...\nf()\ng(f)\ndef h(f):\n    f()")
    assert len(names.uses_of_function(inside(module, syntax.FunctionDef)[0])) == 2


MEET = """\
import aws

class A:
    def f(self, parameter):
        local = parameter
        def g(inner): ...
        return read

    def h(self):
        other = 1
"""


@pytest.mark.parametrize("name", ["parameter", "local", "inner", "g", "read", "self"])
def test_a_new_name_meets_every_name_of_its_function(name: str) -> None:
    names, module = _names(MEET)
    assert names.is_bound(name, inside(module, syntax.FunctionDef)[0])


@pytest.mark.parametrize("name", ["other", "h", "free"])
def test_a_new_name_may_be_one_of_another_function(name: str) -> None:
    names, module = _names(MEET)
    assert not names.is_bound(name, inside(module, syntax.FunctionDef)[0])


@pytest.mark.parametrize("name", ["aws", "A", "local", "parameter", "inner", "other"])
def test_a_new_name_of_the_module_meets_those_that_would_hide_it(name: str) -> None:
    assert _names(MEET)[0].is_bound(name, None)


def test_a_new_name_of_the_module_may_be_free() -> None:
    assert not _names(MEET)[0].is_bound("free", None)


@pytest.mark.parametrize(
    ("code", "unbound"),
    [
        ("import a\nprint(a)", set()),
        ("a", {"a"}),
        ("a.b(c)", {"a", "c"}),
        ("def f(x):\n    return x + y", {"y"}),
        ("[x for x in xs]", {"xs"}),
        ("len(open)", set()),
        ("class A:\n    b = 1\n    def f(self):\n        return b", {"b"}),
        ("try:\n    pass\nexcept E as e:\n    e", {"E"}),
        ("with a as b, c as (d, e):\n    b, d, e", {"a", "c"}),
        ("del a", {"a"}),
        ("from a import *\nb", {"b"}),
        ("(a := 1)\na", set()),
        ("print(f'{a!r:>{b}}')", {"a", "b"}),
    ],
)
def test_names_that_are_bound_nowhere(code: str, unbound: set[str]) -> None:
    assert _names(code)[0].unbound() == unbound


def test_the_statement_and_the_functions_around() -> None:
    code = "class A:\n    def f(self):\n        def g():\n            x = [\n                probe(a)\n            ]"
    names, module, probed = _probed(code)
    f, g = inside(module, syntax.FunctionDef)
    (owner,) = inside(module, syntax.ClassDef)
    assert module.code(names.statement(probed)).strip().startswith("x = [")
    assert names.outer_function(probed) is f
    assert names.owner(probed) is owner
    assert names.outer_function(owner) is None
    assert names.outer_function(g) is f


@pytest.mark.parametrize(
    ("schema", "python"),
    [
        ("treatMissingData", "treat_missing_data"),
        ("bucket", "bucket"),
        ("kmsMasterKeyId", "kms_master_key_id"),
        ("enableDNSSupport", "enable_dns_support"),
        ("and", "and_"),
        ("lambda", "lambda_"),
        ("s3BucketName", "s3_bucket_name"),
        ("ipv6CidrBlock", "ipv6_cidr_block"),
    ],
)
def test_input_names(schema: str, python: str) -> None:
    assert snake(schema) == python


@pytest.mark.parametrize(
    ("python", "schema"),
    [
        ("treat_missing_data", "treatMissingData"),
        ("bucket", "bucket"),
        ("and_", "and"),
        ("lambda_", "lambda"),
        ("treatMissingData", "treatMissingData"),
    ],
)
def test_input_names_back(python: str, schema: str) -> None:
    assert camel(python) == schema


CHECKED = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import pulumi_aws as aws\n\n"


@pytest.mark.parametrize(
    ("code", "unbound"),
    [
        (f"{CHECKED}def f(x: aws.s3.Bucket) -> aws.s3.Bucket: ...", set[str]()),
        (f'{CHECKED}def f(x: "aws.s3.Bucket"): ...', set[str]()),
        (f"{CHECKED}x: aws.s3.Bucket", set[str]()),
        (f"{CHECKED}if TYPE_CHECKING:\n    Bucket = aws.s3.Bucket", set[str]()),
        (f"{CHECKED}def f():\n    import pulumi_aws as aws\n    aws.get_region()", set[str]()),
        (f"{CHECKED}import pulumi_aws as aws\naws.get_region()", set[str]()),
        (f"{CHECKED}else:\n    aws = 1\naws.get_region()", set[str]()),
        (f"{CHECKED}aws.get_region()", {"aws"}),
        (f"{CHECKED}class A(aws.s3.Bucket): ...", {"aws"}),
        ("import typing as t\nif t.TYPE_CHECKING:\n    from pulumi_aws import s3\ns3.Bucket('b')", {"s3"}),
        ("from types import ModuleType\naws: ModuleType\ndef f(): return aws", set[str]()),
        (f"{CHECKED}aws: Module", {"Module"}),
        ("def f(x: aws.s3.Bucket) -> None: ...", {"aws"}),
        ("if not TYPE_CHECKING:\n    from pulumi_aws import s3\ns3.Bucket('b')", {"TYPE_CHECKING"}),
    ],
)
def test_a_name_for_the_type_checker_is_not_bound_as_a_value(code: str, unbound: set[str]) -> None:
    names, _ = _names(code)
    assert names.unbound() == unbound
