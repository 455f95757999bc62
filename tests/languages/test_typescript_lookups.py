# ruff: noqa: E501 (a program is easier to compare with its lines whole)
"""Where an output or a promise may stand: every context, and that none of them ends up in plain text.

A promise inside a template is `[object Promise]`, an output inside `JSON.stringify` the text of an error, and nothing
says so. Each test here holds the whole text, so that either is seen.
"""

from __future__ import annotations

import difflib
import re
from textwrap import dedent

import pytest

from iacfix import rewrite
from iacfix.edit import Edit, Lookup, Replace
from iacfix.errors import CannotFix
from iacfix.languages.typescript.read import read
from iacfix.languages.typescript.write import write
from iacfix.model import Provider
from iacfix.registry import ProviderPackage

CLOUD = ProviderPackage(
    name="cloud",
    packages={"typescript": "@pulumi/cloud"},
    distributions={"typescript": "@pulumi/cloud"},
    majors=(1,),
    documents={"cloud.getDocument": "json"},
    open_types=("PolicyDocument",),
)
HEAD = """\
import * as cloud from "@pulumi/cloud";
import * as pulumi from "@pulumi/pulumi";
"""
ZONE = "\nconst currentZone = cloud.getZoneOutput({});\n\n"


def looked_up(code: str) -> str:
    """The program with every `HERE` in its texts looked up, for the resource that it is an input of."""
    program = read(code, CLOUD, Provider("cloud", 1, "as set"))
    edits: list[Edit] = []
    for text in program.texts():
        lookup = Lookup("cloud.getZone", "zone", "currentZone", program.where(text).resource, ("id",))
        if text.literal == "HERE":
            edits.append(Replace(text, lookup))
        else:
            edits += [Replace(span, lookup) for span in text.spans(re.compile("HERE"))]
    assert edits
    return rewrite.changed(code, write(program, edits))


def changed(diff: str, *, head: str = HEAD) -> None:
    """Holds the new text against the one that a diff without headers shows, below the usual imports."""
    rows = dedent(diff).removeprefix("\n").splitlines()
    before, after = ("".join(f"{row[1:]}\n" for row in rows if row[:1] in signs or not row) for signs in (" -", " +"))
    expected = (head + after).splitlines()
    assert list(difflib.ndiff(expected, looked_up(head + before).splitlines())) == [f"  {row}" for row in expected]


def added(diff: str) -> None:
    """Like `changed`, where a lookup is added below the imports."""
    plus = "".join(f"+{row}\n" for row in ZONE.splitlines())
    changed(plus + dedent(diff).removeprefix("\n"))


def refused(code: str, reason: str, *, head: str = HEAD) -> None:
    with pytest.raises(CannotFix) as caught:
        looked_up(head + dedent(code).removeprefix("\n"))
    assert str(caught.value) == reason


NOWHERE = "a plain value is needed there, but the lookup returns an output"
OF_A_FUNCTION = "a function of the program would return an output in place of text"
OF_A_TYPE = "its declared type does not allow an output"
EXPORTED = "the constant is exported, and other files may expect plain text"


# inputs


def test_a_plain_input_takes_the_output() -> None:
    added("""
        -new cloud.Box("a", { zone: "HERE" });
        +new cloud.Box("a", { zone: currentZone.zone });
    """)


def test_a_string_that_is_an_input_becomes_a_tagged_template() -> None:
    added("""
        -new cloud.Box("a", { link: "https://HERE.example/`${x}" });
        +new cloud.Box("a", { link: pulumi.interpolate`https://${currentZone.zone}.example/\\`\\${x}` });
    """)


def test_a_template_that_is_an_input_is_tagged() -> None:
    added("""
        -new cloud.Box("a", { link: `https://HERE.example/${1 + 1}` });
        +new cloud.Box("a", { link: pulumi.interpolate`https://${currentZone.zone}.example/${1 + 1}` });
    """)


def test_a_tagged_template_stays_one() -> None:
    added("""
         const box = new cloud.Box("a");
        -new cloud.Box("b", { link: pulumi.interpolate`https://HERE.example/${box.id}` });
        +new cloud.Box("b", { link: pulumi.interpolate`https://${currentZone.zone}.example/${box.id}` });
    """)


