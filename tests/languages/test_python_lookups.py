"""Which lookup serves a place, and where a new one goes."""

from __future__ import annotations

import difflib
import re
from textwrap import dedent

import pytest

from iacfix import rewrite
from iacfix.edit import Lookup, Replace
from iacfix.errors import CannotFix
from iacfix.languages.python.read import read
from iacfix.languages.python.write import write
from iacfix.model import Provider
from iacfix.registry import ProviderPackage

CLOUD = ProviderPackage(
    name="cloud", packages={"python": "pulumi_cloud"}, distributions={"python": "pulumi-cloud"}, majors=(1,)
)


def looked_up(code: str, function: str = "cloud.getZone") -> str:
    """The program with every `"HERE"` looked up, for the resource that it is an input of."""
    program = read(code, CLOUD, Provider("cloud", 1, "as set"))
    texts = [text for text in program.texts() if text.literal == "HERE"]
    assert texts
    hosts = [program.where(text).resource for text in texts]
    lookups = [Lookup(function, "zone", "currentZone", host, ("id",)) for host in hosts]
    edits = [Replace(text, lookup) for text, lookup in zip(texts, lookups, strict=True)]
    return rewrite.changed(code, write(program, edits))


def spliced(text: str) -> str:
    """A text of the program in which every `HERE` is looked up."""
    head, lookup = "import pulumi_cloud as cloud\n", "\ncurrent_zone = cloud.get_zone()\n\n"
    program = read(f"{head}it = {text}\n", CLOUD, Provider("cloud", 1, "as set"))
    spans = [span for text in program.texts() for span in text.spans(re.compile("HERE"))]
    assert spans
    lookups = [Replace(span, Lookup("cloud.getZone", "zone", "currentZone", None)) for span in spans]
    new = rewrite.changed(program.text, write(program, lookups))
    assert new.startswith(f"{head}{lookup}it = ")
    return new.removeprefix(f"{head}{lookup}it = ").removesuffix("\n").replace("{current_zone.zone}", "{HERE}")


def changed(diff: str) -> None:
    """Holds the new text against the one that a diff without headers shows."""
    rows = dedent(diff).removeprefix("\n").splitlines()
    before, after = ("".join(f"{row[1:]}\n" for row in rows if row[:1] in signs or not row) for signs in (" -", " +"))
    assert list(difflib.ndiff(after.splitlines(), looked_up(before).splitlines())) == [
        f"  {row}" for row in after.splitlines()
    ]


def refused(code: str, reason: str) -> None:
    with pytest.raises(CannotFix) as caught:
        looked_up(dedent(code).removeprefix("\n"))
    assert str(caught.value) == reason


# one that is there


@pytest.mark.parametrize(
    ("lookup", "read"),
    [
        ("zone = cloud.get_zone()", "zone.zone"),
        ("zone = cloud.get_zone().zone", "zone"),
        ("zone = cloud.get_zone().id", "zone"),
        ("zone = cloud.get_zone(opts=None)", None),
        ("zone = cloud.get_zone().kind", None),
        ('zone = cloud.get_zone(name="x")', None),
        ("zone = cloud.get_zone_output()", None),
        ("zone = cloud.get_other()", None),
        ("zone = cloud.get_zone(opts=given)", None),
        ("zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=other))", None),
        ("zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=other))", None),
        ("zone = cloud.get_zone()\nzone = None", None),
        ("if live:\n    zone = cloud.get_zone()", None),
        ("for zone in [cloud.get_zone()]: ...", None),
        ("zone, other = cloud.get_zone(), 1", None),
        ("zones['a'] = cloud.get_zone()", None),
        ("def f():\n    zone = cloud.get_zone()", None),
    ],
)
def test_a_lookup_of_the_module_is_used_where_it_gives_the_same(lookup: str, read: str | None) -> None:
    head = f'import pulumi\nimport pulumi_cloud as cloud\n\nother = cloud.Provider("other")\n{lookup}\n'
    new = looked_up(f'{head}cloud.s3.Bucket("b", zone="HERE")\n')
    if read is not None:
        assert new == f'{head}cloud.s3.Bucket("b", zone={read})\n'
    else:
        assert new.endswith('\ncloud.s3.Bucket("b", zone=current_zone.zone)\n')
        assert "\ncurrent_zone = cloud.get_zone()\n" in new


