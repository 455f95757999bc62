"""For whoever writes rules: a new one with its cases, and the test of all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from keyword import iskeyword
from pathlib import Path

from iacfix.commands.terminal import DONE, REMAINS, Terminal, note, print_done, write_lines
from iacfix.errors import RuleError, UsageError
from iacfix.files.discovery import find_root, must_be_an_output
from iacfix.files.output import utf8, write_files
from iacfix.files.rule_folders import CASES, rule_folder
from iacfix.files.settings import SettingsOverrides, did_you_mean, settings_in
from iacfix.registry import packs, rule_ids
from iacfix.rule_folders import CODE, DECLARED, ID, RuleFolder, use

USUAL = "tools/rules"


def test(path: str | None, given: SettingsOverrides, terminal: Terminal) -> int:
    """Try the rules of a folder, or one of them, with their cases; those of the settings where none is named."""
    from iacfix.rule_cases.runner import strays, tried

    failed = count = rules = 0
    for folder, ids in _chosen_folders(path, given):
        use(folder)
        cases = Path(folder.path) / CASES
        wrong = list(strays(folder.ids, cases)) if ids == folder.ids else []
        for each in tried(ids, cases):
            rules += 1
            count += each.cases
            wrong += each.failures
        for failure in wrong:
            place = os.path.relpath(failure.path)
            at = place if failure.line is None else f"{place}:{failure.line}"
            write_lines([f"{at}: {failure.what}", *(f"    {line}" for line in failure.lines)])
        failed += len(wrong)
    if not terminal.quiet:
        said = _number(failed, "failure") if failed else "no failure"
        note(f"{_number(count, 'case')} of {_number(rules, 'rule')}: {said}")
    return REMAINS if failed else DONE


def _chosen_folders(path: str | None, given: SettingsOverrides) -> Iterator[tuple[RuleFolder, frozenset[str]]]:
    """Folders of rules, and which of their rules. Whoever names one has its code run."""
    if path is None:
        folders = settings_in(Path.cwd(), find_root(Path.cwd()), rule_ids(), given).packs
        if not folders:
            raise UsageError("no settings here name packs; name a folder with rules, or see iacfix new-rule")
        yield from ((folder, folder.ids) for folder in folders)
        return
    place = Path(path)
    try:
        if place.is_dir():
            folder = rule_folder(place)
            ids = folder.ids
        else:
            folder = rule_folder(place.parent.parent if place.parent.name == CASES else place.parent)
            ids = folder.ids & {place.stem.replace("_", "-")}
    except OSError as error:
        raise UsageError(
            f"cannot be read ({error.strerror}); name a folder of rules, or one of its files", path=path
        ) from None
    if not ids:
        raise UsageError(f"there is no rule; each is a file that ends in {DECLARED} or {CODE}", path=path)
    if both := folder.ids & rule_ids():
        raise RuleError(f"has a rule {min(both)}, and so has another pack; rename it", path=path)
    yield folder, ids


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class NewRule:
    """A rule to begin with: resources of a type that do not set an input, which is reported."""

    id: str
    type: str
    input: str
    in_python: bool

    @property
    def thing(self) -> str:
        """The resource in words."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.type.rpartition(".")[2]).lower()


def new_rule(new: NewRule, folder: str | None, given: SettingsOverrides, terminal: Terminal) -> int:
    """Write a rule and its cases, which pass as they are; what is there already stays."""
    _must_be_right(new)
    root = find_root(Path.cwd())
    looking = replace(given, allow_packs=True)  # nothing of them runs
    named = settings_in(Path.cwd(), root, rule_ids(), looking).packs
    place = Path(folder) if folder else Path(named[0].path if named else root / USUAL)
    stem = new.id.replace("-", "_")
    rule = place / (f"{stem}{CODE}" if new.in_python else f"{new.id}{DECLARED}")
    files = {rule: _python(new) if new.in_python else _declared(new), place / CASES / f"{new.id}.md": _cases(new)}
    for other in (place / f"{stem}{CODE}", place / f"{stem}{DECLARED}", place / f"{new.id}{DECLARED}", *files):
        if other.exists() or other.is_symlink():
            raise UsageError("is there already; choose another name", path=os.path.relpath(other))
    for path in files:
        must_be_an_output(path)
    write_files((path, utf8(text)) for path, text in files.items())
    for path in files:
        print_done(f"wrote {os.path.relpath(path)}", terminal)
    if os.path.realpath(place) not in [each.path for each in named]:
        note(f'add packs = ["{os.path.relpath(place, root)}"] to the settings to use it')
    note(f"iacfix test {os.path.relpath(rule)} runs its cases")
    return DONE


def _must_be_right(new: NewRule) -> None:
    if not ID.fullmatch(new.id):
        raise UsageError(f"'{new.id}' is not a valid name; use lower-case letters, digits and dashes: unset-input")
    if new.id in rule_ids():
        raise UsageError(f"there is a rule {new.id} already; choose another name")
    schemas = [(pack.provider.schema, major) for pack in packs() for major in pack.provider.majors]
    known = [(schema, major) for schema, major in schemas if schema is not None]
    if known and not any(schema.has(new.type, (), major) for schema, major in known):
        raise UsageError(f"no provider has the type {new.type}; use the schema's name, package.module.Class")
    if known and not any(schema.has(new.type, (new.input,), major) for schema, major in known):
        names = {name for schema, major in known for name in schema.inputs(new.type, (), major)}
        raise UsageError(f"{new.type} has no input {new.input}{did_you_mean(new.input, names)}")


def _declared(new: NewRule) -> str:
    return f"""\
title: {new.thing.capitalize()} that does not set {new.input}
why: Say what goes wrong, and what it costs.
severity: medium
type: {new.type}
when:
  {new.input}: missing
message: {new.thing} {{label}} does not set {new.input}
reason: {REASON}
# set:
#   {new.input}: VALUE
"""


def _python(new: NewRule) -> str:
    name = new.type.rpartition(".")[2]
    return f'''\
"""{new.thing.capitalize()} that does not set {new.input}.

*Why* Say what goes wrong, and what it costs.
"""

from collections.abc import Iterator

from iacfix.model import Program
from iacfix.rule import Finding, rule


@rule(severity="medium", category="Own rules", service="{new.type.rpartition(".")[0]}", triggers=("{name}",))
def {new.id.replace("-", "_")}(program: Program) -> Iterator[Finding]:
    for found in program.resources("{new.type}"):
        if found.args.lacks("{new.input}"):
            message = f"{new.thing} {{found.label}} does not set {new.input}"
            yield Finding(found, message, reason="{REASON}")
'''


REASON = "say what a person has to decide, or give a fix with set instead"


def _cases(new: NewRule) -> str:
    """Left alone and reported, in both languages."""
    package, *path = new.type.split(".")
    provider = next((pack.provider for pack in packs() if pack.provider.name == package), packs()[0].provider)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", new.input).lower()
    typed = ".".join([package, *(f"{each}_" if iskeyword(each) else each for each in path)])
    python, typescript = (
        f"import {provider.packages['python']} as {package}\n\n",
        f'import * as {package} from "{provider.packages["typescript"]}";\n\n',
    )
    return f"""\
# {new.id}

## {new.input} is set

```py
{python}{typed}("one", {snake}=given)
```

```ts
{typescript}new {new.type}("one", {{ {new.input}: given }});
```

## {new.input} is not set

reason: {REASON}

```py
{python}{typed}("one")
```

```ts
{typescript}new {new.type}("one", {{}});
```
"""