def test_a_tagged_template_may_stand_anywhere() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const link = pulumi.interpolate`https://HERE.example/${box.id}`;
        -console.log(pulumi.interpolate`HERE`);
        +export const link = pulumi.interpolate`https://${currentZone.zone}.example/${box.id}`;
        +console.log(pulumi.interpolate`${currentZone.zone}`);
    """)


def test_a_text_inside_an_untagged_template() -> None:
    added("""
        -new cloud.Box("a", { link: `https://${"HERE"}.example` });
        +new cloud.Box("a", { link: pulumi.interpolate`https://${currentZone.zone}.example` });
    """)


def test_inputs_inside_nested_objects_and_lists() -> None:
    added("""
        -new cloud.Box("a", { shapes: [{ sides: { "top": ["HERE", `x-HERE`] } }] });
        +new cloud.Box("a", { shapes: [{ sides: { "top": [currentZone.zone, pulumi.interpolate`x-${currentZone.zone}`] } }] });
    """)


def test_the_parts_of_concat_are_inputs() -> None:
    added("""
        -export const link = pulumi.concat("https://HERE.example", "/", "HERE");
        +export const link = pulumi.concat(pulumi.interpolate`https://${currentZone.zone}.example`, "/", currentZone.zone);
    """)


def test_a_component_registers_outputs() -> None:
    changed("""
         class Boxes extends pulumi.ComponentResource {
           constructor(name: string) {
             super("acme:Boxes", name);
        +
        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
        +
        -    this.registerOutputs({ link: "https://HERE.example" });
        +    this.registerOutputs({ link: pulumi.interpolate`https://${currentZone.zone}.example` });
           }
         }
    """)


# serialisers


def test_json_that_is_an_input_is_serialised_by_pulumi() -> None:
    added("""
        -new cloud.Box("a", { policy: JSON.stringify({ Zone: "HERE", Arn: "arn:HERE:x", Both: [`HERE-HERE`] }) });
        +new cloud.Box("a", { policy: pulumi.jsonStringify({ Zone: currentZone.zone, Arn: pulumi.interpolate`arn:${currentZone.zone}:x`, Both: [pulumi.interpolate`${currentZone.zone}-${currentZone.zone}`] }) });
    """)


def test_json_inside_json() -> None:
    added("""
        -new cloud.Box("a", { policy: JSON.stringify({ inner: JSON.stringify({ zone: "HERE" }) }) });
        +new cloud.Box("a", { policy: pulumi.jsonStringify({ inner: pulumi.jsonStringify({ zone: currentZone.zone }) }) });
    """)


def test_json_inside_a_template() -> None:
    added("""
        -new cloud.Box("a", { script: `x = ${JSON.stringify({ zone: "HERE" })}` });
        +new cloud.Box("a", { script: pulumi.interpolate`x = ${pulumi.jsonStringify({ zone: currentZone.zone })}` });
    """)


def test_pulumi_serialises_outputs_already() -> None:
    added("""
        -export const policy = pulumi.jsonStringify({ zone: "HERE", arn: "arn:HERE" });
        +export const policy = pulumi.jsonStringify({ zone: currentZone.zone, arn: pulumi.interpolate`arn:${currentZone.zone}` });
    """)


def test_an_output_may_be_serialised_later() -> None:
    added("""
        -new cloud.Box("a", { policy: pulumi.output({ arn: "arn:HERE" }).apply(JSON.stringify) });
        +new cloud.Box("a", { policy: pulumi.output({ arn: pulumi.interpolate`arn:${currentZone.zone}` }).apply(JSON.stringify) });
    """)


def test_json_that_is_not_an_input_is_refused() -> None:
    refused("""console.log(JSON.stringify({ zone: "HERE" }));""", NOWHERE)
    refused("""const size = JSON.stringify({ zone: "HERE" }).length;""", NOWHERE)
    refused("""process.env.POLICY = JSON.stringify({ zone: "HERE" });""", NOWHERE)


def test_json_that_is_laid_out_is_refused() -> None:
    refused(
        """new cloud.Box("a", { policy: JSON.stringify({ zone: "HERE" }, null, 2) });""",
        "the JSON is made with arguments that pulumi.jsonStringify does not take",
    )


def test_lists_that_are_mapped_inside_json() -> None:
    added("""
        -new cloud.Box("a", { body: JSON.stringify({ all: ["x"].map((x) => ({ x, zone: "HERE" })) }) });
        +new cloud.Box("a", { body: pulumi.jsonStringify({ all: ["x"].map((x) => ({ x, zone: currentZone.zone })) }) });
    """)
    added("""
         new cloud.Box("a", {
        -  body: JSON.stringify({ all: [...["x"].flatMap((x) => { return [{ x, arn: `arn:HERE` }]; })] }),
        +  body: pulumi.jsonStringify({ all: [...["x"].flatMap((x) => { return [{ x, arn: pulumi.interpolate`arn:${currentZone.zone}` }]; })] }),
         });
    """)


def test_what_other_functions_make_of_it_is_refused() -> None:
    refused("""new cloud.Box("a", { body: JSON.stringify(["x"].filter((x) => "HERE")) });""", OF_A_FUNCTION)
    refused("""new cloud.Box("a", { body: ["x"].map((x) => "HERE").join(",") });""", NOWHERE)
    refused("""new cloud.Box("a", { body: JSON.stringify(["x"].map(async (x) => "HERE")) });""", OF_A_FUNCTION)


# policy documents


def test_a_document_that_takes_outputs() -> None:
    added("""
        -const document = cloud.getDocumentOutput({ statements: [{ resources: ["arn:HERE"] }] });
        +const document = cloud.getDocumentOutput({ statements: [{ resources: [pulumi.interpolate`arn:${currentZone.zone}`] }] });
         new cloud.Box("a", { policy: document.json });
    """)


def test_a_document_that_takes_plain_values() -> None:
    refused(
        """
        const document = cloud.getDocument({ statements: [{ resources: ["arn:HERE"] }] });
        new cloud.Box("a", { policy: document.then((found) => found.json) });
        """,
        "cloud.getDocument takes plain values only",
    )


def test_a_question_that_takes_outputs() -> None:
    added("""
        -const box = cloud.getBoxOutput({ name: "x-HERE" });
        +const box = cloud.getBoxOutput({ name: pulumi.interpolate`x-${currentZone.zone}` });
    """)
    refused(
        """const box = cloud.getBox({ name: "x-HERE" });""",
        "cloud.getBox takes plain values only",
    )


# callbacks, where all is plain


def test_a_list_of_values_gains_the_lookup_at_its_end() -> None:
    added("""
         const box = new cloud.Box("a");
         new cloud.Box("b", {
        -  policy: pulumi.all([box.id, box.name]).apply(([id, name]) => JSON.stringify({ id, name, arn: "arn:HERE" })),
        +  policy: pulumi.all([box.id, box.name, currentZone]).apply(([id, name, current]) => JSON.stringify({ id, name, arn: `arn:${current.zone}` })),
         });
    """)


def test_a_list_over_several_lines() -> None:
    added("""
         const box = new cloud.Box("a");
         new cloud.Box("b", {
           policy: pulumi
             .all([
               box.id, // its id
        -      box.name
        +      box.name,
        +      currentZone
             ])
             .apply(([
               id,
               name,
        +      current,
             ]) => {
        -      const arn = "arn:HERE";
        +      const arn = `arn:${current.zone}`;
        -      return JSON.stringify({ id, name, arn, zone: "HERE" });
        +      return JSON.stringify({ id, name, arn, zone: current.zone });
             }),
         });
    """)


def test_one_value_becomes_a_list() -> None:
    added("""
         const box = new cloud.Box("a");
        -new cloud.Box("b", { policy: box.id.apply((id) => JSON.stringify({ id, arn: "arn:HERE" })) });
        -new cloud.Box("c", { policy: box.id.apply(id => `${id}-HERE`) });
        +new cloud.Box("b", { policy: pulumi.all([box.id, currentZone]).apply(([id, current]) => JSON.stringify({ id, arn: `arn:${current.zone}` })) });
        +new cloud.Box("c", { policy: pulumi.all([box.id, currentZone]).apply(([id, current]) => `${id}-${current.zone}`) });
    """)


def test_no_value_and_a_pattern() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const first = box.id.apply(() => "x-HERE");
        -export const second = box.tags.apply(({ owner }) => `${owner}-HERE`);
        -export const third = box.id.apply(function (id) { return id + "HERE"; });
        +export const first = pulumi.all([box.id, currentZone]).apply(([, current]) => `x-${current.zone}`);
        +export const second = pulumi.all([box.tags, currentZone]).apply(([{ owner }, current]) => `${owner}-${current.zone}`);
        +export const third = pulumi.all([box.id, currentZone]).apply(function ([id, current]) { return id + current.zone; });
    """)


def test_a_promise_becomes_an_output_where_it_is_an_input() -> None:
    added("""
         new cloud.Box("a", {
        -  policy: cloud.getOwner().then((owner) => JSON.stringify({ owner: owner.id, arn: `arn:HERE` })),
        +  policy: pulumi.all([cloud.getOwner(), currentZone]).apply(([owner, current]) => JSON.stringify({ owner: owner.id, arn: `arn:${current.zone}` })),
         });
        -const later = cloud.getOwner().then(owner => { return `${owner.id}-HERE`; });
        +const later = pulumi.all([cloud.getOwner(), currentZone]).apply(([owner, current]) => { return `${owner.id}-${current.zone}`; });
         new cloud.Box("b", { policy: later });
    """)


