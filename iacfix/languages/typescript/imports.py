"""How a name of another package is reached from this file, and the imports that new code still needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from iacfix.errors import CannotFix
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.names import text_of
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import entries, inside

PULUMI = "@pulumi/pulumi"


@dataclass
class Imports:
    """The imports of a program, and what has to be added to them."""

    program: TypeScriptProgram
    members: dict[int, tuple[Node, list[str]]] = field(default_factory=dict[int, tuple[Node, list[str]]])
    lines: dict[str, str] = field(default_factory=dict[str, str])
    """What to import, as written behind `import`, by package."""

    def spelled(self, package: str, path: str) -> str:
        """The code for `path` of a package; extends an import where nothing reaches it yet."""
        head = path.partition(".")[0]
        for bound in self.program.names.imports():
            if bound.imported == package:
                return f"{text_of(bound.target)}.{path}"
        for bound in self.program.names.imports():
            if bound.imported == f"{package}.{head}":
                return text_of(bound.target) + path.removeprefix(head)
        listed = self._listed(package)
        if listed is None:
            return self._imported(package, path)
        self._check_free(head)
        wanted = self.members.setdefault(listed.id, (listed, []))[1]
        if head not in wanted:
            wanted.append(head)
        return path

    def _imported(self, package: str, path: str) -> str:
        """A new import: Pulumi's own package as a whole, of another the one name."""
        head = path.partition(".")[0]
        if package != PULUMI:
            self._check_free(head)
            self.lines[package] = f"{{ {head} }}"
            return path
        if PULUMI not in self.lines:
            self._check_free("pulumi")
            self.lines[PULUMI] = "* as pulumi"
        return f"pulumi.{path}"

    def _check_free(self, name: str) -> None:
        if self.program.names.is_used(name, self.program.root):
            raise CannotFix(f"{name} is another name in this file")

    def _listed(self, package: str) -> Node | None:
        """The names in brackets that are imported from a package."""
        for statement in self._statements():
            source, names = statement.child_by_field_name("source"), inside(statement, "named_imports")
            is_type = text_of(statement).startswith("import type")
            if source is not None and text_of(source)[1:-1] == package and names and not is_type:
                return names[0]
        return None

    def _statements(self) -> list[Node]:
        return [node for node in entries(self.program.root) if node.type == "import_statement"]

    def splices(self) -> Iterator[Splice]:
        """The imports that are still missing."""
        newline = "\r\n" if "\r\n" in self.program.text else "\n"
        data = self.program.data
        for node, names in self.members.values():
            bracket = layout.read(node)
            places: dict[int, list[str]] = {}
            for name in sorted(names):
                places.setdefault(_behind([text_of(item) for item in bracket.items], name), []).append(name)
            for after, group in places.items():
                yield from layout.inserted(data, bracket, after, group, "  ", newline)
        statements = self._statements()
        if self.lines and not statements:
            raise CannotFix("there are no imports for another one to stand behind")
        for package, names in self.lines.items():
            last = statements[-1]
            source = text_of(last.child_by_field_name("source") or last)
            quote = source[0] if source[0] in "\"'" else '"'
            end = ";" if text_of(last).endswith(";") else ""
            at = layout.line_end(data, last.end_byte)
            yield Splice(at, at, f"{newline}import {names} from {quote}{package}{quote}{end}")


def _behind(listed: list[str], name: str) -> int:
    """The index of the name that a new one goes behind: in its order where there is one, else at the end."""
    ordered = listed == sorted(listed, key=str.lower)
    index = len(listed)
    while index and listed[index - 1].lower() > name.lower() and (ordered or listed[index - 1].startswith("get")):
        index -= 1
    return index - 1
