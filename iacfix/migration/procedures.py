"""The steps of each procedure: commands, and the output to expect before the next step."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iacfix.migration.document import unread_of
from iacfix.migration.matching import Move
from iacfix.migration.plan import Migration, Procedure, named_itself, successor
from iacfix.reports.literal import code
from iacfix.reports.text import counted
from iacfix.result import CreationSite

BEFORE, AFTER = "state-before.json", "state-after.json"


NEEDS = {None: "3.98", Procedure.UPGRADE: "3.172", Procedure.IMPORT: "3.105", Procedure.RETAIN: "3.64"}
"""The Pulumi that each procedure needs: `up --refresh --run-program`, `import --preview-only`, marks of `[retain]`, and
names of their own in an import document."""
DEFAULTS = "usually an input that the program leaves at its default"
ABSENT = (
    "A resource that does not exist in the cloud cannot be imported: remove its entry from the document, and "
    "`pulumi up` creates it."
)


@dataclass(frozen=True)
class Stage:
    """One step: its purpose, its commands, the output to expect (`then`), and a list of `details`."""

    says: str
    commands: tuple[str, ...] = ()
    then: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shell:
    """Writes commands that run in `folder`; `file` is the import document."""

    folder: Path
    stack: str
    paths: tuple[Path, ...]
    file: Path | None = None
    major: int | None = None

    def pulumi(self, *words: str) -> str:
        return _joined("pulumi", *words, "--stack", self.stack)

    def apply(self, plan: Migration) -> str:
        unsafe = ["--unsafe-fixes"] if any(split.unsafe for split in plan.splits) else []
        rules = [word for rule in dict.fromkeys(split.rule for split in plan.splits) for word in ("--select", rule)]
        return _joined("iacfix", "apply", *unsafe, *rules, *self._major, "--", *self._given)

    def migrate(self, export: str) -> str:
        return _joined("iacfix", "migrate", "--stack-export", export, "-o", "migration", "--", *self._given)

    def imported(self, *words: str) -> str:
        file = self._from_here(self.file) if self.file else "import.json"
        return self.pulumi("import", "--file", file, "--generate-code=false", *words)

    @property
    def _major(self) -> list[str]:
        return ["--provider-version", str(self.major)] if self.major is not None else []

    @property
    def _given(self) -> list[str]:
        return [self._from_here(path) for path in self.paths]

    def _from_here(self, path: Path) -> str:
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


def _joined(*words: str) -> str:
    """A shell command on one line, whatever characters its words contain."""
    return " ".join(shlex.quote(word) if word.isprintable() else _in_ansi(word) for word in words)


def _in_ansi(word: str) -> str:
    """A word with unprintable characters in ANSI-C quoting of bash and zsh."""
    shown = (char if char.isprintable() else _bytes(char) for char in word.replace("\\", "\\\\").replace("'", "\\'"))
    return f"$'{''.join(shown)}'"


def _bytes(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))


def at(site: CreationSite) -> str:
    """A creation site as `path:line`."""
    return code(f"{site.path}:{site.line}")


def stages(plan: Migration, shell: Shell) -> Iterator[Stage]:
    yield Stage(
        "Back up the state.",
        (shell.pulumi("stack", "export", "--file", BEFORE),),
        f"{code(shell.pulumi('stack', 'import', '--file', BEFORE))} restores the state, but not the cloud.",
    )
    yield Stage(
        "Check that the stack matches the program. If this shows a change, deploy it, export the stack again and "
        "generate a new runbook.",
        (shell.pulumi("preview", "--expect-no-changes"),),
    )
    match plan.procedure:
        case None:
            yield from _split(plan, shell)
        case Procedure.UPGRADE:
            yield from _upgraded(plan, shell)
        case Procedure.IMPORT:
            yield from _imported(plan, shell)
        case Procedure.RETAIN:
            yield from _retained(plan, shell)


def _rewritten(plan: Migration, shell: Shell) -> Stage:
    is_unsafe = any(split.unsafe for split in plan.splits)
    said = "Some of the fixes are unsafe: read the notes under Resources first." if is_unsafe else ""
    return Stage("Rewrite the program.", (shell.apply(plan),), said)


def _split(plan: Migration, shell: Shell) -> Iterator[Stage]:
    count = sum(len(move.parts) for move in plan.moves)
    gaps = " It also shows what the rewrite adds for the resources under Migrate by hand." if plan.gaps else ""
    but = " except for the resources under Migrate by hand" if plan.gaps else ""
    unprotected = () if all(move.deployed.protected for move in plan.moves) else ("--protect=false",)
    yield _rewritten(plan, shell)
    yield Stage(
        "Preview the rewrite; nothing is deployed yet.",
        (shell.pulumi("preview"),),
        f"It must show {counted(count, 'resource')} to create, those under Resources, and nothing else: no update, no "
        f"replacement, no deletion, and the split resources unchanged.{gaps} If it shows anything else, revert the "
        "rewrite. That nothing else changes follows from the provider's source and has never been tried on a live "
        "stack: this preview has to prove it.",
    )
    yield Stage(
        "Deploy. Pulumi writes the settings again, as the program has them. This is the recommended way: no difference "
        "between the program and the cloud remains.",
        (shell.pulumi("up"),),
    )
    yield Stage(
        "Or, only if nothing may be written to the cloud, import the resources instead of the previous step:",
        (shell.imported(*unprotected), shell.pulumi("preview"), shell.pulumi("up")),
        f"{ABSENT} The preview must show nothing else to create{but}, and nothing to replace or delete. An update is a "
        f"difference between the program and the cloud, {DEFAULTS}: read it before `pulumi up` writes it. Whether any "
        "difference remains has never been tried on a live stack. Until the last command has run, nobody may deploy "
        "the program from before the rewrite: that would delete the imported resources, and the settings with them.",
    )


def _upgraded(plan: Migration, shell: Shell) -> Iterator[Stage]:
    assert plan.provider is not None
    assert plan.package is not None
    newest = plan.package.majors[-1]
    renamed = f" With it, {plan.package.imports.renamed}." if plan.package.imports.renamed else ""
    yield Stage(
        f"Require version {newest} of the provider {plan.provider.name} and install it "
        f"(now: {plan.provider.major}, {plan.provider.why}).{renamed} Do not split anything yet."
    )
    yield Stage(
        "Preview the upgrade; the new version has to refresh the state.",
        (shell.pulumi("preview", "--refresh", "--run-program"),),
        "It must show no replacement and no deletion. Read every update.",
    )
    yield Stage("Deploy it.", (shell.pulumi("up", "--refresh", "--run-program"),))
    yield Stage(
        "Export the new state and generate a new runbook. The split is a safe fix then, and the runbook has the rest.",
        (shell.pulumi("stack", "export", "--file", AFTER), shell.migrate(AFTER)),
    )


def _kept_away(plan: Migration) -> Iterator[Stage]:
    """The step that excludes manual cases from the rewrite."""
    sites = dict.fromkeys(at(gap.site) for gap in plan.gaps if gap.site)
    if sites:
        rules = ", ".join(dict.fromkeys(split.rule for split in plan.splits))
        yield Stage(
            "Exclude the resources under Migrate by hand from the rewrite: write the comment "
            f"`iacfix: ignore[{rules}]` on the line above {' and '.join(sites)}. Resources that are rewritten "
            "without a migration may be replaced.",
        )


def _imported(plan: Migration, shell: Shell) -> Iterator[Stage]:
    count = sum(len(move.new) for move in plan.moves)
    yield from _kept_away(plan)
    yield _rewritten(plan, shell)
    yield Stage(
        "Set `protect=True` (Python) or `protect: true` (TypeScript) in the options of what changes its class: "
        + ", ".join(dict.fromkeys(at(move.split.site) for move in plan.retyped))
        + " (lines before the rewrite). While both the program and the state have it, Pulumi refuses to replace them.",
    )
    if names := list(_names(plan)):
        yield Stage(
            "Write out the names that Pulumi generated, in place of a prefix if there is one. After an import Pulumi "
            "no longer knows that it generated them: without its name a resource would get a new one and be replaced.",
            details=tuple(names),
        )
    yield Stage(
        "Preview the import; it reads every resource and writes nothing.",
        (shell.imported("--preview-only"),),
        f"It must show {counted(count, 'resource')} to import and no error. {ABSENT} For any other error, revert "
        "the rewrite.",
    )
    yield Stage(
        "Remove the old entries from the state. The cloud is not changed. From here to the end of the next step nobody "
        "may deploy: the state does not have these resources in between, and Pulumi would create them again.",
        tuple(_out_of_the_state(plan.retyped, shell)),
        "If a command is refused because another resource depends on the entry, restore the state, revert the rewrite "
        "and choose another procedure.",
    )
    yield Stage("Import them under their new URNs. Pulumi protects them by default.", (shell.imported(),))
    yield Stage(
        "Preview, then deploy.",
        (shell.pulumi("preview"), shell.pulumi("up")),
        "The preview must not create what was imported, and must not replace or delete anything. An update is "
        f"a difference between the program and the cloud, {DEFAULTS}: read it before `pulumi up` writes it."
        f"{_unread(plan)}",
    )
    yield Stage(
        "Remove the `protect` options that you added, and deploy.",
        (shell.pulumi("preview"), shell.pulumi("up")),
        "The preview must show nothing to create, replace or delete.",
    )


def _names(plan: Migration) -> Iterator[str]:
    for move in plan.retyped:
        own = named_itself(move, plan.package.imports) if plan.package else None
        if own:
            place = f"{at(move.split.site)} before the rewrite"
            yield f"{code(move.deployed.urn.name)} ({place}): set the input `{own}` to {code(move.deployed.id)}"


def _out_of_the_state(moves: Sequence[Move], shell: Shell) -> Iterator[str]:
    for move in moves:
        if move.deployed.protected:
            yield shell.pulumi("state", "unprotect", str(move.deployed.urn))
        yield shell.pulumi("state", "delete", str(move.deployed.urn))


def _unread(plan: Migration) -> str:
    names = _unread_inputs(plan)
    if not names:
        return ""
    listed = " and ".join(names)
    return (
        f" The cloud does not return {listed}: the import document sets it from Pulumi 3.254 on, and with an older one "
        "it may show as an update here."
    )


def _unread_inputs(plan: Migration) -> list[str]:
    return sorted({name for move in plan.retyped for name in unread_of(move, plan.unread)})


def _retained(plan: Migration, shell: Shell) -> Iterator[Stage]:
    moves = plan.retyped
    count = sum(len(move.new) for move in plan.moves)
    places = ", ".join(at(move.split.site) for move in moves)
    yield from _kept_away(plan)
    yield Stage(
        "Before the rewrite, set the option `retain_on_delete=True` (Python) or `retainOnDelete: true` (TypeScript) on "
        f"{places}, remove the option `protect` there, and deploy.",
        (shell.pulumi("preview"), shell.pulumi("up"), shell.pulumi("stack", "export", "--file", AFTER)),
        f"The preview must show no replacement and no deletion. Then check {AFTER}: each old URN listed under "
        'Resources must have `"retainOnDelete": true`. Stop if one does not: Pulumi would delete that resource in the '
        "cloud together with its old entry in the state.",
    )
    yield _rewritten(plan, shell)
    yield Stage(
        "Edit the rewritten program (`import` is spelled `import_` in Python):",
        details=(*_by_hand(plan), *_left_out(plan)),
    )
    yield Stage(
        "Preview, then deploy.",
        (shell.pulumi("preview"), shell.pulumi("up")),
        f"The preview must show {counted(count, 'resource')} to import, {counted(len(moves), 'deletion')} "
        "(the old URNs), each marked `[retain]`, and nothing to create or replace. If it also shows an update of an "
        "imported resource, the program differs from the cloud; depending on its version, Pulumi fails the import or "
        "writes the difference.",
    )
    yield Stage(
        "Remove the `import` and `protect` options, add the inputs that were omitted, and deploy. Keep the new logical "
        "names and the names in the cloud.",
        (shell.pulumi("preview"), shell.pulumi("up")),
        "The preview must show no replacement and no deletion.",
    )


def _by_hand(plan: Migration) -> Iterator[str]:
    named_by = plan.package.imports.named_by if plan.package else dict[str, str]()
    for move in plan.moves:
        if move.retyped:
            own = named_by.get(move.split.site.type)
            named = (
                f"set the input `{own}` to {code(move.deployed.id)} (instead of a prefix, if there is one), "
                if own
                else ""
            )
            yield (
                f"{code(move.deployed.urn.name)} ({at(move.split.site)} before the rewrite): change the logical name "
                f"to {code(successor(move).name)}, {named}set the options `import` to {code(move.retyped.id)} and "
                "`protect` to true, and remove `retainOnDelete`; do not rename the resources added for it"
            )
        for part in move.parts:
            also = ", and remove `retainOnDelete`" if move.retyped else ""
            yield f"{code(part.urn.name)}: set the option `import` to {code(part.id)}{also}"


def _left_out(plan: Migration) -> Iterator[str]:
    for name in _unread_inputs(plan):
        yield f"omit `{name}` until the last step: the cloud does not return it, so the import would show a difference"
