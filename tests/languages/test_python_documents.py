"""The ways to a document, the reasons where there is none, and what a string is there for."""

from __future__ import annotations

from textwrap import dedent

import pytest

from iacfix.languages.python.read import PythonProgram, read
from iacfix.model import Document, Fields, Hidden, Items, Provider, Spelling, Text, Use, Where
from iacfix.registry import ProviderPackage

CLOUD = ProviderPackage(
    name="cloud",
    packages={"python": "pulumi_cloud"},
    distributions={"python": "pulumi-cloud"},
    majors=(1,),
    documents={"cloud.iam.getDocument": "json"},
)
HEAD = "import json\nimport pulumi\nimport pulumi_cloud as cloud\n\n"


def program(code: str) -> PythonProgram:
    return read(HEAD + dedent(code), CLOUD, Provider("cloud", 1, "as set"))


def found(code: str) -> Document | Hidden:
    (only,) = program(code).documents(("cloud.iam.Role", "policy"))
    assert (only.host.label, only.path) == ("r", "policy")
    return only


WAYS = {
    "serialised": 'cloud.iam.Role("r", policy=json.dumps({"a": 1}))',
    "serialised with options": 'cloud.iam.Role("r", policy=json.dumps({"a": 1}, indent=2))',
    "serialised by Pulumi": 'cloud.iam.Role("r", policy=pulumi.Output.json_dumps({"a": 1}))',
    "written as a mapping": 'cloud.iam.Role("r", policy={"a": 1})',
    "in brackets": 'cloud.iam.Role("r", policy=(json.dumps(({"a": 1}))))',
    "in an apply": 'cloud.iam.Role("r", policy=x.arn.apply(lambda arn: json.dumps({"a": 1})))',
    "in an apply over several outputs": (
        'cloud.iam.Role("r", policy=pulumi.Output.all(x.arn, y.arn).apply(lambda args: json.dumps({"a": 1})))'
    ),
    "in an apply over named outputs": (
        'cloud.iam.Role("r", policy=pulumi.Output.all(a=x.arn).apply(lambda args: json.dumps({"a": 1})))'
    ),
    "serialised as the callback": ('cloud.iam.Role("r", policy=pulumi.Output.from_input({"a": 1}).apply(json.dumps))'),
    "serialised in a callback that does nothing else": (
        'cloud.iam.Role("r", policy=pulumi.Output.from_input({"a": 1}).apply(lambda given: json.dumps(given)))'
    ),
    "made a secret": 'cloud.iam.Role("r", policy=pulumi.Output.secret(json.dumps({"a": 1})))',
    "as text in a variable": 'policy = json.dumps({"a": 1})\ncloud.iam.Role("r", policy=policy)',
    "as a mapping in a variable": 'policy = {"a": 1}\ncloud.iam.Role("r", policy=json.dumps(policy))',
    "in a variable that is declared": 'policy: str = json.dumps({"a": 1})\ncloud.iam.Role("r", policy=policy)',
    "in one variable after another": ('one = {"a": 1}\ntwo = json.dumps(one)\ncloud.iam.Role("r", policy=two)'),
    "in an attribute": """\
        class A:
            def __init__(self):
                self.policy = json.dumps({"a": 1})
                cloud.iam.Role("r", policy=self.policy)
    """,
    "in an attribute of another method": """\
        class A:
            def one(self):
                self.policy = {"a": 1}
            def two(self):
                cloud.iam.Role("r", policy=json.dumps(self.policy))
    """,
    "by a function that is a callback": """\
        def build(arn):
            return json.dumps({"a": 1})
        cloud.iam.Role("r", policy=x.arn.apply(build))
    """,
    "by a function that gives a mapping": """\
        def build(arn):
            if not arn:
                raise ValueError(arn)
            def name():
                return arn
            return {"a": 1}
        cloud.iam.Role("r", policy=x.arn.apply(build).apply(json.dumps))
    """,
    "by a callback over a variable": """\
        policy = {"a": 1}
        cloud.iam.Role("r", policy=x.arn.apply(lambda arn: json.dumps(policy)))
    """,
    "in input classes": 'cloud.iam.Role("r", cloud.iam.RoleArgs(policy=json.dumps({"a": 1})))',
    "in a mapping of inputs": 'cloud.iam.Role("r", {"policy": json.dumps({"a": 1})})',
}


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
def test_a_document_is_found(code: str) -> None:
    document = found(code)
    assert isinstance(document, Document)
    assert isinstance(document.root, Fields)
    assert (document.root.keys, document.root.spelling) == (("a",), Spelling.DATA)


