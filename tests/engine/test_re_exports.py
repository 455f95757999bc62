"""Classes that a program gets from another file of its project, which imports them of the provider's package."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.run import Request, Run, run
from iacfix.result import Fix

PROJECT = {"Pulumi.yaml": "name: p\n"}


def ran(folder: Path, files: dict[str, str], rule: str = "unrotated-key") -> Run:
    """A run over a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return run(Request(paths=(str(folder),), select=(rule,), major=7, jobs=1))


def told(found: Run) -> list[tuple[str, str | None]]:
    return [(finding.message, finding.reason) for finding in found.findings]


def after(found: Run, name: str) -> str:
    (outcome,) = [each for each in found.outcomes if each.path == name]
    return outcome.after


# what is left alone

OTHERS_PY = {
    "a class of its own": "import pulumi_aws\n\nclass Key:\n    pass\n",
    "a component": "import pulumi\nimport pulumi_aws\n\nclass Key(pulumi.ComponentResource):\n    pass\n",
    "a function": "import pulumi_aws as aws\n\ndef Key(name):\n    return name\n",
    "of another package": "import pulumi_aws\nfrom pulumi_gcp.kms import Key\n",
    "one of two": "import pulumi_aws as aws\n\nKey = aws.kms.Key\nKey = aws.kms.ExternalKey\n",
    "of files that import each other": "import pulumi_aws\nfrom program import Key\n",
    "nothing": "import pulumi_aws\n",
    "broken": "import pulumi_aws\nfrom pulumi_aws.kms import Key\nx = ((\n",
}


@pytest.mark.parametrize("other", OTHERS_PY.values(), ids=OTHERS_PY)
def test_what_is_none_of_the_provider_s_classes(tmp_path: Path, other: str) -> None:
    program = 'import pulumi\nfrom infra import Key\n\nkey = Key("k")\n'
    assert told(ran(tmp_path, {**PROJECT, "infra.py": other, "program.py": program})) == []


OTHERS_TS = {
    "a class of its own": 'import "@pulumi/aws";\nexport class Key {}\n',
    "a component": 'import "@pulumi/aws";\nexport class Key extends pulumi.ComponentResource {}\n',
    "a function": 'import "@pulumi/aws";\nexport function Key() {}\n',
    "of another package": 'import "@pulumi/aws";\nexport { Key } from "@pulumi/gcp/kms";\n',
    "not exported": 'import { Key } from "@pulumi/aws/kms";\nexport const key = 1;\n',
    "under another name": 'export { Key as KmsKey } from "@pulumi/aws/kms";\n',
    "of files that import each other": 'import "@pulumi/aws";\nexport { Key } from "./index";\n',
    "of a file that is not there": 'import "@pulumi/aws";\nexport { Key } from "./elsewhere";\n',
}


@pytest.mark.parametrize("other", OTHERS_TS.values(), ids=OTHERS_TS)
def test_what_is_none_of_the_provider_s_classes_in_typescript(tmp_path: Path, other: str) -> None:
    program = 'import { Key } from "./infra";\n\nexport const key = new Key("k");\n'
    assert told(ran(tmp_path, {**PROJECT, "infra.ts": other, "index.ts": program})) == []


KEPT_PY = """\
import pulumi
import pulumi_aws as aws


class Kinds:
    key = aws.kms.Key
    alias = aws.kms.Alias


KINDS = {"key": aws.kms.Key, "alias": aws.kms.Alias}


def key_class():
    return aws.kms.Key


def made():
    return {"kms": aws.kms, **KINDS}


def a_key(name):
    return aws.kms.Key(name, enable_key_rotation=True)


class PlainKey(aws.kms.Key):
    pass


class OwnKey(aws.kms.Key):
    def __init__(self, name):
        super().__init__(name, enable_key_rotation=True)


class Keys(pulumi.ComponentResource):
    pass
"""
KEPT_TS = """\
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

export class Kinds {
  static key = aws.kms.Key;
  static alias = aws.kms.Alias;
}
export const KINDS = { key: aws.kms.Key, alias: aws.kms.Alias };
export function keyClass() {
  return aws.kms.Key;
}
export const made = () => ({ kms: aws.kms, ...KINDS });
export function aKey(name: string) {
  return new aws.kms.Key(name, { enableKeyRotation: true });
}
export class PlainKey extends aws.kms.Key {}
export class OwnKey extends aws.kms.Key {
  constructor(name: string) {
    super(name, { enableKeyRotation: true });
  }
}
export class Keys extends pulumi.ComponentResource {}
"""


