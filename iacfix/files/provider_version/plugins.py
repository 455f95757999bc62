"""Pins in Pulumi.yaml: plugins and packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iacfix.files.evidence import remembered
from iacfix.files.provider_version import ranges
from iacfix.files.provider_version.formats import Table, items, strings, table, text_of, yaml_of
from iacfix.files.provider_version.pins import Kind, Pin, Said, Written, pin
from iacfix.files.provider_version.ranges import Style
from iacfix.files.suffixes import PROJECT_FILES


def said_in(folder: Path, provider: str) -> Said:
    """The pins of the project file of a folder."""
    pins: list[Pin] = []
    unread: list[str] = []
    for file in PROJECT_FILES:
        try:
            pins += _pins(folder / file, _project(folder / file), provider)
        except ValueError as error:
            unread.append(f"{file} {error}")
    return Said(tuple(pins), tuple(unread))


def environments(folder: Path) -> tuple[str, ...]:
    """The virtual environments that the project file of a folder names."""
    names: list[str] = []
    for file in PROJECT_FILES:
        try:
            names += strings(table(table(_project(folder / file).get("runtime")).get("options")).get("virtualenv"))
        except ValueError:
            continue
    return tuple(names)


def pins_in(path: Path, text: str, provider: str) -> tuple[Pin, ...]:
    """The pins of a project file that has this text; raises ValueError where it is broken."""
    return tuple(_pins(path, yaml_of(text), provider))


def _pins(path: Path, project: Table, provider: str) -> Iterator[Pin]:
    for plugin in map(table, items(table(project.get("plugins")).get("providers"))):
        if plugin.get("name") == provider:
            yield from _pin(path, provider, plugin.get("version"))
    for name, package in table(project.get("packages")).items():
        source = package if isinstance(package, str) else str(table(package).get("source"))
        base, _, version = source.partition("@")
        if name == provider and base.rpartition("/")[2].removeprefix("pulumi-") == provider:
            yield from _pin(path, provider, table(package).get("version") or version)


def _pin(path: Path, provider: str, version: object) -> Iterator[Pin]:
    if isinstance(version, str) and version:
        place = Written(path, version, Style.EXACT)
        yield from pin(path.name, provider, f" {version}", ranges.exactly(version), Kind.ASKED, place)


@remembered()
def _project(path: Path) -> Table:
    text = text_of(path)
    return (
        {} if text is None or not ("plugins" in text or "packages" in text or "virtualenv" in text) else yaml_of(text)
    )
