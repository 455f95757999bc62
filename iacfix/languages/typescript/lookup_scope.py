"""Which provider a lookup asks, and where in the program a new one belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.lines import line_end
from iacfix.languages.shared.lookups import Context, context_below, context_by, context_of
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.known_lookups import (
    Form,
    KnownLookups,
    extends_component,
    is_constructor,
    is_method,
    own_method,
)
from iacfix.languages.typescript.output_positions import given_to
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, is_static
from iacfix.model import Fields, Resource, Value

DECLARATIONS = frozenset({"lexical_declaration", "export_statement", "expression_statement"})
NAMED = re.compile(r"(?P<root>[\w$]+)(?P<member>!?\.[\w$]+|\?\.[\w$]+)*!?")


@dataclass(frozen=True)
class LookupScopes:
    """Judges where lookups of one program belong."""

    program: TypeScriptProgram

    def context(self, host: Resource | None, at: Node) -> Context:
        """Whom to ask for a resource, or for code that belongs to none."""
        return context_of(self.program, host) if host is not None else self._around(at)

    def _around(self, at: Node) -> Context:
        """Code that belongs to no resource asks the component it is given to, else the one it is written in, if any."""
        calls = (node for node in at.ancestors() if node.type == "call_expression")
        invoked = next((call for call in calls if self.program.function_of(call) is not None), None)
        if invoked is not None and (options := arguments(invoked)[1:2]):
            return context_by(self.program, self.program.options(options[0]))
        call = given_to(self.program, at)
        return self.beside(call) if call is not None else self._inside(at)

    def _inside(self, at: Node) -> Context:
        """The component that code is written in, if any."""
        owner = self.program.names.owner(at)
        if owner is None or not extends_component(owner):
            return Context()
        if (method := own_method(at)) is not None and is_static(method):
            raise CannotFix(reasons.STATIC_METHOD)
        return Context("parent", "this")

    def beside(self, call: Node) -> Context:
        """Whom a call asks that makes something of a package beside the provider's."""
        given = arguments(call)[2:3]
        options = self.program.options(given[0]) if given else None
        if self.program.package.is_made_by(self.program.qualified(call.child_by_field_name("constructor")) or ""):
            if self._names_another(options):
                raise CannotFix(reasons.PROVIDER_OF_OTHER_PACKAGE)
            return context_by(self.program, options)
        return context_below(self.program, options) or self._inside(call)

    def _names_another(self, options: Value | None) -> bool:
        """The provider that options name is made by another package's class."""
        given = options.get("provider") if isinstance(options, Fields) else None
        made = self.program.definitions.of(given.place) if given is not None else None
        own = f"{self.program.package.name}.Provider"
        return made is not None and made.type == "new_expression" and self.program.type_of(made) != own

    def site(self, context: Context, at: Node) -> Node:
        """Where a new lookup belongs: a block, or the declaration of the provider that it has to stand behind."""
        if context == Context():
            if self._is_in_component(at):
                raise CannotFix(reasons.PARENT_LEFT_OUT)
            return self._module(at)
        named = NAMED.fullmatch(context.code)
        if named is None:
            raise CannotFix(reasons.PROVIDER_EXPRESSION.of(code=context.code))
        if named["root"] != "this":
            return self._site_of_name(named["root"], context, at)
        own = _with_this(at)
        setter = self._setter(context, own) if own is not None and named["member"] else None
        return self._behind(setter) if setter is not None else _block(own)

    def _setter(self, context: Context, function: Node) -> Node | None:
        """The statement of the function that sets a field of `this`; None where it is set before the function runs."""
        owner = self.program.names.owner(function)
        setters = [
            node
            for node in (owner.inside("assignment_expression") if owner is not None else [])
            if node.entries[0].text == context.code
        ]
        statements = [self.program.statement(node) for node in setters if function in node.ancestors()]
        if len(statements) > 1 or any(
            statement.parent != function.child_by_field_name("body") for statement in statements
        ):
            raise CannotFix(reasons.SET_UNDER_CONDITION.of(name=context.code))
        if statements or not setters:
            return statements[0] if statements else None
        methods = [method for method in map(own_method, setters) if method is not None]
        if not any(is_constructor(method) for method in methods):
            raise CannotFix(reasons.SET_BY_OTHER_METHOD.of(name=context.code))
        return None

    def _site_of_name(self, root: str, context: Context, at: Node) -> Node:
        bound = self.program.names.lookup(root, at)
        found = bound[0] if len(bound) == 1 else None
        if found is not None and found.kind == "import":
            return self._module(at)
        if found is not None and found.kind == "parameter":
            around = found.target.parent
            if f"{root}." in context.code and (around is None or _may_be_undefined(around)):
                raise CannotFix(reasons.MAY_BE_UNDEFINED.of(name=root))
            return _block(next(node for node in found.target.ancestors() if node.type in FUNCTIONS))
        statement = self.program.statement(found.target) if found is not None and found.kind == "const" else None
        if statement is None or statement.type not in DECLARATIONS:
            raise CannotFix(reasons.PROVIDER_DEFINED_LATER)
        if statement.parent is None or statement.parent.type not in ("program", "statement_block"):
            raise CannotFix(reasons.PROVIDER_DEFINED_LATER)
        return self._behind(statement)

    def _behind(self, statement: Node) -> Node:
        data = self.program.data
        behind = data[statement.end_byte : line_end(data, statement.end_byte)].strip()
        if behind and not behind.startswith(b"//"):
            raise CannotFix(reasons.PROVIDER_SHARES_LINE)
        return statement

    def neighbours(self, block: Node) -> list[Node]:
        """The lookups at the head of a block, where new ones go too."""
        statements = block.entries
        heads = [node for node in statements if node.type == "import_statement" or node.text.startswith("super(")]
        found = statements[statements.index(heads[-1]) + 1 :] if heads else statements
        return list(takewhile(self._is_lookup, found))

    def _is_lookup(self, statement: Node) -> bool:
        return statement.type == "lexical_declaration" and self.function_of(statement) != ""

    def function_of(self, statement: Node) -> str:
        """The function whose output a declaration holds as it is."""
        declared = statement.entries
        value = declared[0].child_by_field_name("value") if len(declared) == 1 else None
        is_call = value is not None and self.program.function_of(value) is not None
        found = KnownLookups(self.program).of(value) if is_call and value is not None else None
        return found.function if found is not None and found.form is Form.OUTPUT else ""

    def _module(self, at: Node) -> Node:
        if any(
            (bound.imported or "").startswith("@pulumi/pulumi.automation") for bound in self.program.names.imports()
        ):
            raise CannotFix(reasons.AUTOMATION_PROGRAM)
        imports = self.program.importing
        if imports and at.start_byte < imports[-1].end_byte:
            raise CannotFix(reasons.LOOKUP_TOO_EARLY)
        return self.program.root if self.program.deploys else self._of_library(at)

    @staticmethod
    def _of_library(at: Node) -> Node:
        """The function that a lookup of a module belongs in which others import, maybe where Pulumi does not run."""
        functions = [node for node in at.ancestors() if node.type in FUNCTIONS]
        if not functions:
            raise CannotFix(reasons.LIBRARY_FILE)
        return _block(functions[-1])

    def _is_in_component(self, at: Node) -> bool:
        owner = self.program.names.owner(at)
        return owner is not None and any(
            isinstance(resource.options, Fields)
            and resource.options.get("parent") is not None
            and self._context_or_none(resource) == Context("parent", "this")
            for resource in self.program.resources()
            if owner in resource.node.ancestors()
        )

    def _context_or_none(self, resource: Resource) -> Context | None:
        try:
            return context_of(self.program, resource)
        except CannotFix:
            return None


def _with_this(at: Node) -> Node | None:
    """The function whose `this` is meant at a place: not a plain one inside a method, whose own `this` is another."""
    functions = [node for node in at.ancestors() if node.type in FUNCTIONS]
    plain = [node for node in functions if node.type != "arrow_function"]
    own = (node for node in plain if is_method(node) or node.inside("this"))
    return next(own, None) or next(iter(plain or functions[-1:]), None)


def _block(function: Node | None) -> Node:
    if function is None:
        raise CannotFix(reasons.LOOKUP_IN_FIELD)
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        raise CannotFix(reasons.NO_BLOCK_FOR_LOOKUP)
    return body


def _may_be_undefined(parameter: Node) -> bool:
    kind = parameter.child_by_field_name("type")
    words = ("undefined", "null")
    return (
        parameter.type != "required_parameter"
        or parameter.child_by_field_name("value") is not None
        or (kind is not None and any(word in kind.text for word in words))
    )