def test_a_promise_that_is_no_input_stays_one() -> None:
    refused("""cloud.getOwner().then((owner) => console.log(`${owner.id}-HERE`));""", NOWHERE)
    refused("""const all = cloud.getOwner().then((owner) => `HERE`).catch(() => "");""", NOWHERE)
    refused("""export const all = cloud.getOwner().then((owner) => `HERE`);""", EXPORTED)
    refused("""function all() { return cloud.getOwner().then((owner) => `HERE`); }""", OF_A_FUNCTION)
    refused("""async function all() { const it = await cloud.getOwner().then((owner) => `HERE`); }""", NOWHERE)
    refused(
        """new cloud.Box("a", { b: JSON.stringify(cloud.getOwner().then((owner) => `HERE`)) });""",
        "the result of the promise is used as a plain value",
    )
    refused("""new cloud.Box("a", { b: cloud.getOwner().then((owner) => `HERE`, () => "") });""", OF_A_FUNCTION)


def test_callbacks_inside_callbacks() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const one = box.id.apply((id) => box.name.apply((name) => `${id}-${name}-HERE`));
        -export const two = box.id.apply((id) => cloud.getOwner().then((owner) => `${id}-${owner.id}-HERE`));
        -new cloud.Box("b", { three: cloud.getOwner().then((a) => cloud.getOwner().then((b) => `${a.id}-${b.id}-HERE`)) });
        +export const one = box.id.apply((id) => pulumi.all([box.name, currentZone]).apply(([name, current]) => `${id}-${name}-${current.zone}`));
        +export const two = pulumi.all([box.id, currentZone]).apply(([id, current]) => cloud.getOwner().then((owner) => `${id}-${owner.id}-${current.zone}`));
        +new cloud.Box("b", { three: pulumi.all([cloud.getOwner(), currentZone]).apply(([a, current]) => cloud.getOwner().then((b) => `${a.id}-${b.id}-${current.zone}`)) });
    """)


def test_functions_inside_a_callback_see_its_parameters() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const all = box.ids.apply((ids) => ids.map((id) => `${id}-HERE`).join());
        -export const made = box.id.apply((id) => { function arn() { return "arn:HERE"; } return arn() + id; });
        +export const all = pulumi.all([box.ids, currentZone]).apply(([ids, current]) => ids.map((id) => `${id}-${current.zone}`).join());
        +export const made = pulumi.all([box.id, currentZone]).apply(([id, current]) => { function arn() { return `arn:${current.zone}`; } return arn() + id; });
    """)


def test_names_keys_and_conditions_are_plain_in_a_callback() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const all = box.id.apply((id) => id === "HERE" ? { [`x-HERE`]: new cloud.Box("HERE") } : "HERE" + id);
        +export const all = pulumi.all([box.id, currentZone]).apply(([id, current]) => id === current.zone ? { [`x-${current.zone}`]: new cloud.Box(current.zone) } : current.zone + id);
    """)


def test_the_object_form_gains_a_text() -> None:
    """Its values are of one type, so a whole answer beside a text would not compile."""
    added("""
         const box = new cloud.Box("a");
        -export const one = pulumi.all({ id: box.id }).apply(({ id }) => `${id}-HERE`);
        -export const two = pulumi.all({ id: box.id }).apply((found) => `${found.id}-HERE`);
        +export const one = pulumi.all({ id: box.id, zone: currentZone.zone }).apply(({ id, zone }) => `${id}-${zone}`);
        +export const two = pulumi.all({ id: box.id, zone: currentZone.zone }).apply((found) => `${found.id}-${found.zone}`);
    """)


def test_a_list_that_is_read_by_position() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const one = pulumi.all([box.id]).apply((found) => `${found[0]}-HERE`);
        -export const two = pulumi.all([box.id]).apply((found) => { const [id] = found; return `${id}-HERE`; });
        +export const one = pulumi.all([box.id, currentZone]).apply((found) => `${found[0]}-${found[1].zone}`);
        +export const two = pulumi.all([box.id, currentZone]).apply((found) => { const [id] = found; return `${id}-${found[1].zone}`; });
    """)


def test_values_that_are_handed_on_together_stay_together() -> None:
    added("""
         const it = new cloud.Box("a");
        -export const one = pulumi.all([it.a, it.b]).apply((found) => found.join() + "HERE");
        -export const two = pulumi.all([it.a, it.b]).apply(([a, ...more]) => `${a}-${more.join()}-HERE`);
        -export const six = pulumi.all([it.a, ...it.all]).apply(all => `${all.join()}-HERE`);
        +export const one = pulumi.all([pulumi.all([it.a, it.b]), currentZone]).apply(([found, current]) => found.join() + current.zone);
        +export const two = pulumi.all([pulumi.all([it.a, it.b]), currentZone]).apply(([[a, ...more], current]) => `${a}-${more.join()}-${current.zone}`);
        +export const six = pulumi.all([pulumi.all([it.a, ...it.all]), currentZone]).apply(([all, current]) => `${all.join()}-${current.zone}`);
    """)
    reason = "the callback passes all of its values on together"
    refused("""export const a = pulumi.all({ b }).apply((found) => JSON.stringify(found) + "HERE");""", reason)


def test_a_list_that_is_made_elsewhere_becomes_one_of_the_values() -> None:
    added("""
         const it = new cloud.Box("a");
        -export const one = pulumi.all(it.all).apply(all => `${all.join()}-HERE`);
        -export const two = pulumi.all(names.map((name) => it[name])).apply(([a, b]) => `${a}-${b}-HERE`);
        +export const one = pulumi.all([it.all, currentZone]).apply(([all, current]) => `${all.join()}-${current.zone}`);
        +export const two = pulumi.all([names.map((name) => it[name]), currentZone]).apply(([[a, b], current]) => `${a}-${b}-${current.zone}`);
    """)


def test_values_that_a_callback_passes_over() -> None:
    added("""
         const it = new cloud.Box("a");
        -export const one = pulumi.all([it.a, it.b]).apply(() => "a-HERE");
        -export const two = pulumi.all([it.a, it.b, it.c]).apply(([, b]) => `${b}-HERE`);
        -export const six = pulumi.all([it.a, it.b]).apply(([, b]: [string, string]) => `${b}-HERE`);
        -export const ten = pulumi.all([it.a, it.b]).apply(([a, ,]) => `${a}-HERE`);
        -export const any = pulumi.all({ a: it.a }).apply(() => "a-HERE");
        +export const one = pulumi.all([it.a, it.b, currentZone]).apply(([, , current]) => `a-${current.zone}`);
        +export const two = pulumi.all([it.a, it.b, it.c, currentZone]).apply(([, b, , current]) => `${b}-${current.zone}`);
        +export const six = pulumi.all([it.a, it.b, currentZone]).apply(([, b, current]: [string, string, cloud.GetZoneResult]) => `${b}-${current.zone}`);
        +export const ten = pulumi.all([it.a, it.b, currentZone]).apply(([a, , current]) => `${a}-${current.zone}`);
        +export const any = pulumi.all({ a: it.a, zone: currentZone.zone }).apply(({ zone }) => `a-${zone}`);
    """)


