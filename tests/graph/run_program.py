"""Run Pulumi programs under mocks and print what each of them registers, as one JSON object by path.

    python run_program.py PROGRAM...

It is run by the interpreter of an environment that has pulumi and pulumi-aws; nothing here reaches a cloud.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import runpy
import sys
import traceback
from importlib.metadata import version
from pathlib import Path

from google.protobuf import json_format, struct_pb2
from mocked_cloud import Json, Object, answer, outputs, resource_id
from pulumi.runtime import mocks, rpc, settings, stack


class Cloud(mocks.Mocks):
    def call(self, args: mocks.MockCallArgs) -> tuple[dict, list]:
        return answer(args.token, args.args, _without_id(args.provider or "")), []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict]:
        return resource_id(args.name), outputs(args.typ, args.name, args.inputs)


class Recorder(mocks.MockMonitor):
    """Keeps what the program asks the engine for, with the urns the engine would make."""

    def __init__(self) -> None:
        super().__init__(Cloud())
        self.graph: dict[str, list[Json]] = {"resources": [], "invokes": []}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.split("::")[2] if parent else ""
        chain = type_ if above in ("", "pulumi:pulumi:Stack") else f"{above}${type_}"
        return f"urn:pulumi:{settings.get_stack()}::{settings.get_project()}::{chain}::{name}"

    def RegisterResource(self, request):
        if request.type != "pulumi:pulumi:Stack":
            urn = self.make_urn(request.parent, request.type, request.name)
            if urn in self.resources:
                raise RuntimeError(f"duplicate resource URN {urn}")
            self.graph["resources"].append(_registered(urn, request))
        return super().RegisterResource(request)

    def Invoke(self, request):
        self.graph["invokes"].append(
            {"function": request.tok, "args": _plain(request.args), "provider": _without_id(request.provider)}
        )
        return super().Invoke(request)


def _registered(urn: str, request) -> Object:
    return {
        "type": request.type,
        "name": request.name,
        "urn": urn,
        "parent": request.parent,
        "provider": _without_id(request.provider),
        "inputs": _plain(request.object),
        "dependencies": sorted(request.dependencies),
        "options": _options(request),
    }


def _options(request) -> Object:
    """The options that decide what happens to a resource; aliases that an SDK declares itself are left out."""
    aliases = [json_format.MessageToDict(each) for each in request.aliases if each.urn or each.spec.name]
    given: Object = {
        "protect": request.protect,
        "retainOnDelete": request.retainOnDelete,
        "deleteBeforeReplace": request.deleteBeforeReplace,
        "import": request.importId,
        "ignoreChanges": list(request.ignoreChanges),
        "replaceOnChanges": list(request.replaceOnChanges),
        "aliases": aliases,
    }
    return {option: value for option, value in given.items() if value}


def _without_id(provider: str) -> str:
    return provider.rsplit("::", 1)[0] if provider else ""


def _plain(message: struct_pb2.Struct) -> Object:
    return {key: _readable(value) for key, value in json_format.MessageToDict(message).items()}


def _readable(value: Json) -> Json:
    """The value without Pulumi's signatures; protobuf knows only floats, so whole numbers become integers."""
    match value:
        case {rpc._special_sig_key: rpc._special_secret_sig, "value": inner}:
            return {"$secret": _readable(inner)}
        case {rpc._special_sig_key: rpc._special_resource_sig, "urn": urn}:
            return {"$resource": urn}
        case {"urn": str(urn), "id": _}:
            return {"$resource": urn}
        case dict():
            return {key: _readable(inner) for key, inner in value.items()}
        case list():
            return [_readable(inner) for inner in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


async def _run(program: Path) -> Json:
    recorder = Recorder()
    mocks.set_mocks(Cloud(), project="proj", stack="dev", preview=False, monitor=recorder)
    root = settings.get_root_resource()
    await stack.run_pulumi_func(lambda: _execute(program))
    exports = await rpc.serialize_properties(stack.massage(root.outputs, []), {})
    major = int(version("pulumi-aws").split(".")[0])
    return {"major": major, **recorder.graph, "exports": _plain(exports)}


def _execute(program: Path) -> None:
    sys.path.insert(0, str(program.parent))
    try:
        runpy.run_path(str(program), run_name="__main__")
    finally:
        sys.path.remove(str(program.parent))


def _result(program: Path) -> Json:
    """What a program registers, or the error it ends with. Pulumi keeps its state in the context it runs in."""
    try:
        return contextvars.Context().run(lambda: asyncio.run(_run(program)))
    except Exception:
        return {"error": traceback.format_exc()}


def main() -> None:
    with contextlib.redirect_stdout(sys.stderr):
        results = {path: _result(Path(path)) for path in sys.argv[1:]}
    print(json.dumps(results))


main()
