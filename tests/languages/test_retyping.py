"""Another class for a resource, in its own module or in another one."""

from __future__ import annotations

from textwrap import dedent

import pytest

from iacfix.edit import Inputs, Retype, SetField
from iacfix.errors import CannotFix
from iacfix.languages.python.read import read as read_python
from iacfix.languages.python.write import write as write_python
from iacfix.languages.typescript.read import read as read_typescript
from iacfix.languages.typescript.write import write as write_typescript
from iacfix.model import Provider
from iacfix.registry import ProviderPackage
from iacfix.rewrite import changed

CLOUD = ProviderPackage(
    "cloud",
    packages={"python": "pulumi_cloud", "typescript": "@pulumi/cloud"},
    distributions={"python": "pulumi-cloud", "typescript": "@pulumi/cloud"},
    majors=(1,),
)
PROVIDER = Provider("cloud", 1, "a test")
OLD, NEW = "cloud.watch.EventRule", "cloud.events.Rule"


def python(code: str, type: str = NEW) -> str:
    """The program whose first rule has become a `type`."""
    program = read_python(dedent(code), CLOUD, PROVIDER)
    return changed(program.text, write_python(program, [Retype(next(program.resources(OLD)), type)]))


def typescript(code: str, type: str = NEW) -> str:
    program = read_typescript(dedent(code), CLOUD, PROVIDER)
    return changed(program.text, write_typescript(program, [Retype(next(program.resources(OLD)), type)]))


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("types of the old class", 'def f(args):\n    cloud.watch.EventRule("r", args)\n'),
        (
            "types of the old class",
            'def f(args: cloud.watch.EventRuleArgs):\n    cloud.watch.EventRule("r", args)\n',
        ),
        ("types of the old class", 'def f(args):\n    cloud.watch.EventRule("r", **args)\n'),
        (
            "types of the old class",
            'def goal():\n    return cloud.watch.EventRuleGoalArgs(n=1)\ncloud.watch.EventRule("r", goal=goal())\n',
        ),
        (
            "types of the old class",
            'goals = [cloud.watch.EventRuleGoalArgs(n=1)]\ngoals.append(1)\ncloud.watch.EventRule("r", goals=goals)\n',
        ),
        (
            "use a type of the old class",
            'goal = cloud.watch.EventRuleGoalArgs(n=1)\ncloud.watch.EventRule("r", goal=goal)\nprint(goal)\n',
        ),
        (
            "use a type of the old class",
            "goal: cloud.watch.EventRuleGoalArgs = cloud.watch.EventRuleGoalArgs(n=1)\n"
            'cloud.watch.EventRule("r", goal=goal)\n',
        ),
        (
            "use a type of the old class",
            'args = cloud.watch.EventRuleArgs(n=1)\ncloud.watch.EventRule("r", args)\n',
        ),
        (
            "use a type of the old class",
            'both = {"goal": cloud.watch.EventRuleGoalArgs(n=1)}\ncloud.watch.EventRule("r", **both)\nprint(both)\n',
        ),
        ("used without being called", 'cloud.watch.EventRule("r")\nkinds = [cloud.watch.EventRule]\n'),
    ],
)
def test_what_goes_with_the_old_class_refuses_in_python(reason: str, code: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        python(f"import pulumi_cloud as cloud\n{code}")


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (
            "types of the old class",
            'function f(args: cloud.watch.EventRuleArgs) { new cloud.watch.EventRule("r", args); }',
        ),
        ("types of the old class", 'function f(args: any) { new cloud.watch.EventRule("r", { ...args }); }'),
        (
            "use a type of the old class",
            'const args: cloud.watch.EventRuleArgs = { n: 1 };\nnew cloud.watch.EventRule("r", args);',
        ),
        (
            "use a type of the old class",
            'const goal: cloud.types.input.watch.EventRuleGoal = { n: 1 };\nnew cloud.watch.EventRule("r", { goal });',
        ),
        ("use a type of the old class", 'new cloud.watch.EventRule("r", { n: 1 } as cloud.watch.EventRuleArgs);'),
        ("used without being called", 'new cloud.watch.EventRule("r");\nconst kinds = [cloud.watch.EventRule];'),
    ],
)
def test_what_goes_with_the_old_class_refuses_in_typescript(reason: str, code: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        typescript(f'import * as cloud from "@pulumi/cloud";\n{code}\n')


def test_a_class_that_is_imported_by_its_own_name_is_left_in_typescript() -> None:
    with pytest.raises(CannotFix, match="imported by name, not through its module"):
        typescript('import { EventRule } from "@pulumi/cloud/watch";\nnew EventRule("r");\n')


@pytest.mark.parametrize(
    ("imported", "old", "then", "new"),
    [
        ("import pulumi_cloud as cloud", "cloud.watch.EventRule", "import pulumi_cloud as cloud", "cloud.events.Rule"),
        ("import pulumi_cloud", "pulumi_cloud.watch.EventRule", "import pulumi_cloud", "pulumi_cloud.events.Rule"),
        ("import pulumi_cloud.watch", "pulumi_cloud.watch.EventRule", "import pulumi_cloud.events", None),
        ("from pulumi_cloud import watch", "watch.EventRule", "from pulumi_cloud import events", "events.Rule"),
        ("from pulumi_cloud import events, watch", "watch.EventRule", "from pulumi_cloud import events", "events.Rule"),
        ("import pulumi_cloud.watch as w", "w.EventRule", "import pulumi_cloud.events as events", "events.Rule"),
        ("from pulumi_cloud.watch import EventRule", "EventRule", "from pulumi_cloud.events import Rule", "Rule"),
        ("from pulumi_cloud.watch import EventRule as E", "E", "from pulumi_cloud.events import Rule as E", "E"),
        (
            "from pulumi_cloud.watch import *",
            "EventRule",
            "from pulumi_cloud.events import Rule\nfrom pulumi_cloud.watch import *",
            "Rule",
        ),
    ],
)
def test_a_class_of_another_module_however_the_old_one_is_imported(
    imported: str, old: str, then: str, new: str | None
) -> None:
    made = new or "pulumi_cloud.events.Rule"
    assert python(f'{imported}\n\nr = {old}("r", n=1)\n') == f'{then}\n\nr = {made}("r", n=1)\n'


@pytest.mark.parametrize(
    "code",
    [
        'r = EventRule("r")\nold = EventRule("old")\n',
        'r = EventRule("r")\nknown = EventRule.get("known", "id")\n',
        '__all__ = ["EventRule"]\nr = EventRule("r")\n',
    ],
)
def test_an_import_stays_where_something_else_needs_it(code: str) -> None:
    imported = "from pulumi_cloud.watch import EventRule\n"
    new = code.replace('EventRule("r"', 'Rule("r"')
    assert python(f"{imported}{code}") == f"from pulumi_cloud.events import Rule\n{imported}{new}"


def test_a_name_that_goes_makes_room_for_the_new_one() -> None:
    before = """
    from pulumi_cloud.watch import EventRule, Key

    Key("k", n=1)
    r = EventRule("r", n=1)
    """
    assert python(before, "cloud.events.EventRule") == dedent("""
    from pulumi_cloud.events import EventRule
    from pulumi_cloud.watch import Key

    Key("k", n=1)
    r = EventRule("r", n=1)
    """)


@pytest.mark.parametrize(
    ("reason", "imports"),
    [
        (
            "has a comment",
            "from pulumi_cloud.events import Key\nfrom pulumi_cloud.watch import EventRule  # old",
        ),
        (
            "has a comment",
            "from pulumi_cloud.events import Key\n# old\nfrom pulumi_cloud.watch import EventRule",
        ),
        (
            "another statement",
            "from pulumi_cloud.events import Key\nimport os; from pulumi_cloud.watch import EventRule",
        ),
    ],
)
def test_an_import_that_would_go_refuses(reason: str, imports: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        python(f'{imports}\nr = EventRule("r", n=1)\n')


@pytest.mark.parametrize(
    ("imported", "old", "new_import", "new"),
    [
        ('import * as cloud from "@pulumi/cloud";', "cloud.watch.EventRule", None, "cloud.events.Rule"),
        ('import cloud from "@pulumi/cloud";', "cloud.watch.EventRule", None, "cloud.events.Rule"),
        ('const cloud = require("@pulumi/cloud");', "cloud.watch.EventRule", None, "cloud.events.Rule"),
        (
            'import { watch } from "@pulumi/cloud";',
            "watch.EventRule",
            'import { events } from "@pulumi/cloud";',
            "events.Rule",
        ),
        (
            'import { watch as w } from "@pulumi/cloud";',
            "w.EventRule",
            'import { events } from "@pulumi/cloud";',
            "events.Rule",
        ),
        (
            'import * as watch from "@pulumi/cloud/watch";',
            "watch.EventRule",
            'import * as events from "@pulumi/cloud/events";',
            "events.Rule",
        ),
    ],
)
def test_a_class_of_another_module_in_typescript(imported: str, old: str, new_import: str | None, new: str) -> None:
    before = f'{imported}\n\nconst r = new {old}("r", {{ n: 1 }});\n'
    assert typescript(before) == f'{new_import or imported}\n\nconst r = new {new}("r", {{ n: 1 }});\n'


def test_input_classes_and_annotations_go_with_the_class() -> None:
    before = """
    import pulumi_cloud as cloud

    own = cloud.watch.EventRuleGoalArgs(n=1)
    r: cloud.watch.EventRule = cloud.watch.EventRule(
        "r",
        cloud.watch.EventRuleArgs(
            goal=own,
            stops=[cloud.watch.EventRuleStopArgs(n=n, kind=cloud.watch.EventRuleStopKindArgs(n=n)) for n in (1, 2)],
            tags=cloud.other.TagArgs(n=1),
        ),
    )
    other = cloud.watch.EventRule("other", goal=cloud.watch.EventRuleGoalArgs(n=2))
    more = cloud.watch.EventRuleMore("more", cloud.watch.EventRuleMoreArgs(n=2))
    """
    assert python(before) == dedent("""
    import pulumi_cloud as cloud

    own = cloud.events.RuleGoalArgs(n=1)
    r: cloud.events.Rule = cloud.events.Rule(
        "r",
        cloud.events.RuleArgs(
            goal=own,
            stops=[cloud.events.RuleStopArgs(n=n, kind=cloud.events.RuleStopKindArgs(n=n)) for n in (1, 2)],
            tags=cloud.other.TagArgs(n=1),
        ),
    )
    other = cloud.watch.EventRule("other", goal=cloud.watch.EventRuleGoalArgs(n=2))
    more = cloud.watch.EventRuleMore("more", cloud.watch.EventRuleMoreArgs(n=2))
    """)


def test_input_classes_that_are_imported_by_name_go_along() -> None:
    before = """
    from pulumi_cloud.watch import EventRule, EventRuleGoalArgs

    r = EventRule("r", goal=EventRuleGoalArgs(n=1))
    """
    assert python(before) == dedent("""
    from pulumi_cloud.events import Rule, RuleGoalArgs

    r = Rule("r", goal=RuleGoalArgs(n=1))
    """)


def test_input_types_and_annotations_go_with_the_class_in_typescript() -> None:
    before = """
    import * as cloud from "@pulumi/cloud";

    const r: cloud.watch.EventRule = new cloud.watch.EventRule("r", {
      goal: { n: 1 } as cloud.types.input.watch.EventRuleGoal,
      stops: [1, 2].map((n): cloud.types.input.watch.EventRuleStop => ({ n })),
    });
    const other: cloud.watch.EventRule = new cloud.watch.EventRule("other", { n: 2 });
    """
    assert typescript(before) == dedent("""
    import * as cloud from "@pulumi/cloud";

    const r: cloud.events.Rule = new cloud.events.Rule("r", {
      goal: { n: 1 } as cloud.types.input.events.RuleGoal,
      stops: [1, 2].map((n): cloud.types.input.events.RuleStop => ({ n })),
    });
    const other: cloud.watch.EventRule = new cloud.watch.EventRule("other", { n: 2 });
    """)


def test_in_its_own_module_only_the_last_name_is_another_one() -> None:
    wider = "cloud.watch.EventRuleV2"
    before = 'from pulumi_cloud import watch\nr = watch.EventRule("r", goal=watch.EventRuleGoalArgs(n=1))\n'
    assert python(before, wider) == before.replace("EventRule", "EventRuleV2")
    before = 'import { watch } from "@pulumi/cloud";\nconst r: watch.EventRule = new watch.EventRule("r", { n: 1 });\n'
    assert typescript(before, wider) == before.replace("EventRule", "EventRuleV2")


def test_new_inputs_wait_for_the_class_that_their_resource_becomes() -> None:
    program = read_python('import pulumi_cloud as cloud\n\ncloud.watch.EventRule("r", n=1)\n', CLOUD, PROVIDER)
    rule = next(program.resources(OLD))
    goal = SetField(rule.args, "goal", Inputs(f"{OLD}Goal", {"n": 1}))
    with pytest.raises(CannotFix) as refusal:
        write_python(program, [goal, Retype(rule, NEW)])
    assert refusal.value.reason == "another fix changes the same code"
    other = SetField(rule.args, "goal", Inputs(f"{NEW}Goal", {"n": 1}))
    assert changed(program.text, write_python(program, [other, Retype(rule, NEW)])) == (
        'import pulumi_cloud as cloud\n\ncloud.events.Rule("r", n=1, goal=cloud.events.RuleGoalArgs(n=1))\n'
    )