def test_the_ninth_value_of_a_list_is_a_text() -> None:
    """Longer lists have one type for all their values."""
    added("""
         const it = new cloud.Box("a");
        -export const all = pulumi.all([it.a, it.b, it.c, it.d, it.e, it.f, it.g, it.h]).apply(([a, b, c, d, e, f, g, h]) => `${a}-HERE`);
        +export const all = pulumi.all([it.a, it.b, it.c, it.d, it.e, it.f, it.g, it.h, currentZone.zone]).apply(([a, b, c, d, e, f, g, h, zone]) => `${a}-${zone}`);
    """)


def test_parameters_that_are_declared_with_types() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const one = box.id.apply((id: string): string => `${id}-HERE`);
        -export const two = pulumi.all([box.id, box.size]).apply(([id, size]: [string, number]) => `${id}-${size}-HERE`);
        +export const one = pulumi.all([box.id, currentZone]).apply(([id, current]: [string, cloud.GetZoneResult]): string => `${id}-${current.zone}`);
        +export const two = pulumi.all([box.id, box.size, currentZone]).apply(([id, size, current]: [string, number, cloud.GetZoneResult]) => `${id}-${size}-${current.zone}`);
    """)
    added("""
         const it = new cloud.Box("a");
        -export const one = pulumi.all([it.a, it.b]).apply(([a, b]: string[]) => `${a}${b}-HERE`);
        -export const two = pulumi.all([it.a, it.b]).apply((found: string[]) => `${found[0]}-HERE`);
        +export const one = pulumi.all([pulumi.all([it.a, it.b]), currentZone]).apply(([[a, b], current]: [string[], cloud.GetZoneResult]) => `${a}${b}-${current.zone}`);
        +export const two = pulumi.all([pulumi.all([it.a, it.b]), currentZone]).apply(([found, current]: [string[], cloud.GetZoneResult]) => `${found[0]}-${current.zone}`);
    """)
    reason = "the declared type of the callback's parameter would no longer fit"
    refused("""export const a = pulumi.all({ b }).apply(({ b }: { b: string }) => "HERE");""", reason)


def test_callbacks_whose_values_cannot_be_told_apart() -> None:
    refused("""export const a = b.apply((b, c) => "HERE");""", "the callback does not take exactly one parameter")
    refused("""export const a = b.apply((b = 1) => "HERE");""", "the callback does not take exactly one parameter")
    reason = "the callback does not name all of its values"
    refused("""export const a = pulumi.all([b, c]).apply(([\n  b,\n]) => "HERE");""", reason)
    reason = "the values that the callback is applied to are not a literal object"
    refused("""export const a = pulumi.all({ b }).apply(({ b, ...more }) => "HERE");""", reason)


def test_the_parameter_has_a_name_of_its_own() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const all = box.id.apply((zone) => `${zone}-HERE`);
        +export const all = pulumi.all([box.id, currentZone]).apply(([zone, current]) => `${zone}-${current.zone}`);
    """)


def test_the_parameter_hides_nothing_but_what_it_stands_for() -> None:
    changed("""
         const current = new cloud.Box("a");
         const farProvider = new cloud.Provider("far");
        +
        +const farZone = cloud.getZoneOutput({}, { provider: farProvider });
        +
        -new cloud.Box("b", { policy: current.id.apply((id) => `${id}-HERE`) }, { provider: farProvider });
        +new cloud.Box("b", { policy: pulumi.all([current.id, farZone]).apply(([id, cloudZone]) => `${id}-${cloudZone.zone}`) }, { provider: farProvider });
    """)


def test_async_callbacks() -> None:
    added("""
         const box = new cloud.Box("a");
        -export const all = box.id.apply(async (id) => { await 1; return `${id}-HERE`; });
        +export const all = pulumi.all([box.id, currentZone]).apply(async ([id, current]) => { await 1; return `${id}-${current.zone}`; });
    """)


def test_a_callback_that_is_written_elsewhere_is_refused() -> None:
    refused("""function arn(id: string) { return `${id}-HERE`; }\nexport const a = box.id.apply(arn);""", OF_A_FUNCTION)
    refused("""const arn = (id: string) => `${id}-HERE`;\nexport const a = box.id.apply(arn);""", OF_A_FUNCTION)


def test_a_callback_that_is_sent_to_the_cloud_is_refused() -> None:
    refused("""new cloud.Box("a", { run: async () => "HERE" });""", OF_A_FUNCTION)
    refused("""new cloud.Box("a", { run: async () => fetch("x").then((found) => "HERE") });""", OF_A_FUNCTION)


# constants one step away


def test_a_constant_stands_for_every_place_that_reads_it() -> None:
    added("""
        -const arn = "arn:HERE";
        -const shared = { arn, zone: "HERE" };
        -new cloud.Box("a", { policy: JSON.stringify({ arn }), link: arn });
        -new cloud.Box("b", { policy: JSON.stringify({ ...shared, more: [arn] }) });
        +const arn = pulumi.interpolate`arn:${currentZone.zone}`;
        +const shared = { arn, zone: currentZone.zone };
        +new cloud.Box("a", { policy: pulumi.jsonStringify({ arn }), link: arn });
        +new cloud.Box("b", { policy: pulumi.jsonStringify({ ...shared, more: [arn] }) });
    """)


def test_json_in_a_constant() -> None:
    added("""
        -const policy = JSON.stringify({ arn: "arn:HERE" });
        +const policy = pulumi.jsonStringify({ arn: pulumi.interpolate`arn:${currentZone.zone}` });
         new cloud.Box("a", { policy });
         new cloud.Box("b", { policy: policy });
    """)


def test_one_place_that_reads_it_plainly_is_enough() -> None:
    head = """const arn = "arn:HERE";\nnew cloud.Box("a", { policy: JSON.stringify({ arn }) });\n"""
    refused(f"{head}console.log(arn);", NOWHERE)
    refused(f"{head}new cloud.Box(arn);", NOWHERE)
    refused(f"{head}new Other('b', {{ arn }});", "it is unknown whether an output is accepted there")
    refused(f"{head}if (arn) {{ x(); }}", NOWHERE)
    refused(f"{head}const it = {{ [arn]: 1 }};", NOWHERE)
    refused(f"{head}const it = `${{arn}}-x`;", NOWHERE)
    refused(f"{head}const it = arn + 'x';", "an output cannot be joined to a string with +")
    refused(f"{head}const it = arn.length;", NOWHERE)
    refused(f"{head}const it = () => arn;", OF_A_FUNCTION)
    refused(f"{head}export {{ arn }};", EXPORTED)
    refused(f"{head}export default arn;", NOWHERE)
    refused(f"{head}this.arn = arn;", NOWHERE)


def test_a_constant_that_a_callback_reads() -> None:
    refused(
        """
        const arn = "arn:HERE";
        new cloud.Box("a", { policy: box.id.apply((id) => JSON.stringify({ id, arn })) });
        """,
        OF_A_FUNCTION,
    )


