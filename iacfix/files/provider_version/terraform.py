"""Pins of Terraform modules: `required_providers`, its older forms, and the dependency lock file.

The blocks are found by their brackets, because a pin is asked for before anything is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from iacfix.errors import SourceError
from iacfix.files.evidence import names
from iacfix.files.json_modules import native
from iacfix.files.provider_version import ranges
from iacfix.files.provider_version.formats import text_of
from iacfix.files.provider_version.pins import Kind, Pin, Said, pin
from iacfix.files.suffixes import MODULES, ending_of

LOCK = ".terraform.lock.hcl"
REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_OUT = re.compile(r'("(?:[^"\\\n]|\\.)*")|(?:#|//)[^\n]*|/\*.*?\*/', re.DOTALL)


def said_in(folder: Path, distribution: str) -> Said:
    """The pins of the module of a folder, and of the lock beside it."""
    pins: list[Pin] = []
    unread: list[str] = []
    try:
        files = sorted(names(folder))
    except OSError:
        return Said()
    for file in files:
        if file != LOCK and ending_of(file) not in MODULES:
            continue
        try:
            if (text := text_of(folder / file)) is None:
                continue
            text = native(text) if file.endswith(".json") else text
        except SourceError:
            continue  # which is said where the module is read
        except ValueError as error:
            unread.append(f"{file} {error}")
            continue
        bare = _OUT.sub(lambda found: found[1] or "", text)
        pins += _locked(file, bare, distribution) if file == LOCK else _required(file, bare, distribution)
    return Said(tuple(pins), tuple(unread))


def _locked(file: str, text: str, distribution: str) -> Iterator[Pin]:
    for registry in REGISTRIES:
        for block in _blocks(text, rf'provider\s+"{registry}{distribution}"\s*'):
            if (version := _set(block, "version")) is not None:
                yield from pin(file, distribution, f" {version}", ranges.exactly(version), Kind.RESOLVED)


def other_source(text: str, distribution: str) -> str | None:
    """The source of the provider of this name in a module, if that is neither the distribution nor a mirror of it."""
    if "required_providers" not in text:
        return None
    name = distribution.rpartition("/")[2]
    entries = _entries(_OUT.sub(lambda found: found[1] or "", text))
    sources = (source for own, source, _ in entries if own == name and source is not None)
    return next((source for source in sources if not _is_of(source, distribution)), None)


def _required(file: str, text: str, distribution: str) -> Iterator[Pin]:
    name = distribution.rpartition("/")[2]
    for own, source, version in _entries(text):
        if own == name if source is None else _is_of(source, distribution):
            yield from _pin(file, distribution, version)
    for block in _blocks(text, rf'provider\s+"?{name}"?\s*'):
        yield from _pin(file, distribution, _set(block, "version"))


def _is_of(source: str, distribution: str) -> bool:
    """It is the distribution, of whatever registry."""
    return f"/{source}".endswith(f"/{distribution}")


def _entries(text: str) -> Iterator[tuple[str, str | None, str | None]]:
    """The entries of `required_providers`: name, source and version."""
    for block in _blocks(text, r"required_providers\s*"):
        for entry in re.finditer(r"^\s*([\w-]+)\s*=\s*(?:\{([^{}]*)\}|\"([^\"]*)\")", block, re.MULTILINE):
            name, fields, version = entry.groups()
            yield (name, None, version) if fields is None else (name, _set(fields, "source"), _set(fields, "version"))


def _pin(file: str, distribution: str, version: str | None) -> Iterator[Pin]:
    if version is not None:
        yield from pin(file, distribution, f" {version}", ranges.terraform(version))


def _set(block: str, name: str) -> str | None:
    found = re.search(rf'(?:^|[\s,{{]){name}\s*=\s*"([^"]*)"', block)
    return found[1] if found else None


def _blocks(text: str, head: str) -> Iterator[str]:
    """The bodies of blocks with this head, including nested blocks."""
    for found in re.finditer(rf"^[ \t]*(?:terraform\s*\{{\s*)?{head}(?:=\s*)?\{{", text, re.MULTILINE):
        depth, at = 1, found.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield text[found.end() : at - 1]
