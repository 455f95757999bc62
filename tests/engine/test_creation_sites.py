"""Where programs make resources, in both languages, and which of them a fix splits."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases_of import cases

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.registry import packs
from iacfix.result import AddedResource, CreationSite, Outcome, Parent, Plan, Split
from iacfix.rule_cases.cases import Case

ALL = tuple(rule.id for pack in packs() for rule in pack.rules)


def examined(text: str, name: str, major: int = 7) -> Outcome:
    return examine(from_bytes(text.encode(), name), Plan(ALL, unsafe=True, major=major, sites=True), Path())


def python(*lines: str) -> str:
    return "\n".join(["import pulumi", "import pulumi_aws as aws", *lines, ""])


def typescript(*lines: str) -> str:
    return "\n".join(['import * as pulumi from "@pulumi/pulumi";', 'import * as aws from "@pulumi/aws";', *lines, ""])


def sites(outcome: Outcome) -> list[tuple[tuple[str, ...], Parent]]:
    return [(site.name, site.parent) for site in outcome.sites]


@pytest.mark.parametrize(
    ("written", "runs"),
    [
        ('"logs"', ("logs",)),
        ('"lo" "gs"', ("logs",)),
        (r'"lo\x67s"', ("logs",)),
        ('f"{stack}-logs"', ("", "-logs")),
        ('stack + "-logs"', ("", "-logs")),
        ('f"a-{b}-c-{d}"', ("a-", "-c-", "")),
        ("name", ()),
        ('f"{name}"', ()),
        (r'f"{name}-\x67s"', ()),
        ('f"{{{name}}}"', ()),
        ("make(name)", ()),
    ],
)
def test_a_name_as_literal_runs(written: str, runs: tuple[str, ...]) -> None:
    assert sites(examined(python(f"aws.s3.Bucket({written})"), "app.py")) == [(runs, Parent.NONE)]


@pytest.mark.parametrize(
    ("written", "parent"),
    [
        ("", Parent.NONE),
        (", opts=None", Parent.NONE),
        (", opts=opts", Parent.UNSEEN),
        (", opts=pulumi.ResourceOptions(protect=True)", Parent.NONE),
        (", opts=pulumi.ResourceOptions(parent=None)", Parent.NONE),
        (", opts=pulumi.ResourceOptions(parent=self)", Parent.COMPONENT),
        (", opts=pulumi.ResourceOptions(parent=other)", Parent.GIVEN),
        (", opts=pulumi.ResourceOptions(**more)", Parent.UNSEEN),
    ],
)
def test_a_parent_in_python(written: str, parent: Parent) -> None:
    assert sites(examined(python(f'aws.s3.Bucket("a"{written})'), "app.py")) == [(("a",), parent)]


@pytest.mark.parametrize(
    ("written", "parent"),
    [
        ("", Parent.NONE),
        (", {}, undefined", Parent.NONE),
        (", {}, opts", Parent.UNSEEN),
        (", {}, { protect: true }", Parent.NONE),
        (", {}, { parent: this }", Parent.COMPONENT),
        (", {}, { parent }", Parent.GIVEN),
        (", {}, { ...opts, protect: true }", Parent.UNSEEN),
    ],
)
def test_a_parent_in_typescript(written: str, parent: Parent) -> None:
    assert sites(examined(typescript(f'new aws.s3.Bucket("a"{written});'), "app.ts")) == [(("a",), parent)]


def test_a_template_in_typescript() -> None:
    assert sites(examined(typescript("new aws.s3.Bucket(`${stack}-logs-${n}`);"), "app.ts")) == [
        (("", "-logs-", ""), Parent.NONE)
    ]


def test_a_bucket_that_keeps_its_settings_splits_nothing() -> None:
    outcome = examined(python('aws.s3.Bucket("a", **more)', 'aws.s3.Bucket("b", versioning=None)'), "app.py")
    assert outcome.splits == ()
    assert [site.line for site in outcome.sites] == [3, 4]


def test_what_is_added_beside_a_bucket() -> None:
    text = python('aws.s3.Bucket("a", versioning={"enabled": True}, cors_rules=[{"allowed_methods": ["GET"]}])')
    assert examined(text, "app.py").splits == (
        Split(
            site=CreationSite("app.py", 3, "aws.s3.Bucket", ("a",), Parent.NONE),
            rule="inline-bucket-config",
            parts=(
                AddedResource("aws.s3.BucketVersioning", "versioning", "versioning"),
                AddedResource("aws.s3.BucketCorsConfiguration", "cors", "corsRules"),
            ),
            note="the preview must show new resources only and the bucket unchanged",
        ),
    )


def test_what_is_new_to_the_cloud_is_no_part_of_a_split() -> None:
    """Nothing of a bucket becomes its public access block, and no cloud had it under a name that no class has."""
    misspelt = examined(python('aws.s3.Bucket("a", block_public_acls=True)'), "app.py")
    assert "BucketPublicAccessBlock" in misspelt.after
    assert misspelt.splits == ()
    outcome = examined(typescript('new aws.s3.Bucket("a", { versioning: { enabled: true } });'), "app.ts")
    assert "BucketPublicAccessBlock" in outcome.after
    assert [part.type for split in outcome.splits for part in split.parts] == ["aws.s3.BucketVersioning"]


def test_a_class_that_changes_is_told_even_where_nothing_is_added() -> None:
    outcome = examined(python('aws.s3.Bucket("a", versioning={"enabled": False})'), "app.py", major=6)
    assert outcome.splits == (
        Split(
            site=CreationSite("app.py", 3, "aws.s3.Bucket", ("a",), Parent.NONE),
            rule="inline-bucket-config",
            parts=(),
            retyped="aws.s3.BucketV2",
            unsafe=True,
            note="versioning is off and gets no resource; a bucket that was versioned once should be set to Suspended; "
            "on a deployed stack upgrade to major 7 of the provider first, then split: under 6 the bucket changes its "
            "class and may be replaced",
        ),
    )


@pytest.mark.parametrize("case", list(cases("inline-bucket-config")), ids=lambda case: case.id)
def test_every_split_has_its_place_and_every_new_resource_an_id(case: Case) -> None:
    """Whatever a rule adds, a deployed stack can take it over."""
    outcome = examined(case.before, f"program.{case.language}", case.major)
    known = {name for pack in packs() for name in pack.provider.imports.ids}
    for split in outcome.splits:
        assert split.site in outcome.sites
        assert {part.type for part in split.parts} | ({split.retyped} - {None}) <= known
        assert len({part.name for part in split.parts}) == len(split.parts)