def test_constants_that_are_none() -> None:
    refused("""let arn = "arn:HERE";\nnew cloud.Box("a", { arn });""", NOWHERE)
    refused("""var arn = "arn:HERE";\nnew cloud.Box("a", { arn });""", NOWHERE)
    refused("""const { arn } = { arn: "arn:HERE" };\nnew cloud.Box("a", { arn });""", NOWHERE)
    refused("""const arn = "arn:HERE";""", NOWHERE)


def test_constants_with_a_type() -> None:
    added("""
        -const one: pulumi.Input<string> = "arn:HERE";
        -const two: cloud.PolicyDocument = { arn: "arn:HERE" };
        +const one: pulumi.Input<string> = pulumi.interpolate`arn:${currentZone.zone}`;
        +const two: cloud.PolicyDocument = { arn: pulumi.interpolate`arn:${currentZone.zone}` };
         new cloud.Box("a", { one, two });
    """)
    refused("""const arn: string = "arn:HERE";\nnew cloud.Box("a", { arn });""", OF_A_TYPE)
    refused("""const it: Mine = { arn: "arn:HERE" };\nnew cloud.Box("a", it);""", OF_A_TYPE)


def test_assertions() -> None:
    added("""
        -new cloud.Box("a", { policy: JSON.stringify({ arn: "arn:HERE" } as any), rule: { arn: "arn:HERE" } as const });
        +new cloud.Box("a", { policy: pulumi.jsonStringify({ arn: pulumi.interpolate`arn:${currentZone.zone}` } as any), rule: { arn: pulumi.interpolate`arn:${currentZone.zone}` } as const });
    """)
    refused("""new cloud.Box("a", { arn: "arn:HERE" as string });""", OF_A_TYPE)
    refused("""new cloud.Box("a", { it: { arn: "arn:HERE" } satisfies Mine });""", OF_A_TYPE)
    reason = "a type assertion does not allow an output"
    refused("""new cloud.Box("a", { arn: "arn:HERE" as const });""", reason)


# everywhere else


@pytest.mark.parametrize(
    "code",
    [
        'new cloud.Box("HERE");',
        'new cloud.Box("a-HERE", { zone: "x" });',
        "new cloud.Box(`HERE-${x}`);",
        'new cloud.Box("a", {}, { aliases: ["HERE"] });',
        'new cloud.Box("a", { "HERE": 1 });',
        'new cloud.Box("a", { ["x-HERE"]: 1 });',
        'new Mine("a", { zone: "HERE" });',
        'if (zone === "x") { call("HERE"); }',
        'const it = zone ? "x-HERE" : "y";',
        'new cloud.Box("a", { zone: zone ? "x-HERE" : "y" });',
        'new cloud.Box("a", { zone: zone || "x-HERE" });',
        'const it = table["x-HERE"];',
        'call("x-HERE");',
        'new cloud.Box("a", { zone: call("x-HERE") });',
        'new cloud.Box("a", { zone: "x-HERE".toUpperCase() });',
        'cloud.getBox({ name: "x-HERE" });',
        'for (const it of ["x-HERE"]) { new cloud.Box(it); }',
        '["x-HERE"].forEach((it) => new cloud.Box(it));',
        'throw new Error("x-HERE");',
        'this.zone = "x-HERE";',
        'class Mine { private readonly zone = "x-HERE"; }',
        'export default "x-HERE";',
        "const html = tag`x-HERE`;",
    ],
)
def test_no_output_in_a_plain_place(code: str) -> None:
    with pytest.raises(CannotFix):
        looked_up(HEAD + code + "\n")


def test_texts_that_are_joined_are_refused() -> None:
    refused("""new cloud.Box("a", { arn: "arn:HERE:" + id });""", "an output cannot be joined to a string with +")


def test_what_a_function_gives_is_refused() -> None:
    refused("""const arn = (id: string) => `arn:HERE:${id}`;""", OF_A_FUNCTION)
    refused("""function arn(id: string) { return `arn:HERE:${id}`; }""", OF_A_FUNCTION)
    refused("""async function arn() { return "arn:HERE"; }""", OF_A_FUNCTION)
    refused("""class Mine { get arn() { return "arn:HERE"; } }""", OF_A_FUNCTION)


# lookups that are there


def test_an_output_is_reused() -> None:
    changed("""
         const here = cloud.getZoneOutput();
         const box = new cloud.Box("a");
        -new cloud.Box("b", { zone: "HERE", arn: "arn:HERE", policy: JSON.stringify({ zone: "HERE" }) });
        -export const all = box.id.apply((id) => `${id}-HERE`);
        +new cloud.Box("b", { zone: here.zone, arn: pulumi.interpolate`arn:${here.zone}`, policy: pulumi.jsonStringify({ zone: here.zone }) });
        +export const all = pulumi.all([box.id, here]).apply(([id, current]) => `${id}-${current.zone}`);
    """)


def test_one_field_of_an_output_is_reused() -> None:
    for value in ("cloud.getZoneOutput().id", "cloud.getZoneOutput({}).apply((found) => found.zone)"):
        changed(f"""
             const here = {value};
             const box = new cloud.Box("a");
            -new cloud.Box("b", {{ zone: "HERE", policy: JSON.stringify({{ arn: "arn:HERE" }}) }});
            -export const all = box.id.apply((id) => `${{id}}-HERE`);
            +new cloud.Box("b", {{ zone: here, policy: pulumi.jsonStringify({{ arn: pulumi.interpolate`arn:${{here}}` }}) }});
            +export const all = pulumi.all([box.id, here]).apply(([id, zone]) => `${{id}}-${{zone}}`);
        """)


def test_a_promise_is_made_an_output_to_be_read() -> None:
    changed("""
         const here = cloud.getZone({});
         const box = new cloud.Box("a");
        -new cloud.Box("b", { zone: "HERE", policy: JSON.stringify({ arn: "arn:HERE" }) });
        -export const all = box.id.apply((id) => `${id}-HERE`);
        +new cloud.Box("b", { zone: pulumi.output(here).zone, policy: pulumi.jsonStringify({ arn: pulumi.interpolate`arn:${pulumi.output(here).zone}` }) });
        +export const all = pulumi.all([box.id, here]).apply(([id, current]) => `${id}-${current.zone}`);
    """)


def test_one_field_of_a_promise_is_an_input() -> None:
    changed("""
         const here = cloud.getZone().then((found) => found.zone);
        -new cloud.Box("b", { zone: "HERE", policy: JSON.stringify({ arn: "arn:HERE" }) });
        +new cloud.Box("b", { zone: here, policy: pulumi.jsonStringify({ arn: pulumi.interpolate`arn:${here}` }) });
    """)


def test_what_is_awaited_is_plain() -> None:
    changed("""
         export = async () => {
           const here = await cloud.getZone();
           const zone = here.zone;
        -  new cloud.Box("a-HERE", { zone: "HERE", policy: JSON.stringify({ arn: "arn:HERE" }), id: `x-HERE` });
        +  new cloud.Box(`a-${here.zone}`, { zone: here.zone, policy: JSON.stringify({ arn: `arn:${here.zone}` }), id: `x-${here.zone}` });
         };
    """)