def test_a_lookup_below_the_place_does_not_serve_it() -> None:
    changed("""
         import pulumi_cloud as cloud

        +current_zone = cloud.get_zone()
        +
        -cloud.s3.Bucket("b", zone="HERE")
        +cloud.s3.Bucket("b", zone=current_zone.zone)
         zone = cloud.get_zone()
    """)


def test_a_lookup_of_the_module_serves_its_functions() -> None:
    changed("""
         import pulumi_cloud as cloud

         zone = cloud.get_zone()


         def build(name):
        -    return cloud.s3.Bucket(name, zone="HERE")
        +    return cloud.s3.Bucket(name, zone=zone.zone)
    """)


def test_a_lookup_that_a_function_hides_does_not_serve_it() -> None:
    changed("""
         import pulumi_cloud as cloud

         zone = cloud.get_zone()
        +current_zone = cloud.get_zone()


         def build(zone):
        -    return cloud.s3.Bucket("b", zone="HERE")
        +    return cloud.s3.Bucket("b", zone=current_zone.zone)
    """)


def test_a_lookup_of_a_function_serves_what_follows_in_it() -> None:
    changed("""
         import pulumi_cloud as cloud


         def build(names):
             zone = cloud.get_zone()
             for name in names:
        -        cloud.s3.Bucket(name, zone="HERE")
        +        cloud.s3.Bucket(name, zone=zone.zone)
    """)


def test_a_lookup_of_a_branch_serves_that_branch() -> None:
    changed("""
         import pulumi_cloud as cloud

         if live:
             zone = cloud.get_zone()
        -    cloud.s3.Bucket("a", zone="HERE")
        +    cloud.s3.Bucket("a", zone=zone.zone)
    """)


def test_a_lookup_of_the_component_is_used() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def __init__(self, name):
                 super().__init__("a:b:C", name)
                 zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        -        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=zone.zone, opts=pulumi.ResourceOptions(parent=self))
    """)


def test_a_lookup_kept_by_the_constructor_serves_every_method() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def __init__(self, name):
                 super().__init__("a:b:C", name)
                 self.zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self)).zone
                 self.build()

             def build(self):
        -        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=self.zone, opts=pulumi.ResourceOptions(parent=self))
    """)


def test_a_lookup_kept_after_a_method_was_called_does_not_serve_it() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def __init__(self, name):
                 super().__init__("a:b:C", name)
                 self.build()
                 self.zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self)).zone

             def build(self):
        +        current_zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        -        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=current_zone.zone, opts=pulumi.ResourceOptions(parent=self))
    """)


def test_a_lookup_for_the_provider_of_the_resource_is_used() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud

         other = cloud.Provider("other")
         zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=other))
        -cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(provider=other))
        +cloud.s3.Bucket("b", zone=zone.zone, opts=pulumi.ResourceOptions(provider=other))
    """)


# a new one


def test_a_new_lookup_stands_behind_the_imports_and_serves_every_place() -> None:
    changed("""
         \"\"\"Two buckets.\"\"\"

         import json

         import pulumi_cloud as cloud

        +current_zone = cloud.get_zone()
        +
         NAME = "b"

        -cloud.s3.Bucket("a", zone="HERE")
        +cloud.s3.Bucket("a", zone=current_zone.zone)


         def build():
        -    cloud.s3.Bucket("b", zone="HERE")
        +    cloud.s3.Bucket("b", zone=current_zone.zone)
    """)


def test_a_new_lookup_takes_a_name_that_is_free() -> None:
    changed("""
         import pulumi_cloud as cloud

        +cloud_zone = cloud.get_zone()
        +
         current_zone = 1
        -cloud.s3.Bucket("a", zone="HERE")
        +cloud.s3.Bucket("a", zone=cloud_zone.zone)
    """)


def test_a_provider_gives_its_name_without_saying_that_it_is_one() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud
         from providers import far_provider

        +far_zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=far_provider))
        +
        -cloud.s3.Bucket("a", zone="HERE", opts=pulumi.ResourceOptions(provider=far_provider))
        +cloud.s3.Bucket("a", zone=far_zone.zone, opts=pulumi.ResourceOptions(provider=far_provider))
    """)


def test_a_new_lookup_of_the_module_is_not_hidden_where_it_is_used() -> None:
    changed("""
         import pulumi_cloud as cloud

        +cloud_zone = cloud.get_zone()
        +

         def build(current_zone):
        -    cloud.s3.Bucket("a", zone="HERE")
        +    cloud.s3.Bucket("a", zone=cloud_zone.zone)
    """)


def test_a_new_lookup_of_a_component_stands_behind_super() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def __init__(self, name):
                 \"\"\"A part.\"\"\"
                 super().__init__("a:b:C", name)

        +        current_zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        +
                 self.names = [name]
        -        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=current_zone.zone, opts=pulumi.ResourceOptions(parent=self))
    """)