def named(code: str) -> str:
    """What the code takes of the other file."""
    return next(
        name
        for name in ("KINDS", "Keys", "Kinds", "OwnKey", "PlainKey", "a_key", "aKey", "key_class", "keyClass", "made")
        if name in code
    )


@pytest.mark.parametrize(
    "call",
    [
        'Kinds.alias("k")',
        'KINDS["alias"]("k")',
        'a_key("k")',
        'made()["alias"]("k")',
        'made()["missing"]("k")',
        'OwnKey("k")',
        'Keys("k")',
        'PlainKey("k", enable_key_rotation=True)',
        'Kinds.missing("k")',
        "print(Kinds.key)",
    ],
)
def test_what_another_file_keeps_and_is_right(tmp_path: Path, call: str) -> None:
    program = f"import pulumi\nfrom infra import {named(call)}\n\n{call}\n"
    assert told(ran(tmp_path, {**PROJECT, "infra.py": KEPT_PY, "program.py": program})) == []


@pytest.mark.parametrize(
    "call",
    [
        'new Kinds.alias("k");',
        'new KINDS["alias"]("k");',
        'aKey("k");',
        'new (made().alias)("k");',
        'new (made().missing)("k");',
        'new OwnKey("k");',
        'new Keys("k");',
        'new PlainKey("k", { enableKeyRotation: true });',
        'new Kinds.missing("k");',
        "console.log(Kinds.key);",
    ],
)
def test_what_another_file_keeps_and_is_right_in_typescript(tmp_path: Path, call: str) -> None:
    program = f'import {{ {named(call)} }} from "./infra";\n\n{call}\n'
    assert told(ran(tmp_path, {**PROJECT, "infra.ts": KEPT_TS, "index.ts": program})) == []


KEPT = "its class is kept in {}, and only direct calls of a class are rewritten"


@pytest.mark.parametrize(
    "call",
    [
        'Kinds.key("k")',
        'infra.Kinds.key("k")',
        'KINDS["key"]("k")',
        'chosen = KINDS["key"]\nchosen("k")',
        'for kind in KINDS.values():\n    kind("k")',
        'key_class()("k")',
        'made()["key"]("k")',
        'made()["kms"].Key("k")',
        'kinds = made()\nkinds["key"]("k")',
        'PlainKey("k")',
        'class Mine(PlainKey):\n    pass\n\nMine("k")',
        'class Mine(infra.PlainKey):\n    def __init__(self):\n        super().__init__("k")',
    ],
)
def test_a_class_that_another_file_keeps_is_reported(tmp_path: Path, call: str) -> None:
    program = f"import infra\nfrom infra import {named(call)}\n\n{call}\n"
    found = ran(tmp_path, {**PROJECT, "infra.py": KEPT_PY, "program.py": program})
    assert told(found) == [("key k is never rotated", KEPT.format("infra.py"))]
    assert after(found, "program.py") == program


@pytest.mark.parametrize(
    "call",
    [
        'new Kinds.key("k");',
        'new infra.Kinds.key("k");',
        'new (keyClass())("k");',
        'new (made().key)("k");',
        'new (made().kms.Key)("k");',
        'const kinds = made();\nnew kinds.key("k");',
        'const { key: Key } = await made();\nnew Key("k");',
        'new PlainKey("k");',
        'class Mine extends PlainKey {}\nnew Mine("k");',
        'for (const Kind of Object.values(KINDS)) new Kind("k");',
        'class Mine extends infra.PlainKey {\n  constructor() {\n    super("k");\n  }\n}',
    ],
)
def test_a_class_that_another_file_keeps_is_reported_in_typescript(tmp_path: Path, call: str) -> None:
    program = f'import * as infra from "./infra";\nimport {{ {named(call)} }} from "./infra";\n\n{call}\n'
    found = ran(tmp_path, {**PROJECT, "infra.ts": KEPT_TS, "index.ts": program})
    assert told(found) == [("key k is never rotated", KEPT.format("infra.ts"))]
    assert after(found, "index.ts") == program