def test_a_promise_that_is_made_an_output() -> None:
    changed("""
         const here = pulumi.output(cloud.getZone());
        -new cloud.Box("b", { zone: "HERE" });
        +new cloud.Box("b", { zone: here.zone });
    """)


def test_the_callback_gets_the_lookup_already() -> None:
    changed("""
         const here = cloud.getZoneOutput();
         const box = new cloud.Box("a");
        -export const a = pulumi.all([box.id, cloud.getZone()]).apply(([id, found]) => `${id}-HERE`);
        -export const b = pulumi.all([box.id, here]).apply(([id, found]) => `${id}-HERE`);
        -export const c = pulumi.all([box.id, here.zone]).apply(([id, name]) => `${id}-HERE`);
        -export const d = pulumi.all([here, box.id]).apply(([{ zone }, id]) => `${id}-HERE`);
        -export const e = pulumi.all({ id: box.id, name: here.zone }).apply(({ id, name }) => `${id}-HERE`);
        -export const f = pulumi.all([box.id, here.id]).apply((all) => `${all[0]}-HERE`);
        -export const g = here.zone.apply((name) => "HERE");
        -export const h = here.apply((found) => box.id.apply((id) => "HERE"));
        -new cloud.Box("b", { zone: cloud.getZone().then((found) => `x-HERE`) });
        +export const a = pulumi.all([box.id, cloud.getZone()]).apply(([id, found]) => `${id}-${found.zone}`);
        +export const b = pulumi.all([box.id, here]).apply(([id, found]) => `${id}-${found.zone}`);
        +export const c = pulumi.all([box.id, here.zone]).apply(([id, name]) => `${id}-${name}`);
        +export const d = pulumi.all([here, box.id]).apply(([{ zone }, id]) => `${id}-${zone}`);
        +export const e = pulumi.all({ id: box.id, name: here.zone }).apply(({ id, name }) => `${id}-${name}`);
        +export const f = pulumi.all([box.id, here.id]).apply((all) => `${all[0]}-${all[1]}`);
        +export const g = here.zone.apply((name) => name);
        +export const h = here.apply((found) => box.id.apply((id) => found.zone));
        +new cloud.Box("b", { zone: cloud.getZone().then((found) => `x-${found.zone}`) });
    """)


def test_a_lookup_that_something_else_hides() -> None:
    changed("""
         const here = cloud.getZoneOutput();
        +const currentZone = cloud.getZoneOutput({});
         const box = new cloud.Box("a");
        -function boxes(here: string) { new cloud.Box("a", { zone: "HERE" }); }
        -export const all = here.apply((found) => box.id.apply((found) => "HERE"));
        +function boxes(here: string) { new cloud.Box("a", { zone: currentZone.zone }); }
        +export const all = here.apply((found) => pulumi.all([box.id, here]).apply(([found, current]) => current.zone));
    """)


def test_lookups_that_do_not_serve() -> None:
    added("""
        -new cloud.Box("a", { zone: "HERE" });
        +new cloud.Box("a", { zone: currentZone.zone });
         const late = cloud.getZoneOutput();
         let changing = cloud.getZoneOutput();
         const other = cloud.getZoneOutput({ name: "x" });
         const owner = cloud.getOwnerOutput();
         const size = cloud.getZoneOutput().size;
         function inner() { const hidden = cloud.getZoneOutput(); }
        -new cloud.Box("b", { zone: "HERE" });
        +new cloud.Box("b", { zone: late.zone });
    """)


# components and providers


def test_a_component_asks_with_itself_as_the_parent() -> None:
    changed("""
         class Boxes extends pulumi.ComponentResource {
           constructor(name: string) {
             super("acme:Boxes", name);
        +
        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
        +
             const box = new cloud.Box("a", {}, { parent: this });
        -    new cloud.Box("b", { zone: "HERE" }, { parent: this });
        -    this.link = box.id.apply((id) => `${id}-HERE`);
        +    new cloud.Box("b", { zone: currentZone.zone }, { parent: this });
        +    this.link = pulumi.all([box.id, currentZone]).apply(([id, current]) => `${id}-${current.zone}`);
           }

           make() {
        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
        +
        -    return new cloud.Box("c", { zone: "HERE" }, { parent: this });
        +    return new cloud.Box("c", { zone: currentZone.zone }, { parent: this });
           }
         }
    """)


def test_a_component_keeps_its_lookup() -> None:
    changed("""
         class Boxes extends pulumi.ComponentResource {
           private readonly here: pulumi.Output<cloud.GetZoneResult>;
           constructor(name: string) {
             super("acme:Boxes", name);
             this.here = cloud.getZoneOutput({}, { parent: this });
        -    new cloud.Box("a", { zone: "HERE" }, { parent: this });
        +    new cloud.Box("a", { zone: this.here.zone }, { parent: this });
           }

           make() {
        -    return new cloud.Box("b", { arn: "arn:HERE" }, { parent: this });
        +    return new cloud.Box("b", { arn: pulumi.interpolate`arn:${this.here.zone}` }, { parent: this });
           }
         }
    """)


def test_the_provider_of_the_resource_is_asked() -> None:
    changed("""
         const far = new cloud.Provider("far");
        +
        +const farZone = cloud.getZoneOutput({}, { provider: far });
        +
        -new cloud.Box("a", { zone: "HERE" }, { provider: far });
        +new cloud.Box("a", { zone: farZone.zone }, { provider: far });
    """)


def test_a_provider_that_is_a_parameter() -> None:
    changed("""
         export class Boxes extends pulumi.ComponentResource {
           constructor(name: string, far: cloud.Provider) {
             super("acme:Boxes", name);
        +
        +    const farZone = cloud.getZoneOutput({}, { provider: far });
        +
        -    new cloud.Box("a", { zone: "HERE" }, { parent: this, provider: far });
        +    new cloud.Box("a", { zone: farZone.zone }, { parent: this, provider: far });
           }
         }
         export function box(far: cloud.Provider) {
        +  const farZone = cloud.getZoneOutput({}, { provider: far });
        +
        -  return new cloud.Box("b", { zone: "HERE" }, { provider: far });
        +  return new cloud.Box("b", { zone: farZone.zone }, { provider: far });
         }
    """)


def test_providers_that_are_bound_in_between() -> None:
    reason = "the provider is defined after the point where the lookup would go"
    refused(
        """function f(all) { for (const far of all) { new cloud.Box("a", { zone: "HERE" }, { provider: far }); } }""",
        reason,
    )
    refused("""for (const far of all) { new cloud.Box("a", { zone: "HERE" }, { provider: far }); }""", reason)
    refused("""let far = all[0];\nnew cloud.Box("a", { zone: "HERE" }, { provider: far });""", reason)
    refused(
        """const far = all[0]; new cloud.Box("a", { zone: "HERE" }, { provider: far });""",
        "several statements are on the line of the provider",
    )
    refused(
        """const box = (far) => new cloud.Box("a", { zone: "HERE" }, { provider: far });""",
        "there is no block that the lookup could go into",
    )