def test_every_method_of_a_component_has_a_lookup_of_its_own() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def one(self):
        +        current_zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        -        cloud.s3.Bucket("a", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("a", zone=current_zone.zone, opts=pulumi.ResourceOptions(parent=self))

             def two(self):
        +        current_zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        -        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=current_zone.zone, opts=pulumi.ResourceOptions(parent=self))
    """)


def test_a_new_lookup_asks_the_provider_of_the_resource() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud

         name = "b"
         other = cloud.Provider("other")
        +
        +other_zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=other))
        +
        -cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(provider=other))
        +cloud.s3.Bucket("b", zone=other_zone.zone, opts=pulumi.ResourceOptions(provider=other))
    """)


def test_a_provider_that_is_handed_in_is_asked_in_the_function() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         def build(other):
        +    other_zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=other))
        -    cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(provider=other))
        +    cloud.s3.Bucket("b", zone=other_zone.zone, opts=pulumi.ResourceOptions(provider=other))
    """)


def test_a_parent_of_this_file_hands_its_provider_on() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud

         other = cloud.Provider("other")
        +
        +other_zone = cloud.get_zone(opts=pulumi.InvokeOptions(provider=other))
        +
         parent = cloud.s3.Bucket("a", opts=pulumi.ResourceOptions(provider=other))
        -cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(parent=parent))
        +cloud.s3.Bucket("b", zone=other_zone.zone, opts=pulumi.ResourceOptions(parent=parent))
    """)


def test_options_in_a_variable_are_followed() -> None:
    changed("""
         import pulumi
         import pulumi_cloud as cloud


         class Part(pulumi.ComponentResource):
             def __init__(self, name):
                 super().__init__("a:b:C", name)

        +        current_zone = cloud.get_zone(opts=pulumi.InvokeOptions(parent=self))
        +
                 child = pulumi.ResourceOptions(parent=self)
        -        cloud.s3.Bucket("b", zone="HERE", opts=child)
        +        cloud.s3.Bucket("b", zone=current_zone.zone, opts=child)
    """)


# imports


@pytest.mark.parametrize(
    ("imports", "after", "call"),
    [
        ("import pulumi_cloud", "import pulumi_cloud", "pulumi_cloud.get_zone()"),
        ("from pulumi_cloud import s3", "from pulumi_cloud import get_zone, s3", "get_zone()"),
        ("from pulumi_cloud import s3, iam", "from pulumi_cloud import s3, iam, get_zone", "get_zone()"),
        ("from pulumi_cloud import get_zone as ask, s3", "from pulumi_cloud import get_zone as ask, s3", "ask()"),
        (
            "from pulumi_cloud import (\n    iam,  # who\n    s3,\n)",
            "from pulumi_cloud import (\n    get_zone,\n    iam,  # who\n    s3,\n)",
            "get_zone()",
        ),
        ("import pulumi_cloud as cloud\nfrom pulumi_cloud import s3", None, "cloud.get_zone()"),
    ],
)
def test_a_new_lookup_is_imported_as_its_neighbours_are(imports: str, after: str | None, call: str) -> None:
    s3 = "pulumi_cloud.s3" if imports == "import pulumi_cloud" else "s3"
    new = looked_up(f'{imports}\n\n{s3}.Bucket("b", zone="HERE")\n')
    assert new == f'{after or imports}\n\ncurrent_zone = {call}\n\n{s3}.Bucket("b", zone=current_zone.zone)\n'


def test_a_class_import_gets_an_import_of_the_lookup_beside_it() -> None:
    changed("""
         import json

        +from pulumi_cloud import get_zone
         from pulumi_cloud.s3 import Bucket

        +current_zone = get_zone()
        +
        -Bucket("b", zone="HERE")
        +Bucket("b", zone=current_zone.zone)
    """)


