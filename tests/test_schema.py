"""What the pack knows of the provider's classes is what the installed SDKs declare, for every class of both majors."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from iacfix_aws import _schema
from iacfix_aws._views.unknown import misspelt

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "transforms"))

from regenerate_schema import MAJORS, SCHEMA, installed, installed_version, merged  # noqa: E402

COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
ARGS = re.compile(r"^export interface (\w+)Args \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
PROPERTY = re.compile(r"^    (\w+)(\??): ", re.MULTILINE)
NAMESPACE = re.compile(r"^export declare namespace (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
NESTED = re.compile(r"^    interface (\w+) \{\n(.*?)^    \}", re.MULTILINE | re.DOTALL)
PYTHON_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
EXPORT = re.compile(
    r"^export (?:declare )?(?:abstract )?(?:class|interface|type|const|enum|function) (\w+)", re.MULTILINE
)
NESTED_PROPERTY = re.compile(r"^        (\w+)(\??): ", re.MULTILINE)


def test_the_files_are_what_the_sdks_declare() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in SCHEMA.glob("*.json")}
    assert json.loads(written.pop("versions.json")) == {str(major): installed_version(major) for major in MAJORS}
    again = {f"{module or 'root'}.json": text for module, text in merged({n: installed(n) for n in MAJORS})}
    assert written.keys() == again.keys()
    assert [name for name, text in again.items() if text != written[name]] == [], (
        "python transforms/regenerate_schema.py"
    )


@pytest.mark.parametrize("major", MAJORS)
def test_typescript_declares_the_same_inputs_of_every_class(major: int) -> None:
    """Read from the other SDK than the files were made from, by the interfaces that type checkers use."""
    theirs = dict[str, dict[str, bool]]()
    for path in sorted(_typescript(major).glob("*/*.d.ts")):
        for name, body in ARGS.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            theirs[f"aws.{path.parent.name}.{name}"] = {key: not optional for key, optional in PROPERTY.findall(body)}
    seen = 0
    for name in _schema.types(major):
        declared = _schema.type_of(name, major)
        if declared is not None and name in theirs:
            ours = {key: one.is_required for key, one in declared.inputs.items()}
            assert ours == theirs[name] or (_is_older(major) and theirs[name].items() <= ours.items()), name
            seen += 1
    assert seen > 1500


@pytest.mark.parametrize("major", MAJORS)
def test_typescript_declares_the_same_nested_types(major: int) -> None:
    text = (_typescript(major) / "types/input.d.ts").read_text(encoding="utf-8")
    theirs = {
        (module, name): {key for key, _ in NESTED_PROPERTY.findall(body)}
        for module, inside in NAMESPACE.findall(COMMENT.sub("", text))
        for name, body in NESTED.findall(inside)
    }
    seen = 0
    for name in _schema.types(major):
        declared = _schema.type_of(name, major)
        for one in declared.inputs.values() if declared is not None else ():
            declared_there = theirs.get((name.split(".")[1], one.nested or ""))
            if one.nested is not None and declared_there is not None:
                ours = set(_schema.nested_of(name, one.nested, major))
                assert ours == declared_there or (_is_older(major) and declared_there < ours), (name, one.nested)
                seen += 1
    assert seen > 1500


@pytest.mark.parametrize("major", MAJORS)
def test_no_name_that_the_sdks_export_is_taken_for_a_slip(major: int) -> None:
    (package,) = (ROOT / f".cache/aws{major}/lib").glob("python3*/site-packages/pulumi_aws")
    python = ((path, PYTHON_CLASS) for path in package.rglob("*.py") if path.name != "outputs.py")
    typescript = ((path, EXPORT) for path in _typescript(major).rglob("*.d.ts"))
    slips = list[str]()
    for top, files in ((package, python), (_typescript(major), typescript)):
        for path, pattern in files:
            module = path.parent.relative_to(top).as_posix().strip("./").rstrip("_")
            if module not in ("types", "node_modules") and "/" not in module:
                names = pattern.findall(path.read_text(encoding="utf-8"))
                slips += [name for name in names if misspelt(f"aws.{module}.{name}" if module else f"aws.{name}")]
    assert slips == []


def _typescript(major: int) -> Path:
    return ROOT / f".cache/node{major}/node_modules/@pulumi/aws"


def _is_older(major: int) -> bool:
    """The installed TypeScript SDK is of an earlier minor than the Python SDK, from which the files are made."""
    version = json.loads((_typescript(major) / "package.json").read_text(encoding="utf-8"))["version"]
    return _numbers(version) < _numbers(_schema.version(major))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_majors_and_languages_are_told_apart() -> None:
    bucket = {major: _schema.type_of("aws.s3.Bucket", major) for major in MAJORS}
    assert all(bucket.values())
    assert _schema.type_of("aws.s3.BucketVersioning", 6) is None
    assert _schema.type_of("aws.logs.LogGroup", 7) is None
    assert _schema.is_class("aws.lambda.CallbackFunction", 7)
    assert not _schema.is_class("aws.lambda.NoSuchFunction", 7)
    pipeline = _schema.type_of("aws.codepipeline.Pipeline", 7)
    assert pipeline is not None
    stores = pipeline.inputs["artifactStores"]
    assert (stores.is_list, stores.is_required, stores.nested) == (True, True, "PipelineArtifactStore")
    assert _schema.nested_of(pipeline.name, "PipelineArtifactStore", 7)["encryptionKey"].nested is not None