def test_the_nearest_provider_of_a_name_is_asked() -> None:
    changed("""
         function boxes(far: cloud.Provider) {
           return () => {
             const far = more[0]; // another
        +
        +    const farZone = cloud.getZoneOutput({}, { provider: far });
        +
        -    return new cloud.Box("a", { zone: "HERE" }, { provider: far });
        +    return new cloud.Box("a", { zone: farZone.zone }, { provider: far });
           };
         }
    """)


def test_a_new_lookup_goes_among_others() -> None:
    changed("""

         const owner = cloud.getOwnerOutput();
        +const currentZone = cloud.getZoneOutput({});

        -new cloud.Box("a", { zone: "HERE", owner });
        +new cloud.Box("a", { zone: currentZone.zone, owner });
    """)
    changed("""

         class Boxes extends pulumi.ComponentResource {
           constructor(name: string) {
             super("acme:Boxes", name);

        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
             const zoo = cloud.getZooOutput({}, { parent: this });

        -    new cloud.Box("a", { zone: "HERE" }, { parent: this });
        +    new cloud.Box("a", { zone: currentZone.zone }, { parent: this });
           }
         }
    """)


def test_lookups_that_would_hide_each_other() -> None:
    changed("""
        +
        +const currentZone = cloud.getZoneOutput({});
        +const cloudZone = cloud.getZoneOutput({});
        +
        -new cloud.Box("a", { zone: "HERE" });
        -function boxes(currentZone: string) { new cloud.Box(currentZone, { zone: "HERE" }); }
        +new cloud.Box("a", { zone: currentZone.zone });
        +function boxes(currentZone: string) { new cloud.Box(currentZone, { zone: cloudZone.zone }); }
         class Boxes extends pulumi.ComponentResource {
           constructor(name: string) {
             super("acme:Boxes", name);
        +
        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
        +
        -    new cloud.Box("b", { zone: "HERE" }, { parent: this });
        +    new cloud.Box("b", { zone: currentZone.zone }, { parent: this });
           }
         }
    """)


def test_a_provider_in_a_field() -> None:
    changed("""
         class Boxes extends pulumi.ComponentResource {
           private readonly far: cloud.Provider;
           constructor(name: string) {
             super("acme:Boxes", name);
             this.far = new cloud.Provider("far", {}, { parent: this });
        +
        +    const farZone = cloud.getZoneOutput({}, { provider: this.far });
        +
        -    new cloud.Box("a", { zone: "HERE" }, { provider: this.far });
        +    new cloud.Box("a", { zone: farZone.zone }, { provider: this.far });
           }

           make() {
        +    const farZone = cloud.getZoneOutput({}, { provider: this.far });
        +
        -    return new cloud.Box("b", { zone: "HERE" }, { provider: this.far });
        +    return new cloud.Box("b", { zone: farZone.zone }, { provider: this.far });
           }
         }
    """)
    refused(
        """
        class Boxes {
          start() { this.far = new cloud.Provider("far"); }
          make() { return new cloud.Box("b", { zone: "HERE" }, { provider: this.far }); }
        }
        """,
        "this.far is set in another method",
    )
    refused(
        """
        class Boxes {
          make() {
            if (x) { this.far = new cloud.Provider("far"); }
            return new cloud.Box("b", { zone: "HERE" }, { provider: this.far });
          }
        }
        """,
        "this.far is only set under a condition",
    )


def test_a_provider_in_an_argument() -> None:
    changed("""
         export function box(args: Args, opts?: pulumi.CustomResourceOptions) {
        +  const farZone = cloud.getZoneOutput({}, { provider: args.far });
        +  const providerZone = cloud.getZoneOutput({}, { provider: opts?.provider });
        +
        -  new cloud.Box("a", { zone: "HERE" }, { provider: args.far });
        -  new cloud.Box("b", { zone: "HERE" }, { provider: opts?.provider });
        +  new cloud.Box("a", { zone: farZone.zone }, { provider: args.far });
        +  new cloud.Box("b", { zone: providerZone.zone }, { provider: opts?.provider });
         }
    """)
    refused(
        """function box(args?: Args) { if (args) { new cloud.Box("a", { zone: "HERE" }, { provider: args.far }); } }""",
        "args may be undefined where the lookup would go",
    )
    refused(
        """function box(all: P[]) { new cloud.Box("a", { zone: "HERE" }, { provider: all[0] }); }""",
        "the provider is an expression: all[0]",
    )


def test_the_same_name_of_another_provider() -> None:
    changed("""
         function one(far: cloud.Provider) {
           const zone = cloud.getZoneOutput({}, { provider: far });
           const boxes = (far: cloud.Provider) => {
        +    const farZone = cloud.getZoneOutput({}, { provider: far });
        +
        -    new cloud.Box("a", { zone: "HERE" }, { provider: far });
        +    new cloud.Box("a", { zone: farZone.zone }, { provider: far });
           };
        -  new cloud.Box("b", { zone: "HERE" }, { provider: far });
        +  new cloud.Box("b", { zone: zone.zone }, { provider: far });
         }
    """)


def test_another_component_is_the_parent() -> None:
    changed("""
         const network = new Network("main");
        +
        +const networkZone = cloud.getZoneOutput({}, { parent: network });
        +
        -new cloud.Box("a", { zone: "HERE" }, { parent: network });
        +new cloud.Box("a", { zone: networkZone.zone }, { parent: network });
    """)


def test_a_static_method_has_no_parent_to_ask() -> None:
    refused(
        """
        class Boxes extends pulumi.ComponentResource {
          static link(box: cloud.Box) { return pulumi.interpolate`https://HERE/${box.id}`; }
        }
        """,
        "a static method has no component whose provider could be used",
    )


def test_a_field_that_is_read_too_early() -> None:
    changed("""
         class Boxes extends pulumi.ComponentResource {
           constructor(name: string) {
             super("acme:Boxes", name);
             this.make();
             this.here = cloud.getZoneOutput({}, { parent: this });
           }

           make() {
        +    const currentZone = cloud.getZoneOutput({}, { parent: this });
        +
        -    return new cloud.Box("b", { zone: "HERE" }, { parent: this });
        +    return new cloud.Box("b", { zone: currentZone.zone }, { parent: this });
           }
         }
    """)


def test_a_file_that_runs_pulumi_by_itself() -> None:
    refused(
        """
        import { LocalWorkspace } from "@pulumi/pulumi/automation";
        const program = async () => { new cloud.Box("b", { zone: "HERE" }); };
        """,
        "the file runs Pulumi itself, so a lookup at module level would run too early",
    )


def test_a_place_before_the_imports() -> None:
    refused(
        """new cloud.Box("b", { zone: "HERE" });\nimport { more } from "./more";""",
        "the code runs before the point where the lookup can go",
    )


