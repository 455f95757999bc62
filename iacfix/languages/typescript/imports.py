"""How a name of another package is reached from this file, and the imports that new code still needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.lines import line_end
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.bindings import Binding, address_of, is_address, is_of_types, required
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.read import TypeScriptProgram

PULUMI = "@pulumi/pulumi"


@dataclass
class Imports:
    """The imports of a program, and what has to be added to them."""

    program: TypeScriptProgram
    members: dict[Node, list[str]] = field(default_factory=dict[Node, list[str]])
    lines: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What new lines import, by package: these names, or the whole package where there are none."""
    attribution: Attribution = field(default_factory=Attribution)
    _gone: list[Binding] = field(default_factory=list[Binding])
    _taken: dict[str, str] = field(default_factory=dict[str, str])
    """What imports take in place of what is gone, and its name."""

    def spelled(self, package: str, path: str, *, is_type: bool = False) -> str:
        """The code for `path` of a package, as a value unless it `is_type`; extends an import where nothing reaches it
        yet."""
        wanted, head = f"{package}.{path}", path.partition(".")[0]
        for taken, name in self._taken.items():
            if wanted.startswith(f"{taken}."):
                return name + wanted.removeprefix(taken)
        imports = [bound for bound in self.program.names.imports(types=is_type) if bound not in self._gone]
        known = [(bound.target.text, self.program.provider_names.leads_to(bound.imported or "")) for bound in imports]
        for local, name in known:
            if name == package:
                return f"{local}.{path}"
        for local, name in known:
            if name == wanted or wanted.startswith(f"{name}."):
                return local + wanted.removeprefix(name)
        listed = self._listed(package)
        if listed is None:
            return self._imported(package, path)
        names = self.members.setdefault(listed, [])
        self.attribution.record((listed, head))
        if head not in names:
            self._check_free(head)
            names.append(head)
        return path

    def take(self, bound: Binding, module: str, name: str) -> str:
        """An import takes a module by its name, in place of what it took, which nothing needs any more."""
        self._gone.append(bound)
        self._taken[module] = name
        return name

    def takes(self, module: str) -> bool:
        """The file imports a module, as a value, or will."""
        return any(bound.imported == module for bound in self.program.names.imports()) or module in self._taken

    def _imported(self, package: str, path: str) -> str:
        """A new import: Pulumi's own package as a whole where its name is free, of another the one name."""
        head = path.partition(".")[0]
        if self._is_local(package):
            raise CannotFix(reasons.IMPORTED_IN_FUNCTION.of(package=package))
        if package == PULUMI and (self.lines.get(PULUMI) == [] or self.is_free("pulumi")):
            self.lines[PULUMI] = []
            self.attribution.record((PULUMI, ""))
            return f"pulumi.{path}"
        names = self.lines.setdefault(package, [])
        self.attribution.record((package, head))
        if head not in names:
            self._check_free(head)
            names.append(head)
        return path

    def _is_local(self, package: str) -> bool:
        """The file imports the package, or a part of it, where it is needed, and nowhere for the whole file."""
        names = self.program.names
        mine = [bound for bound in names.all_bindings() if f"{bound.imported}.".startswith(f"{package}.")]
        return any(not bound.is_type for bound in mine) and not any(bound in mine for bound in names.imports())

    def is_free(self, name: str) -> bool:
        return not self.program.names.is_used(name, self.program.root)

    def _check_free(self, name: str) -> None:
        if any(bound.is_type for bound in self.program.names.lookup_inside(name, self.program.root)):
            raise CannotFix(reasons.IMPORTED_AS_TYPE.of(name=name))
        if not self.is_free(name):
            raise CannotFix(reasons.NAME_TAKEN.of(name=name))

    def _listed(self, package: str) -> Node | None:
        """The names in brackets that are taken from a package, by an import of values or by `require`."""
        for statement in self._statements():
            source, names = statement.child_by_field_name("source"), statement.inside("named_imports")
            if source is None or not names or is_of_types(statement):
                continue
            if source.text[1:-1] in (package, self._address(package)):
                return names[0]
        for declared in self.program.root.inside("variable_declarator") if self._required() else []:
            name, value = declared.child_by_field_name("name"), declared.child_by_field_name("value")
            if name is None or value is None or required(value) != package or name.type != "object_pattern":
                continue
            if self.program.statement(declared) in self._required() and not name.inside("rest_pattern"):
                return name
        return None

    def _statements(self) -> list[Node]:
        return [node for node in self.program.root.entries if node.type == "import_statement"]

    def _sources(self) -> Iterator[str]:
        """What the file's imports name."""
        for statement in self._statements():
            source = statement.child_by_field_name("source")
            yield from [source.text[1:-1]] if source is not None else []

    def _address(self, package: str) -> str | None:
        """The address by which the file imports a package, or a part of it."""
        found = (address for source in self._sources() if (address := address_of(source, package)) is not None)
        return next(found, None)

    def _required(self) -> list[Node]:
        """The statements at the head of the file that call `require` or await an import."""
        return [node for node in self.program.importing if node.type != "import_statement"]

    def splices(self) -> Iterator[Splice]:
        """The imports that are still missing."""
        newline = "\r\n" if "\r\n" in self.program.text else "\n"
        data = self.program.data
        for node, names in self.members.items():
            bracket = layout.read(node)
            places: dict[int, list[str]] = {}
            for name in sorted(names):
                places.setdefault(_behind([_listed_name(item) for item in bracket.items], name), []).append(name)
            for after, group in places.items():
                asked = self.attribution.of(*((node, name) for name in group))
                yield from (
                    each.attributed_to(asked) for each in layout.inserted(data, bracket, after, group, "  ", newline)
                )
        statements = self._statements() or self._required()
        if self.lines and not statements:
            raise CannotFix(reasons.NO_IMPORTS)
        for package, names in self.lines.items():
            last, address = statements[-1], self._address(package) or package
            if address == package and any(map(is_address, self._sources())):
                raise CannotFix(reasons.IMPORTED_BY_ADDRESS.of(package=package))
            source = next((node.text for node in last.inside("string")), '"')
            end = ";" if last.text.endswith(";") else ""
            at = line_end(data, last.end_byte)
            line = self._line(names, f"{source[0]}{address}{source[0]}", last)
            asked = self.attribution.of(*((package, name) for name in names or [""]))
            yield Splice(at, at, f"{newline}{line}{end}").attributed_to(asked)

    def _line(self, names: list[str], source: str, like: Node) -> str:
        """A new import, as the last one is written; of the whole package, as others of Pulumi's are."""
        taken = f"{{ {', '.join(sorted(names))} }}"
        if like.type != "import_statement":
            if like.inside("await_expression"):
                raise CannotFix(reasons.AWAITED_IMPORTS.of(package=source[1:-1]))
            return f"const {taken if names else 'pulumi'} = require({source})"
        whole = "pulumi" if any(map(_is_default, self._statements())) else "* as pulumi"
        return f"import {taken if names else whole} from {source}"


def _is_default(statement: Node) -> bool:
    """The default export of one of Pulumi's packages is imported, which is the package in an ES module."""
    source = statement.child_by_field_name("source")
    clauses = [child for child in statement.entries if child.type == "import_clause"]
    is_whole = bool(clauses) and clauses[0].entries[0].type == "identifier" and not is_of_types(statement)
    return is_whole and source is not None and source.text[1:-1].startswith(("@pulumi/", "npm:@pulumi/"))


def _listed_name(node: Node) -> str:
    """A name in the brackets of an import as lists of them are sorted."""
    return node.text.removeprefix("type ")


def _behind(listed: list[str], name: str) -> int:
    """The index of the name that a new one goes behind: in its order where there is one, else at the end."""
    ordered = listed == sorted(listed, key=str.lower)
    index = len(listed)
    while index and listed[index - 1].lower() > name.lower() and (ordered or listed[index - 1].startswith("get")):
        index -= 1
    return index - 1
