"""What the provider declares, by major: each type with its inputs, what it gives out, and the types nested in those.

A module of the provider is a file here, read when one of its names is asked for. Names are Pulumi's own, as TypeScript
spells them. A code is `s` text, `i` and `f` numbers, `b` flag, `a` anything, `[` a list and `{` a mapping of what
follows, `#` a nested type; `!` stands behind what is required and `-` behind what is deprecated. What differs between
the majors is `6 code|7 code`. `transforms/regenerate_schema.py` writes the files from the SDKs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
KEPT = 2000
"""Answers that are kept: programs use few classes, and rules ask for them at each resource."""


class Declared(NamedTuple):
    """One input: `kind` is the code of its type without marks."""

    kind: str
    is_required: bool
    is_deprecated: bool

    @property
    def is_list(self) -> bool:
        return self.kind.startswith("[")

    @property
    def nested(self) -> str | None:
        """The nested type that a value of it, or an entry of its list or mapping, has."""
        return self.kind.lstrip("[{").removeprefix("#") if "#" in self.kind else None


class DeclaredType(NamedTuple):
    """A class of resources: its inputs, and the names of what it gives out beside them."""

    name: str
    inputs: Mapping[str, Declared]
    outputs: frozenset[str]


@lru_cache(maxsize=KEPT)
def type_of(name: str, major: int) -> DeclaredType | None:
    """What `aws.s3.Bucket` declares in the major; None where there is no such class, or none with inputs of its own."""
    module, last = _parts(name)
    found = _module(module)["types"].get(last)
    if found is None or str(major) not in found.get("only", str(major)):
        return None
    outputs = frozenset(output for output, majors in found["outputs"].items() if str(major) in majors)
    return DeclaredType(name, _inputs(found["inputs"], major), outputs)


def is_class(name: str, major: int) -> bool:
    """One of the SDKs exports a class of that name: a resource, or what TypeScript alone has."""
    module, last = _parts(name)
    return type_of(name, major) is not None or str(major) in _module(module)["typescript"].get(last, "")


@lru_cache(maxsize=KEPT)
def nested_of(type_name: str, nested: str, major: int) -> Mapping[str, Declared]:
    """The inputs of a nested type as an input of `type_name` names it, of that module or `module.Name`."""
    home, _, last = nested.rpartition(".")
    found = _module(home if "." in nested else _parts(type_name)[0])["nested"].get(last, {})
    return _inputs(found, major)


class Schema:
    """What the provider declares, for whoever asks by names alone."""

    def has(self, type: str, path: tuple[str, ...], major: int) -> bool:
        below = _below(type, path[:-1], major)
        return is_class(type, major) if not path else below is None or path[-1] in below

    def inputs(self, type: str, path: tuple[str, ...], major: int) -> Collection[str]:
        return _below(type, path, major) or ()

    def names(self, types: Iterable[str], name: str) -> bool:
        return any(name in _names_of(module) for module in {_parts(type)[0] for type in types})


def _below(type: str, path: tuple[str, ...], major: int) -> Mapping[str, Declared] | None:
    """What is declared below a path; None where anything may be there, and nothing where no such path is."""
    declared = type_of(type, major)
    if declared is None:
        return None if is_class(type, major) else {}
    inputs: Mapping[str, Declared] | None = declared.inputs
    for key in path:
        if inputs is None or key not in inputs:
            return inputs
        nested = inputs[key].nested
        inputs = nested_of(type, nested, major) if nested else None
    return inputs


def version(major: int) -> str:
    """The version of the provider that the files were made from: a later one of the major may declare more."""
    return _read("versions")[str(major)]


def types(major: int) -> Iterator[str]:
    """The name of every class of resources."""
    for module in _modules():
        for name in _module(module)["types"]:
            whole = f"aws.{module}.{name}" if module else f"aws.{name}"
            if type_of(whole, major) is not None:
                yield whole


def is_module(name: str) -> bool:
    """The package has a module of this name, be it the one for its configuration."""
    return name == "config" or name in _modules()


@cache
def names_in(module: str, major: int) -> Mapping[str, str]:
    """The names of the classes of a module, by themselves in small letters."""
    return {name.lower(): name for name in _module(module)["types"] if type_of(f"aws.{module}.{name}", major)}


@cache
def _names_of(module: str) -> frozenset[str]:
    """The inputs and outputs of a module's types, those of their nested types among them."""
    found = _module(module)
    inputs = (name for nested in found["nested"].values() for name in nested)
    types = found["types"].values()
    return frozenset(inputs).union(*(each["inputs"] for each in types), *(each["outputs"] for each in types))


def _parts(name: str) -> tuple[str, str]:
    module, _, last = name.removeprefix("aws.").rpartition(".")
    return module, last


def _inputs(told: Mapping[str, str], major: int) -> dict[str, Declared]:
    return {name: _declared(code) for name, text in told.items() if (code := _code(text, major)) is not None}


def _code(text: str, major: int) -> str | None:
    if not text[0].isdigit():
        return text
    return next((part[2:] for part in text.split("|") if part.startswith(f"{major} ")), None)


def _declared(code: str) -> Declared:
    return Declared(code.rstrip("!-"), "!" in code, code.endswith("-"))


@cache
def _modules() -> tuple[str, ...]:
    names = sorted({path.stem for path in FOLDER.glob("*.json")} - {"versions"})
    return tuple("" if name == "root" else name for name in names)


@cache
def _module(name: str) -> dict[str, Any]:
    if name not in _modules():
        return {"types": {}, "nested": {}, "typescript": {}}
    return _read(name or "root")


def _read(name: str) -> Any:
    import json  # most runs ask for no module

    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