def test_a_file_that_is_no_part_of_a_pulumi_project(tmp_path: Path) -> None:
    files = {"infra.py": "from pulumi_aws.kms import Key\n", "tool.py": 'from infra import Key\n\nKey("k")\n'}
    assert told(ran(tmp_path, files)) == []


def test_a_tool_beside_the_program_that_builds_nothing(tmp_path: Path) -> None:
    tool = 'from infra import NAMES\n\nQUEUES = "https://sqs.us-east-1.amazonaws.com"\n'
    files = {**PROJECT, "infra.py": 'import pulumi_aws as aws\n\nNAMES = ["a"]\n', "tool.py": tool}
    assert told(ran(tmp_path, files, "hardcoded-region")) == []


CONSTANTS = {"settings.py": 'REGION = "us-east-1"\n', "settings.ts": 'export const REGION = "us-east-1";\n'}
READING = {
    "program.py": "import pulumi_aws as aws\nfrom settings import REGION\n\n"
    "aws.iam.Policy('p', policy=f'arn:aws:sqs:{REGION}:*:q')\n",
    "program.ts": 'import * as aws from "@pulumi/aws";\nimport { REGION } from "./settings";\n\n'
    'new aws.iam.Policy("p", { policy: `arn:aws:sqs:${REGION}:*:q` });\n',
}


@pytest.mark.parametrize("kind", ["py", "ts"])
def test_constants_that_a_program_imports(tmp_path: Path, kind: str) -> None:
    files = {
        **PROJECT,
        f"settings.{kind}": CONSTANTS[f"settings.{kind}"],
        f"program.{kind}": READING[f"program.{kind}"],
    }
    (found,) = ran(tmp_path, files, "hardcoded-region").findings
    assert (found.path, found.message) == (f"settings.{kind}", "hardcoded region us-east-1 in a constant")
    assert found.fix is Fix.NONE


@pytest.mark.parametrize("kind", ["py", "ts"])
@pytest.mark.parametrize("left", ["Pulumi.yaml", "program"])
def test_constants_that_no_program_imports(tmp_path: Path, kind: str, left: str) -> None:
    files = {
        **PROJECT,
        f"settings.{kind}": CONSTANTS[f"settings.{kind}"],
        f"program.{kind}": READING[f"program.{kind}"],
    }
    if left == "program":
        files[f"program.{kind}"] = files[f"program.{kind}"].replace("settings", "elsewhere")
    else:
        del files[left]
    assert told(ran(tmp_path, files, "hardcoded-region")) == []


@pytest.mark.parametrize("kind", ["py", "ts"])
def test_constants_of_tools_and_tests(tmp_path: Path, kind: str) -> None:
    tool = "from settings import REGION\n" if kind == "py" else 'import { REGION } from "./settings";\n'
    name = "test_program.py" if kind == "py" else "program.test.ts"
    own = f"import pulumi_aws\n{tool}" if kind == "py" else f'import "@pulumi/aws";\n{tool}'
    files = {**PROJECT, f"settings.{kind}": CONSTANTS[f"settings.{kind}"], f"tool.{kind}": tool, name: own}
    assert told(ran(tmp_path, files, "hardcoded-region")) == []