def test_options_of_a_new_lookup_are_imported_too() -> None:
    changed("""
        -from pulumi import ComponentResource, ResourceOptions
        +from pulumi import ComponentResource, InvokeOptions, ResourceOptions
         import pulumi_cloud as cloud


         class Part(ComponentResource):
             def __init__(self, name):
                 super().__init__("a:b:C", name)

        +        current_zone = cloud.get_zone(opts=InvokeOptions(parent=self))
        +
        -        cloud.s3.Bucket("b", zone="HERE", opts=ResourceOptions(parent=self))
        +        cloud.s3.Bucket("b", zone=current_zone.zone, opts=ResourceOptions(parent=self))
    """)


# inside a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a-HERE-b"', 'f"a-{HERE}-b"'),
        ("'HERE-HERE'", "f'{HERE}-{HERE}'"),
        ("\"HERE {a} 'b'\"", "f\"{HERE} {{a}} 'b'\""),
        ('f"{x}-HERE"', 'f"{x}-{HERE}"'),
        ('f"HERE-{{{x!r:>{y}}}}"', 'f"{HERE}-{{{x!r:>{y}}}}"'),
        ('r"HERE\\d{2}"', 'rf"{HERE}\\d{{2}}"'),
        ('u"HERE-"', 'f"{HERE}-"'),
        ('rf"HERE\\d{x}"', 'rf"{HERE}\\d{x}"'),
        ('"""a\n  HERE"""', 'f"""a\n  {HERE}"""'),
        ('"\\"HERE\\n"', 'f"\\"{HERE}\\n"'),
        ("f'\"HERE\"{x}'", "f'\"{HERE}\"{x}'"),
        ("f'{x}\"HERE\"'", "f'{x}\"{HERE}\"'"),
        ("f'''HERE\"\"\"{x}'''", "f'''{HERE}\"\"\"{x}'''"),
        ('"\\N{DASH}HERE\\x7b{"', 'f"\\N{DASH}{HERE}\\x7b{{"'),
        ('r"\\N{DASH}HERE"', 'rf"\\N{{DASH}}{HERE}"'),
        ('("a-HERE"  # one\n  "{b}")', '(f"a-{HERE}"  # one\n  "{b}")'),
        ('("a" f"{x}HERE")', '("a" f"{x}{HERE}")'),
        ('"HERE:" + x + ":HERE"', 'f"{HERE}:" + x + f":{HERE}"'),
        ('("a-HERE")', '(f"a-{HERE}")'),
    ],
)
def test_a_lookup_inside_a_text(text: str, expected: str) -> None:
    assert spliced(text) == expected


def test_a_text_that_is_the_lookup_and_nothing_else_is_no_text_any_more() -> None:
    assert spliced('"HERE"') == "current_zone.zone"


# refusals


def test_options_that_cannot_be_seen_are_refused() -> None:
    refused(
        """
        import pulumi_cloud as cloud
        cloud.s3.Bucket("b", zone="HERE", opts=options)
        """,
        "the options of the resource are not a literal, so its provider is unknown",
    )


def test_a_place_in_front_of_the_imports_is_refused() -> None:
    refused(
        """
        import pulumi_cloud as cloud
        cloud.s3.Bucket("b", zone="HERE")
        import pulumi
        """,
        "the code runs before the point where the lookup can go",
    )


def test_a_provider_given_by_an_expression_is_refused() -> None:
    refused(
        """
        import pulumi
        import pulumi_cloud as cloud
        cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(provider=providers["x"]))
        """,
        'the provider is an expression: providers["x"]',
    )


def test_a_function_with_its_body_on_one_line_is_refused() -> None:
    refused(
        """
        import pulumi
        import pulumi_cloud as cloud
        def f(other): cloud.s3.Bucket("b", zone="HERE", opts=pulumi.ResourceOptions(provider=other))
        """,
        "the body of the function is on the line of its header",
    )


def test_a_resource_of_a_component_that_leaves_out_its_parent_is_refused() -> None:
    refused(
        """
        import pulumi
        import pulumi_cloud as cloud


        class Part(pulumi.ComponentResource):
            def __init__(self, name):
                cloud.s3.Bucket("a", opts=pulumi.ResourceOptions(parent=self))
                cloud.s3.Bucket("b", zone="HERE")
        """,
        "it is created in a component without a parent, so its provider may not be the component's",
    )