def test_a_document_may_be_a_list() -> None:
    document = found('cloud.iam.Role("r", policy=json.dumps([{"a": 1}]))')
    assert isinstance(document, Document)
    assert isinstance(document.root, Items)


@pytest.mark.parametrize(
    "policy",
    [
        "cloud.iam.get_document(some_things=[1]).json",
        "cloud.iam.get_document_output(some_things=[1]).json",
        "document.json",
    ],
)
def test_arguments_of_a_document_function_are_a_document_in_schema_names(policy: str) -> None:
    document = found(f'document = cloud.iam.get_document(some_things=[1])\ncloud.iam.Role("r", policy={policy})')
    assert isinstance(document, Document)
    assert isinstance(document.root, Fields)
    assert (document.root.keys, document.root.spelling) == (("someThings",), Spelling.INPUT)


UNREACHABLE = {
    "built by a function": ('cloud.iam.Role("r", policy=build())', "a function builds it"),
    "built by a function of this file": (
        'def build():\n    return json.dumps({"a": 1})\ncloud.iam.Role("r", policy=build())',
        "a function builds it",
    ),
    "serialised by a function": ('cloud.iam.Role("r", policy=json.dumps(build()))', None),
    "serialised from a parameter": ('def f(policy):\n    cloud.iam.Role("r", policy=json.dumps(policy))', None),
    "handed in": (
        'def f(policy):\n    cloud.iam.Role("r", policy=policy)',
        "it cannot be traced to a literal",
    ),
    "imported": (
        'from policies import policy\ncloud.iam.Role("r", policy=policy)',
        "it cannot be traced to a literal",
    ),
    "set twice": (
        'p = json.dumps({"a": 1})\np = json.dumps({"b": 1})\ncloud.iam.Role("r", policy=p)',
        "it cannot be traced to a literal",
    ),
    "changed after it was built": (
        'p = {"a": 1}\np["b"] = 2\ncloud.iam.Role("r", policy=json.dumps(p))',
        None,
    ),
    "chosen by a condition": (
        'cloud.iam.Role("r", policy=json.dumps({"a": 1}) if live else json.dumps({"b": 1}))',
        "an expression builds it",
    ),
    "put together": ('cloud.iam.Role("r", policy=head + tail)', "an expression builds it"),
    "serialised without anything": (
        'cloud.iam.Role("r", policy=json.dumps())',
        "what is serialised is not a literal",
    ),
    "serialised from a spread": (
        'cloud.iam.Role("r", policy=json.dumps(*given))',
        "what is serialised is not a literal",
    ),
    "a callback with two ends": (
        """\
        def build(arn):
            if arn:
                return json.dumps({"a": 1})
            return json.dumps({"b": 1})
        cloud.iam.Role("r", policy=x.arn.apply(build))
        """,
        "a function builds it",
    ),
    "a callback from elsewhere": (
        'from policies import build\ncloud.iam.Role("r", policy=x.arn.apply(build))',
        "a function builds it",
    ),
}