def test_a_file_that_builds_nothing_says_nothing_of_its_major(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "requirements.txt": "pulumi-aws==5.1.0\n",
        "infra.py": "import pulumi_aws as aws\n\nNAMES = []\n",
        "program.py": "import pulumi\nfrom infra import NAMES\n\npulumi.export(NAMES, Wide(NAMES))\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = run(Request(paths=(str(tmp_path),), jobs=1)).findings
    assert [finding.path for finding in found] == ["infra.py"]


def test_build_output_is_left_alone(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.ts": 'export * as aws from "@pulumi/aws";\n',
        "index.ts": 'import { aws } from "./infra";\nnew aws.kms.Key("k", { enableKeyRotation: true });\n',
        "index.js": '"use strict";\nconst infra_1 = require("./infra");\nnew infra_1.aws.kms.Key("k", {});\n'
        "//# sourceMappingURL=index.js.map\n",
    }
    assert told(ran(tmp_path, files)) == []


def test_the_class_itself_is_another_files_to_change(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.py": "from pulumi_aws.s3 import BucketV2\n",
        "index.ts": 'import { aws } from "./infra";\n\nnew aws.s3.BucketV2("data");\n',
        "infra.ts": 'export * as aws from "@pulumi/aws";\n',
        "program.py": 'import pulumi\nfrom infra import BucketV2\n\ndata = BucketV2("data")\n',
    }
    found = ran(tmp_path, files, "suffixed-bucket-resource")
    assert [finding.reason for finding in found.findings] == [
        "infra.ts re-exports its class, and other files may import it from there",
        "infra.py re-exports its class, and other files may import it from there",
    ]


# what is fixed

WAYS_PY = {
    "by name": ("from pulumi_aws.kms import Key\n", "from infra import Key\n\n{}", "Key"),
    "under another name": ("from pulumi_aws.kms import Key as Secret\n", "from infra import Secret as S\n\n{}", "S"),
    "its module": ("from pulumi_aws import kms\n", "from infra import kms\n\n{}", "kms.Key"),
    "the package": ("import pulumi_aws as aws\n", "import infra\n\n{}", "infra.aws.kms.Key"),
    "everything": ("from pulumi_aws.kms import *\n", "from infra import *\n\n{}", "Key"),
    "a variable": ("import pulumi_aws as aws\n\nSecret = aws.kms.Key\n", "from infra import Secret\n\n{}", "Secret"),
    "beside it": ("import pulumi_aws as aws\n", "from .infra import aws\n\n{}", "aws.kms.Key"),
    "late": ("import pulumi_aws as aws\n", "def made():\n    from infra import aws\n    {}", "aws.kms.Key"),
}


@pytest.mark.parametrize("pulumi", ["", "import pulumi\n"], ids=["alone", "with Pulumi"])
@pytest.mark.parametrize(("other", "program", "name"), WAYS_PY.values(), ids=WAYS_PY)
def test_a_class_is_re_exported(tmp_path: Path, other: str, program: str, name: str, pulumi: str) -> None:
    text = pulumi + program.format(f'key = {name}("k")\n')
    found = ran(tmp_path, {**PROJECT, "infra.py": other, "program.py": text})
    assert after(found, "program.py") == text.replace('("k")', '("k", enable_key_rotation=True)')


def test_a_class_is_re_exported_by_several_files(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "lib/__init__.py": "from .infra import *\nfrom .names import NAMES\n",
        "lib/infra/__init__.py": "from lib.infra.keys import Key\n",
        "lib/infra/keys.py": "import pulumi_aws\n\nKey = pulumi_aws.kms.Key\n",
        "lib/names.py": "NAMES = []\n",
        "stack/program.py": 'import lib\n\nkey = lib.Key("k")\n',
    }
    assert "enable_key_rotation=True" in after(ran(tmp_path, files), "stack/program.py")


WAYS_TS = {
    "by name": ('export { Key } from "@pulumi/aws/kms";\n', "{ Key }", "Key"),
    "under another name": ('export { Key as Secret } from "@pulumi/aws/kms";\n', "{ Secret as S }", "S"),
    "its module": ('import { kms } from "@pulumi/aws";\nexport { kms };\n', "{ kms }", "kms.Key"),
    "the package": ('export * as aws from "@pulumi/aws";\n', "{ aws }", "aws.kms.Key"),
    "everything": ('export * from "@pulumi/aws";\n', "* as infra", "infra.kms.Key"),
    "a constant": (
        'import * as aws from "@pulumi/aws";\nexport const Secret = aws.kms.Key;\n',
        "{ Secret }",
        "Secret",
    ),
    "taken apart": (
        'import * as aws from "@pulumi/aws";\nexport const { Key } = aws.kms;\n',
        "* as infra",
        "infra.Key",
    ),
    "an alias": (
        'import * as aws from "@pulumi/aws";\nexport import Secret = aws.kms.Key;\n',
        "{ Secret }",
        "Secret",
    ),
    "its default": ('import * as aws from "@pulumi/aws";\nexport default aws.kms.Key;\n', "Key", "Key"),
    "in its default": (
        'import * as aws from "@pulumi/aws";\nexport default { kms: aws.kms };\n',
        "infra",
        "infra.kms.Key",
    ),
    "in an object": (
        'import * as aws from "@pulumi/aws";\nexport const cloud = { Key: aws.kms.Key };\n',
        "{ cloud }",
        "cloud.Key",
    ),
    "as a module was": ('const aws = require("@pulumi/aws");\nmodule.exports = { aws };\n', "{ aws }", "aws.kms.Key"),
    "as one was": (
        'const aws = require("@pulumi/aws");\nexports.Secret = aws.kms.Key;\n',
        "{ Secret }",
        "Secret",
    ),
}


@pytest.mark.parametrize(("other", "taken", "name"), WAYS_TS.values(), ids=WAYS_TS)
@pytest.mark.parametrize("source", ["./infra", "./infra.js", "@lib/infra", "infra"])
def test_a_class_is_re_exported_in_typescript(tmp_path: Path, other: str, taken: str, name: str, source: str) -> None:
    text = f'import {taken} from "{source}";\n\nexport const key = new {name}("k", {{}}).arn;\n'
    configuration = '{\n  // where\n  "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["./*"] }, },\n}\n'
    files = {**PROJECT, "tsconfig.json": configuration, "infra.ts": other, "index.ts": text}
    assert after(ran(tmp_path, files), "index.ts") == text.replace("{})", "{ enableKeyRotation: true })")


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ('{"#infra": "./infra.ts"}', True),
        ('{"#infra": {"types": "./infra.ts", "default": "./infra.js"}}', True),
        ('{"#*": "./*.js"}', True),
        ('{"#infra": "infra"}', False),
        ('{"#other": "./infra.ts"}', False),
        ('"./infra.ts"', False),
    ],
)
def test_a_file_is_imported_by_a_name_of_the_package(tmp_path: Path, imports: str, found: bool) -> None:
    text = 'import { aws } from "#infra";\n\nnew aws.kms.Key("k", {});\n'
    manifest = f'{{"dependencies": {{"@pulumi/aws": "7.1.0"}}, "imports": {imports}}}'
    other = 'export * as aws from "@pulumi/aws";\n'
    files = {**PROJECT, "package.json": manifest, "infra.ts": other, "index.ts": text}
    assert [place.path for place in ran(tmp_path, files).findings] == (["index.ts"] if found else [])


