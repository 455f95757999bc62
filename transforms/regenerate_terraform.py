"""Writes the tables of Terraform's own names anew: what three majors of its provider declare.

    npm pack @cdktf/provider-aws@15.0.0 @cdktf/provider-aws@20.1.0 @cdktn/provider-aws@25.7.0
    python transforms/regenerate_terraform.py 4=FOLDER 5=FOLDER 6=FOLDER     the unpacked packages

The packages hold the provider's schema as code of TypeScript, with every name as a module writes it: those of 4.67,
5.100 and 6.66. `_tables/terraform_declared.py` tells the format. Only source text is read, nothing is run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iacfix_aws._schema import type_of, types
from iacfix_aws._tables.terraform import EVERYWHERE, NUMBERING, WRITE_ONLY, named, spellings

TABLES = Path(__file__).parent / "iacfix_aws" / "_tables"
SOURCE = "data."

FUNCTION = re.compile(r"^function (\w+ToTerraform)\(struct\) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
RETURNED = re.compile(r"return \{\n(.*?)\n\s*\};", re.DOTALL)
ROW = re.compile(r"^\s+(\w+): (.*)$", re.MULTILINE)
STRUCT = re.compile(r"\b(\w+ToTerraform)\b")
TYPE = re.compile(r"extends cdkt[fn]\.Terraform(\w+) \{.*?terraformResourceType: '(\w+)'", re.DOTALL)
KINDS = {"Resource": "", "DataSource": "data.", "EphemeralResource": "ephemeral."}
READ = re.compile(r"Attribute\('(\w+)'\)|\(this, [\"'](\w+)[\"']")

Rows = Mapping[str, str]
"""Arguments, each with the function that writes it, which is that of its blocks where it has some."""


@dataclass(frozen=True)
class Declared:
    """A type of one version: its arguments, those of every kind of block, and what can be read of it."""

    arguments: Rows
    blocks: Mapping[str, Rows]
    read: frozenset[str]

    @property
    def paths(self) -> frozenset[str]:
        """Every argument, those of blocks by their paths."""
        return frozenset(self._below(self.arguments, "", ()))

    def _below(self, rows: Rows, around: str, above: tuple[str, ...]) -> Iterator[str]:
        for name, writer in rows.items():
            yield f"{around}{name}"
            if writer not in above:
                yield from self._below(self.blocks.get(writer, {}), f"{around}{name}.", (*above, writer))


def declared(package: Path) -> dict[str, Declared]:
    """Every type of a package; data sources begin with `data.`, and what is nothing but ephemeral with `ephemeral.`."""
    found: dict[str, Declared] = {}
    for index in sorted(package.glob("lib/*/index.js")):
        text = index.read_text(encoding="utf-8")
        if (made := TYPE.search(text)) is None or made[1] not in KINDS:
            continue
        files = [text, *(path.read_text(encoding="utf-8") for path in index.parent.glob("index-structs/*.js"))]
        blocks = {name: _rows(body) for each in files for name, body in FUNCTION.findall(each)}
        own = text[made.start() :]
        read = frozenset(first or second for first, second in READ.findall(own))
        found[f"{KINDS[made[1]]}{made[2]}"] = Declared(
            _rows(own[own.rindex("synthesizeAttributes() {") :]), blocks, read
        )
    return found


def _rows(body: str) -> Rows:
    returned = RETURNED.search(body)
    rows = ROW.findall(returned[1]) if returned is not None else []
    return {name: next(iter(STRUCT.findall(writer)), "") for name, writer in rows}


def sources(majors: Mapping[int, Mapping[str, Declared]]) -> Iterator[str]:
    """A line for each data source: its arguments, and behind the semicolon what can only be read."""
    for name in sorted({name for found in majors.values() for name in found if name.startswith(SOURCE)}):
        mine = {major: found[name] for major, found in majors.items() if name in found}
        arguments = {major: each.paths for major, each in mine.items()}
        read = {major: each.read - each.paths for major, each in mine.items()}
        yield " ".join((name.removeprefix(SOURCE), *_told(arguments), ";", *_told(read)))


def _told(names: Mapping[int, Iterable[str]]) -> list[str]:
    """Each name, with the majors that have it where others have the data source, too."""
    every = sorted({name for each in names.values() for name in each})
    told = {name: "".join(str(major) for major, each in names.items() if name in each) for name in every}
    return [name if len(told[name]) == len(names) else f"{name}:{told[name]}" for name in every]


def names(majors: Mapping[int, Mapping[str, Declared]], told: Iterable[str]) -> Iterator[str]:
    """Every resource and data source, with the majors that have it where that is not all; those of later versions stay
    as the table tells them already."""
    known = {major: {name for name in found if not name.startswith("ephemeral.")} for major, found in majors.items()}
    newest, every = max(majors), set[str]().union(*known.values())
    later = {
        name for name, *_ in map(str.split, told) if name not in every and f"ephemeral.{name}" not in majors[newest]
    }
    known[newest] |= later
    for name in sorted(every | later):
        mine = "".join(str(major) for major, found in known.items() if name in found)
        yield name if len(mine) == len(majors) else f"{name} {mine}"


def changes(old: Mapping[str, Declared], new: Mapping[str, Declared]) -> Iterator[str]:
    """Arguments that only one of the majors 4 and 5 has, of resources that both have, and what only 4 can read of."""
    for name in sorted(old.keys() & new.keys()):
        if "." in name:
            continue
        before, after = old[name].paths, new[name].paths
        gone, come = _outermost(before, after), _outermost(after, before)
        read = (old[name].read - new[name].read) - gone
        for sign, paths in (("-", gone), ("+", come), ("=", read)):
            yield from (f"{name}.{path} {sign}" for path in sorted(paths - EVERYWHERE))


def _outermost(paths: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Those that the others do not have, in blocks that they have and tell the arguments of: the packages do not tell
    all that is nested deep."""
    told = {path.rpartition(".")[0] for path in others}
    return frozenset(path for path in paths - others if path.rpartition(".")[0] in told)