@pytest.mark.parametrize(("code", "reason"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_what_cannot_be_reached_says_why(code: str, reason: str | None) -> None:
    document = found(code)
    assert isinstance(document, Hidden)
    assert document.reason == (reason or "what is serialised cannot be traced to a literal")
    assert document.text is None


@pytest.mark.parametrize(
    ("policy", "pattern"),
    [
        ("'{\"a\": 1}'", '{"a": 1}'),
        ('"""{\n"a": 1}"""', '{\n"a": 1}'),
        ("f'{{\"a\": {x}}}'", '{{"a": \x00}}'),
        ("x.arn.apply(lambda arn: f'{{\"a\": {arn}}}')", '{{"a": \x00}}'),
    ],
)
def test_a_document_that_is_text_is_shown_as_text(policy: str, pattern: str) -> None:
    document = found(f'cloud.iam.Role("r", policy={policy})')
    assert isinstance(document, Hidden)
    assert document.reason == "it is JSON in a string"
    assert document.text is not None
    assert document.text.pattern == pattern


def test_variables_in_a_circle_come_to_an_end() -> None:
    document = found('def f():\n    one = two\n    two = one\n    cloud.iam.Role("r", policy=one)')
    assert isinstance(document, Hidden)
    assert document.reason == "it passes through too many variables"


def test_every_place_is_asked_in_its_order() -> None:
    code = """\
        cloud.iam.Role("r", policy=json.dumps({}), trust=json.dumps({}))
        cloud.iam.User("u", policy=json.dumps({}))
        cloud.iam.Role("s")
    """
    places = (("cloud.iam.User", "policy"), ("cloud.iam.Role", "trust"), ("cloud.iam.Role", "policy"))
    asked = [(document.host.label, document.path) for document in program(code).documents(*places)]
    assert asked == [("u", "policy"), ("r", "trust"), ("r", "policy")]


def where(code: str) -> Where:
    """What the string `"HERE"` is there for."""
    made = program(code)
    (text,) = [text for text in made.texts() if "HERE" in text.pattern]
    return made.where(text)


USES = {
    "an input": ('cloud.s3.Bucket("b", zone="HERE")', Use.VALUE, ("zone",)),
    "an input in a class": (
        'cloud.s3.Bucket("b", log=cloud.s3.BucketLogArgs(target_zone="HERE"))',
        Use.VALUE,
        ("log", "targetZone"),
    ),
    "an input in a mapping": ('cloud.s3.Bucket("b", log={"target_zone": "HERE"})', Use.VALUE, ("log", "target_zone")),
    "an input under a computed key": ('cloud.s3.Bucket("b", log={key: "HERE"})', Use.VALUE, ("log", "*")),
    "an input in a list": ('cloud.s3.Bucket("b", zones=["HERE"])', Use.VALUE, ("zones",)),
    "an input in a variable": ('log = {"zone": "HERE"}\ncloud.s3.Bucket("b", log=log)', Use.VALUE, ("log", "zone")),
    "an input that a part of is computed": ('cloud.s3.Bucket("b", zone=f"HERE-{x}")', Use.VALUE, ("zone",)),
    "an input that is put together": ('cloud.s3.Bucket("b", zone="HERE" + x)', Use.VALUE, ("zone",)),
    "an output put together": ('cloud.s3.Bucket("b", zone=pulumi.Output.concat("HERE", x))', Use.VALUE, ("zone",)),
    "part of an input class alone": (
        'log = cloud.s3.BucketLogArgs(zone="HERE")\ncloud.s3.Bucket("b", log=log)',
        Use.VALUE,
        ("log", "zone"),
    ),
    "in a document": (
        'cloud.s3.Bucket("b", policy=json.dumps({"Statement": [{"Resource": "HERE"}]}))',
        Use.VALUE,
        ("policy", "Statement", "Resource"),
    ),
    "in a document of an apply": (
        'cloud.s3.Bucket("b", policy=x.apply(lambda a: json.dumps({"Resource": "HERE"})))',
        Use.VALUE,
        ("policy", "Resource"),
    ),
    "in a document of a callback": (
        """\
        def build(a):
            return json.dumps({"Resource": "HERE"})
        cloud.s3.Bucket("b", policy=x.apply(build))
        """,
        Use.VALUE,
        ("policy", "Resource"),
    ),
    "in a document of a variable": (
        'policy = json.dumps({"Resource": "HERE"})\ncloud.s3.Bucket("b", policy=policy)',
        Use.VALUE,
        ("policy", "Resource"),
    ),
    "the logical name": ('cloud.s3.Bucket("HERE", zone="x")', Use.NAME, ()),
    "the logical name by keyword": ('cloud.s3.Bucket(resource_name="HERE")', Use.NAME, ()),
    "the name of a stack output": ('pulumi.export("HERE", 1)', Use.NAME, ()),
    "a stack output": ('pulumi.export("x", "HERE")', Use.EXPORT, ()),
    "the key of a mapping": ('cloud.s3.Bucket("b", log={"HERE": 1})', Use.KEY, ()),
    "a subscript": ('zones["HERE"]', Use.KEY, ()),
    "a resource option": (
        'cloud.s3.Bucket("b", opts=pulumi.ResourceOptions(ignore_changes=["HERE"]))',
        Use.OPTION,
        (),
    ),
    "an option of another call": ('Part("p", opts={"x": "HERE"})', Use.OPTION, ("x",)),
    "an argument of a function": ('cloud.get_zone(name="HERE")', Use.INVOKE, ()),
    "right of or": ('zone = given or "HERE"', Use.DEFAULT, ()),
    "the default of a parameter": ('def f(zone="HERE"): ...', Use.DEFAULT, ()),
    "compared": ('live = zone == "HERE"', Use.CONDITION, ()),
    "asked for in a list": ('live = zone in ["HERE"]', Use.CONDITION, ()),
    "asked for by a case": ('match x:\n    case "HERE" | "there":\n        y = 1', Use.CONDITION, ()),
    "the key asked for by a case": ('match x:\n    case {"HERE": y}:\n        z = 1', Use.KEY, ()),
    "the value asked for by a case": ('match x:\n    case A(b=["HERE", _]):\n        z = 1', Use.CONDITION, ()),
    "the test of a conditional": ('x = 1 if "HERE" else 2', Use.CONDITION, ()),
    "a branch of a conditional": ('x = "HERE" if live else "there"', Use.CHOICE, ()),
    "a constant": ('ZONE = "HERE"', Use.CONSTANT, ("ZONE",)),
    "a constant that is declared": ('ZONE: str = "HERE"', Use.CONSTANT, ("ZONE",)),
    "a constant of an object": ('class A:\n    def f(self):\n        self.zone = "HERE"', Use.CONSTANT, ("self.zone",)),
    "a constant that is used once": (
        'ZONE = "HERE"\ncloud.s3.Bucket("b", zone=ZONE)',
        Use.CONSTANT,
        ("zone", "ZONE"),
    ),
    "an argument of any other call": ('print("HERE")', Use.ARGUMENT, ()),
    "a template of format": ('x = "HERE {}".format(1)', Use.FORMAT, ()),
    "a template of %": ('x = "HERE %s" % 1', Use.FORMAT, ()),
    "a template of Pulumi": ('pulumi.Output.format("HERE {0}", x)', Use.FORMAT, ()),
    "a value of a mapping nobody uses": ('x = {"a": "HERE"}', Use.OTHER, ("a",)),
    "a value of a mapping used twice": (
        'x = {"a": "HERE"}\ncloud.s3.Bucket("a", log=x)\ncloud.s3.Bucket("b", log=x)',
        Use.OTHER,
        ("a",),
    ),
    "what any function returns": ('def f():\n    return "HERE"', Use.OTHER, ()),
    "a method's": ('"HERE".upper()', Use.FORMAT, ()),
}


@pytest.mark.parametrize(("code", "use", "path"), USES.values(), ids=USES)
def test_what_a_string_is_there_for(code: str, use: Use, path: tuple[str, ...]) -> None:
    place = where(code)
    assert (place.use, place.path) == (use, path)


@pytest.mark.parametrize("inputs", ['"HERE"', '"b", zone="HERE"', '"b", log={"zone": ["HERE"]}'])
def test_the_resource_whose_input_or_name_it_is(inputs: str) -> None:
    resource = where(f"cloud.s3.Bucket({inputs})").resource
    assert resource is not None
    assert resource.type == "cloud.s3.Bucket"


def test_the_siblings_are_the_innermost_object() -> None:
    place = where('cloud.s3.Bucket("b", size=1, log={"zone": "HERE", "kind": "x"})')
    assert place.siblings is not None
    assert place.siblings.keys == ("zone", "kind")
    place = where('cloud.s3.Bucket("b", size=1, zone="HERE")')
    assert place.siblings is not None
    assert place.siblings.keys == ("size", "zone")


@pytest.mark.parametrize(
    ("code", "in_list"),
    [
        ('cloud.s3.Bucket("b", zones=["HERE"])', True),
        ('cloud.s3.Bucket("b", zones=[{"zone": "HERE"}])', False),
        ('cloud.s3.Bucket("b", zone="HERE")', False),
    ],
)
def test_whether_it_is_itself_an_element_of_a_list(code: str, in_list: bool) -> None:
    assert where(code).in_list is in_list


@pytest.mark.parametrize(
    "code",
    [
        '"""HERE"""',
        'def f():\n    """HERE"""',
        'x: "HERE" = 1',
        "from HERE import x",
        "# HERE",
        'x = b"HERE"',
        "HERE = 1",
    ],
)
def test_what_is_no_text_of_the_program(code: str) -> None:
    assert [text.pattern for text in program(code).texts() if "HERE" in text.pattern] == []


@pytest.mark.parametrize(
    ("code", "pattern", "literal"),
    [
        ('"a"', "a", "a"),
        ("'a\\n'", "a\\n", "a\n"),
        ('r"a\\n"', "a\\n", "a\\n"),
        ('"""a\nb"""', "a\nb", "a\nb"),
        ('("a" "b")', "ab", "ab"),
        ('("a" f"b{x}")', "ab\x00", None),
        ('"a" + "b"', "ab", "ab"),
        ('"a" + x', "a\x00", None),
        ('x + "a" + y', "\x00a\x00", None),
        ('f"a{x}b{y!r:>3}"', "a\x00b\x00", None),
        ('f"a"', "a", "a"),
        ('f"{x}"', "\x00", None),
        ('u"a"', "a", "a"),
        ('pulumi.Output.concat("a", x, "b")', "a\x00b", None),
    ],
)
def test_texts(code: str, pattern: str, literal: str | None) -> None:
    (text,) = program(f"it = {code}").texts()
    assert isinstance(text, Text)
    assert (text.pattern, text.literal) == (pattern, literal)


def test_text_inside_a_computed_part_is_text_of_its_own() -> None:
    assert [text.pattern for text in program("it = f\"a{get('b')}\" + other('c')").texts()] == ["a\x00\x00", "b", "c"]