def test_a_class_is_re_exported_by_several_typescript_files(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "lib/index.ts": 'export * from "./names";\nexport * from "./infra/index.js";\n',
        "lib/infra/index.ts": 'export { default as Key } from "./keys";\n',
        "lib/infra/keys.ts": 'import { Key } from "@pulumi/aws/kms/key";\nexport default Key;\n',
        "lib/names.ts": "export const names = [];\n",
        "bin/index.ts": 'import { Key } from "../lib";\n\nnew Key("k", {});\n',
    }
    assert "enableKeyRotation: true" in after(ran(tmp_path, files), "bin/index.ts")


def test_what_is_new_comes_the_same_way(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.py": "import pulumi_aws as aws\n",
        "program.py": 'import pulumi\nfrom infra import aws\n\ndata = aws.s3.Bucket("data")\n',
        "infra.ts": 'export * as aws from "@pulumi/aws";\n',
        "index.ts": 'import { aws } from "./infra";\n\nconst data = new aws.s3.Bucket("data");\n',
    }
    found = ran(tmp_path, files, "unblocked-bucket")
    assert after(found, "program.py").startswith(
        'import pulumi\nfrom infra import aws\n\ndata = aws.s3.Bucket("data")\n\naws.s3.BucketPublicAccessBlock(\n'
    )
    assert after(found, "index.ts").startswith(
        'import { aws } from "./infra";\n\nconst data = new aws.s3.Bucket("data");\n\n'
        "new aws.s3.BucketPublicAccessBlock("
    )


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ('import { Bucket, aws } from "./infra";\n', "aws.s3.BucketPublicAccessBlock"),
        ('import { Bucket, s3 } from "./infra";\n', "s3.BucketPublicAccessBlock"),
        (
            'import { Bucket } from "./infra";\nimport * as cloud from "@pulumi/aws";\n',
            "cloud.s3.BucketPublicAccessBlock",
        ),
        ('import { Bucket } from "./infra";\n', 'import { s3 } from "@pulumi/aws";\n'),
    ],
)
def test_what_is_new_is_never_taken_from_the_other_file(tmp_path: Path, taken: str, name: str) -> None:
    files = {
        **PROJECT,
        "infra.ts": 'export * as aws from "@pulumi/aws";\nexport { s3 } from "@pulumi/aws";\n'
        'export { Bucket } from "@pulumi/aws/s3";\n',
        "index.ts": f'{taken}\nconst data = new Bucket("data");\n',
    }
    text = after(ran(tmp_path, files, "unblocked-bucket"), "index.ts")
    assert text.startswith(taken)
    assert name in text