def classes(majors: Mapping[int, Mapping[str, Declared]]) -> Iterator[str]:
    """The class of the schema for each resource whose name does not tell it: the one that no name tells, with the same
    arguments and outputs; of several, the one whose name ends the resource's."""
    found: dict[str, set[str]] = {}
    for number, each in majors.items():
        facts = NUMBERING[number]
        resources = {name: one for name, one in each.items() if "." not in name}
        told = {name for name in resources if type_of(named(name, facts), facts) is not None}
        free = [type for type in types(facts) if type not in {named(name, facts) for name in told}]
        for name in resources.keys() - told:
            fitting = [type for type in free if _fits(resources[name].read, type, facts)]
            if len(fitting) > 1:
                fitting = _ending(name, fitting)
            if len(fitting) == 1:
                found.setdefault(name, set()).add(fitting[0])
    yield from (f"{name} {type}" for name, (type, *others) in sorted(found.items()) if not others)


def _fits(read: frozenset[str], type: str, facts: int) -> bool:
    """The class has what can be read of a resource, and nothing else."""
    made = type_of(type, facts)
    left = set[str]() if made is None else {*made.inputs, *made.outputs}
    for name in read - EVERYWHERE:
        same = next((key for key in spellings(name) if key in left), None)
        if same is None and not name.endswith(WRITE_ONLY):
            return False
        left -= {same or ""}
    return made is not None and not left - {"id", "tagsAll", "timeouts"}


def _ending(name: str, fitting: list[str]) -> list[str]:
    whole = name.replace("_", "")
    return sorted(
        (type for type in fitting if whole.endswith(type.rpartition(".")[2].lower())),
        key=lambda type: len(type.rpartition(".")[2]),
    )[-1:]


def main() -> None:
    folders = dict(each.split("=", 1) for each in sys.argv[1:])
    majors = {int(major): declared(Path(folder)) for major, folder in sorted(folders.items())}
    told = (TABLES / "terraform_types.txt").read_text(encoding="utf-8").splitlines()
    tables = {
        "changes": changes(majors[4], majors[5]),
        "classes": classes(majors),
        "sources": sources(majors),
        "types": names(majors, told),
    }
    for name, lines in tables.items():
        written = "".join(f"{line}\n" for line in lines)
        (TABLES / f"terraform_{name}.txt").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
