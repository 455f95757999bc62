"""Which major of the provider a program is written for, as the files around it pin it.

Read from the program up to the root of the repository. The nearest place that says something decides; one that leaves
several majors open (`>=6`) lets farther ones choose among these. In one folder everything is heard together: a lock or
an installation narrows the range beside it, and what cannot all be true is a contradiction that is told with the files.

| nearest first       | Python                                         | JavaScript and TypeScript                   |
|---------------------|------------------------------------------------|---------------------------------------------|
| the program itself  | a PEP 723 block, the lock beside the script    | `npm:` and `https:` specifiers              |
| promised            |                                                | peerDependencies that admit several majors  |
| installed           | .venv, venv, env                               | node_modules                                |
| locked              | uv, poetry, pdm, pylock, Pipfile, pixi, conda  | npm, yarn, pnpm, bun, deno: this program's  |
| overridden          | uv overrides and sources, pdm overrides        | overrides, resolutions, pnpm.overrides      |
| asked for           | requirements and constraints with what they    | dependencies, dev, optional and peer,       |
|                     | include, pyproject.toml, Pipfile, setup.py,    | catalogs, aliases, local folders, archives, |
|                     | setup.cfg, environment.yml, pixi.toml          | tags, deno.json                             |
| plugins, packages   | Pulumi.yaml                                    | Pulumi.yaml                                 |

A Terraform module is pinned by `required_providers` and .terraform.lock.hcl, its own and those of the folders above.

An override stands for what is asked for, not for what a lock says. No file is run, and none outside of the repository
is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from iacfix.files.evidence import remembered
from iacfix.files.provider_version import npm, plugins, python
from iacfix.files.provider_version.pins import Pin, Pinned, Said, nearest
from iacfix.files.provider_version.side import Side, up

__all__ = ["Pinned", "aliases", "imported", "pinned", "places"]

Place = tuple[Path, Said]
"""A folder and its pins."""


def pinned(
    program: Path,
    root: Path,
    distribution: str,
    provider: str,
    majors: tuple[int, ...],
    text: str = "",
    name: str | None = None,
) -> Pinned:
    """The majors that manifests allow for a program, which imports the distribution as `name`, else by its own name.

    `text` is the program's source.
    """
    if is_of_registry(distribution):
        return _terraform(program.parent, root, distribution, majors)
    if not distribution.startswith("@"):
        return _python(program, root, distribution, provider, majors, text)
    name = name or distribution
    return _npm(program.parent, root, distribution, provider, majors, name, npm.written_in(text, name))


def imported(folder: Path, root: Path, distribution: str, majors: tuple[int, ...], text: str) -> tuple[str, ...]:
    """The names by which a program of the folder imports the distribution, aliases first; none where it imports another
    one by these names."""
    if is_of_registry(distribution):
        from iacfix.files.provider_version.terraform import other_source

        if other_source(text, distribution) is not None:
            return ()
    names = [name for name in aliases(folder, root, distribution, majors) if _imports(text, name)]
    own = not names or _imports(text, distribution)
    return (*names, distribution) if own else tuple(names)


@remembered()
def aliases(folder: Path, root: Path, distribution: str, majors: tuple[int, ...]) -> Mapping[str, Pinned]:
    """Other names under which the programs of a folder can import the distribution, each with its own majors.

    `"aws6": "npm:@pulumi/aws@6"` in a package.json makes `aws6` such a name. Python has none.
    """
    if not distribution.startswith("@"):
        return {}
    return {
        name: nearest((said for _, said in npm.said_up(folder, root, distribution, name)), majors)
        for name in npm.aliases(folder, root, distribution)
    }


def _imports(text: str, name: str) -> bool:
    """The text imports the name, or a file below it."""
    return re.search(rf"""["'`](?:npm:/?)?{re.escape(name)}["'`@/]""", text) is not None


def places(program: Path, root: Path, distribution: str, provider: str, text: str) -> tuple[list[Place], list[Place]]:
    """The pins of the distribution in the program itself and in each folder above, the nearest first; and those of
    Pulumi's project files."""
    folder = program.parent
    projects = [(place, plugins.said_in(place, provider)) for place in up(folder, root)]
    if distribution.startswith("@"):
        own = Said(npm.written_in(text, distribution, program))
        return [(folder, own), *npm.said_up(folder, root, distribution, distribution)], projects
    wanted = python.canonical(distribution)
    block = python.said_by_program(Side(folder, root, wanted), program, text) if "# /// script" in text else Said()
    around = (
        (place, python.said_in(Side(place, root, wanted), plugins.environments(place))) for place in up(folder, root)
    )
    return [(folder, block), *around], projects


def is_of_registry(distribution: str) -> bool:
    """A provider of Terraform's registry, as `owner/name`."""
    return "/" in distribution and not distribution.startswith("@")


@remembered()
def _terraform(folder: Path, root: Path, distribution: str, majors: tuple[int, ...]) -> Pinned:
    from iacfix.files.provider_version.terraform import said_in  # with a reader of modules, which programs never need

    return nearest((said_in(place, distribution) for place in up(folder, root)), majors)


@remembered()
def _npm(
    folder: Path,
    root: Path,
    distribution: str,
    provider: str,
    majors: tuple[int, ...],
    name: str,
    written: tuple[Pin, ...],
) -> Pinned:
    places = [Said(written)]
    for place, said in npm.said_up(folder, root, distribution, name):
        places.append(said)
        # A plugin has one version, whatever names the program has for it.
        if name == distribution:
            places.append(plugins.said_in(place, provider))
    return nearest(places, majors)


def _python(program: Path, root: Path, distribution: str, provider: str, majors: tuple[int, ...], text: str) -> Pinned:
    folder, wanted = program.parent, python.canonical(distribution)
    own = python.said_by_program(Side(folder, root, wanted), program, text) if "# /// script" in text else Said()
    if own == Said():
        return _python_folders(folder, root, wanted, provider, majors)
    return nearest([own, *_python_places(folder, root, wanted, provider)], majors)


@remembered()
def _python_folders(folder: Path, root: Path, wanted: str, provider: str, majors: tuple[int, ...]) -> Pinned:
    return nearest(_python_places(folder, root, wanted, provider), majors)


def _python_places(folder: Path, root: Path, wanted: str, provider: str) -> Iterator[Said]:
    for place in up(folder, root):
        yield python.said_in(Side(place, root, wanted), plugins.environments(place))
        yield plugins.said_in(place, provider)