def test_a_rule_is_asked_though_its_word_stands_in_the_other_file(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.py": "from pulumi_aws.cloudwatch import LogGroup as Log\n",
        "program.py": 'from infra import Log\n\nLog("l")\n',
    }
    (finding,) = ran(tmp_path, files, "endless-log-group").findings
    assert finding.fix is Fix.UNSAFE


def test_a_setting_that_another_file_makes_of_such_a_class(tmp_path: Path) -> None:
    bucket = 'aws.s3.Bucket("data", bucket="acme", versioning={"enabled": True})'
    setting = 'aws.s3.BucketVersioning("old", bucket="acme", versioning_configuration={})'
    files = {
        **PROJECT,
        "infra.py": "import pulumi_aws as aws\n",
        "main.py": f"import pulumi_aws as aws\n\ndata = {bucket}\n",
        "other.py": f"from infra import aws\n\n{setting}\n",
    }
    found = ran(tmp_path, files, "inline-bucket-config")
    assert [finding.reason for finding in found.findings] == ["old in other.py already sets its versioning"]


def test_a_class_that_is_re_exported_and_chosen(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.py": "import pulumi_aws as aws\n",
        "program.py": 'from infra import aws\n\nfor kind in [aws.kms.Key]:\n    kind("k")\n',
        "infra.ts": 'export { kms } from "@pulumi/aws";\n',
        "index.ts": 'import * as infra from "./infra";\n\nfor (const kind of [infra.kms.Key]) new kind("k", {});\n',
    }
    found = ran(tmp_path, files).findings
    assert [(finding.path, finding.fix) for finding in found] == [("index.ts", Fix.NONE), ("program.py", Fix.NONE)]


def test_a_class_that_the_provider_does_not_have_is_told(tmp_path: Path) -> None:
    files = {
        **PROJECT,
        "infra.py": "import pulumi_aws as aws\n",
        "program.py": 'from infra import aws\n\ntable = aws.dynamodb.Tabel("t", hash_key="id")\n',
    }
    found = ran(tmp_path, files, "unknown-resource")
    assert told(found) == [
        ("there is no class aws.dynamodb.Tabel", "neither major has it; the closest is aws.dynamodb.Table")
    ]