def test_the_provider_of_another_resource_is_not_asked() -> None:
    changed("""
         const far = new cloud.Provider("far");
        +
        +const farZone = cloud.getZoneOutput({}, { provider: far });
        +
         const here = cloud.getZoneOutput();
         const box = new cloud.Box("a");
        -new cloud.Box("b", { zone: pulumi.all([box.id, here]).apply(([id, zone]) => `${id}-HERE`) }, { provider: far });
        +new cloud.Box("b", { zone: pulumi.all([box.id, here, farZone]).apply(([id, zone, current]) => `${id}-${current.zone}`) }, { provider: far });
    """)


# imports


def test_names_of_pulumi_that_are_imported_one_by_one() -> None:
    changed(
        """
        -import { all, interpolate as format } from "@pulumi/pulumi";
        +import { all, interpolate as format, jsonStringify } from "@pulumi/pulumi";
        +
        +const currentZone = cloud.getZoneOutput({});

         const box = new cloud.Box("a");
        -new cloud.Box("b", { arn: "arn:HERE", policy: JSON.stringify({ zone: "HERE" }) });
        -new cloud.Box("c", { arn: box.id.apply((id) => `${id}-HERE`) });
        +new cloud.Box("b", { arn: format`arn:${currentZone.zone}`, policy: jsonStringify({ zone: currentZone.zone }) });
        +new cloud.Box("c", { arn: all([box.id, currentZone]).apply(([id, current]) => `${id}-${current.zone}`) });
        """,
        head='import * as cloud from "@pulumi/cloud";\n',
    )


def test_pulumi_is_imported_where_it_is_needed() -> None:
    changed(
        """
         import * as cloud from '@pulumi/cloud'
        +import * as pulumi from '@pulumi/pulumi'
        +
        +const currentZone = cloud.getZoneOutput({})

        -new cloud.Box('b', { arn: 'arn:HERE' })
        +new cloud.Box('b', { arn: pulumi.interpolate`arn:${currentZone.zone}` })
        """,
        head="",
    )


def test_modules_of_the_provider_that_are_imported_one_by_one() -> None:
    changed(
        """
        -import { store } from "@pulumi/cloud";
        +import { getZoneOutput, store } from "@pulumi/cloud";
        +
        +const currentZone = getZoneOutput({});

        -new store.Box("b", { zone: "HERE" });
        +new store.Box("b", { zone: currentZone.zone });
        """,
        head="",
    )


def test_modules_that_are_imported_from_deep_paths() -> None:
    changed(
        """
         import * as store from "@pulumi/cloud/store";
        +import { getZoneOutput } from "@pulumi/cloud";
        +
        +const currentZone = getZoneOutput({});

        -new store.Box("b", { zone: "HERE" });
        +new store.Box("b", { zone: currentZone.zone });
        """,
        head="",
    )


def test_a_name_that_is_taken_is_refused() -> None:
    head = 'import { store } from "@pulumi/cloud";\n'
    refused(
        """const getZoneOutput = 1;\nnew store.Box("b", { zone: "HERE" });""",
        "the name getZoneOutput is already used for something else in this file",
        head=head,
    )


def test_an_import_of_types_leads_to_no_value() -> None:
    changed(
        """
         import type * as cloud from "@pulumi/cloud";
        -import { store } from "@pulumi/cloud";
        +import { getZoneOutput, store } from "@pulumi/cloud";
        +
        +const currentZone = getZoneOutput({});

        -new store.Box("b", { zone: "HERE" });
        +new store.Box("b", { zone: currentZone.zone });
        """,
        head="",
    )
    changed(
        """
         import type { Box } from "@pulumi/cloud";
         import type * as pulumi from "@pulumi/pulumi";
         import * as store from "@pulumi/cloud/store";
        +import { getZoneOutput } from "@pulumi/cloud";
        +import { interpolate } from "@pulumi/pulumi";
        +
        +const currentZone = getZoneOutput({});

        -const box: Box = new store.Box("b", { zone: "a-HERE" });
        +const box: Box = new store.Box("b", { zone: interpolate`a-${currentZone.zone}` });
        """,
        head="",
    )
    refused(
        """new store.Box("b", { zone: "HERE" });""",
        "getZoneOutput is imported as a type only",
        head='import { store, type getZoneOutput } from "@pulumi/cloud";\n',
    )


def test_what_is_required_is_reached_by_one_more_name() -> None:
    changed(
        """
         const { interpolate } = require("@pulumi/pulumi");
        -const { store } = require("@pulumi/cloud");
        +const { getZoneOutput, store } = require("@pulumi/cloud");
        +
        +const currentZone = getZoneOutput({});

        -new store.Box("b", { zone: "a-HERE" });
        +new store.Box("b", { zone: interpolate`a-${currentZone.zone}` });
        """,
        head="",
    )
    changed(
        """
         const store = require('@pulumi/cloud/store')
        +const { getZoneOutput } = require('@pulumi/cloud')
        +const pulumi = require('@pulumi/pulumi')
        +
        +const currentZone = getZoneOutput({})

        -new store.Box("b", { zone: "a-HERE" })
        +new store.Box("b", { zone: pulumi.interpolate`a-${currentZone.zone}` })
        """,
        head="",
    )


def test_a_default_import_leads_to_all_of_a_package() -> None:
    changed(
        """
         import cloud from "@pulumi/cloud";
         import util from "util";
        +import pulumi from "@pulumi/pulumi";
        +
        +const currentZone = cloud.getZoneOutput({});

        -new cloud.store.Box("b", { zone: "a-HERE" });
        +new cloud.store.Box("b", { zone: pulumi.interpolate`a-${currentZone.zone}` });
        """,
        head="",
    )


def test_a_package_that_is_imported_inside_a_function_is_not_imported_again() -> None:
    refused(
        """
        export async function run() {
            const cloud = await import("@pulumi/cloud");
            new cloud.store.Box("b", { zone: "HERE" });
        }
        """,
        "@pulumi/cloud is only imported inside a function",
        head='import * as pulumi from "@pulumi/pulumi";\n',
    )
    refused(
        """
        export async function run() {
            const pulumi = await import("@pulumi/pulumi");
            new cloud.store.Box("b", { zone: "a-HERE", tags: { project: pulumi.getProject() } });
        }
        """,
        "@pulumi/pulumi is only imported inside a function",
        head='import * as cloud from "@pulumi/cloud";\n',
    )


def test_what_is_required_further_down_is_not_waited_for() -> None:
    changed(
        """
         const cloud = require("@pulumi/cloud");
         const other = require("./other");
        +const pulumi = require("@pulumi/pulumi");
        +
        +const currentZone = cloud.getZoneOutput({});

        -new cloud.store.Box("b", { zone: "a-HERE" });
        +new cloud.store.Box("b", { zone: pulumi.interpolate`a-${currentZone.zone}` });
         const late = require("./late");
        """,
        head="",
    )
    refused(
        """
        const zone = "HERE";
        const cloud = require("@pulumi/cloud");
        new cloud.store.Box("b", { zone });
        """,
        "the code runs before the point where the lookup can go",
        head="",
    )
