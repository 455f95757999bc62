"""What binds names in a TypeScript file: imports, declarations, parameters, functions and classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.tree import unwrapped

ENDING = re.compile(r"\.[cm]?[jt]s$")
ADDRESS = re.compile(r"^(?:npm:/?|https://(?:esm\.sh|unpkg\.com|cdn\.jsdelivr\.net/npm|cdn\.skypack\.dev)/)")
"""What stands before a package's name where it is imported by an address, as Deno does."""
VERSION = re.compile("@.*")
BINDING = (
    "import_statement",
    "variable_declarator",
    "import_alias",
    "required_parameter",
    "optional_parameter",
    "arrow_function",
    "for_in_statement",
    "catch_clause",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "enum_declaration",
    "abstract_class_declaration",
)
PATTERNS = frozenset({"array_pattern", "object_pattern", "pair_pattern", "rest_pattern", "assignment_pattern"})


@dataclass(frozen=True)
class Binding:
    """One thing that binds a name: `target` is its identifier, `value` the expression of a plain `const x = value`,
    `imported` the dotted name of an import; it is the member at the end of a `path` of a `source`. What `is_type` names
    no value: the import is gone when the program runs."""

    target: Node
    kind: str
    value: Node | None = None
    imported: str | None = None
    source: Node | None = None
    path: tuple[str, ...] = ()
    is_type: bool = False


def uncommented(node: Node) -> str:
    """A name, or an access by names, as it is written once more: comments between its parts stay where they are."""
    if not node.inside("comment"):
        return node.text
    code, end = "", node.start_byte
    for leaf in _leaves(node):
        if leaf.type == "comment":
            continue
        text = leaf.text
        code += " " if leaf.start_byte > end and code[-1:].isidentifier() and text[:1].isidentifier() else ""
        code, end = code + text, leaf.end_byte
    return code


def _leaves(node: Node) -> Iterator[Node]:
    """What has no parts, dots and brackets among it."""
    parts = node.children
    if not parts:
        yield node
    for part in parts:
        yield from _leaves(part)


def bindings(root: Node) -> Iterator[Binding]:
    for node in root.inside(*BINDING):
        match node.type:
            case "import_statement":
                yield from _imports(node)
            case "variable_declarator":
                yield from _declared(node)
            case "import_alias":
                yield Binding(node.entries[0], "const", source=node.entries[-1])
            case "required_parameter" | "optional_parameter":
                yield from _typed(node) or _parameters(node.child_by_field_name("pattern"))
            case "arrow_function":
                yield from _parameters(node.child_by_field_name("parameter"))
            case "for_in_statement":
                yield from (Binding(target, "loop") for target in _targets(node.child_by_field_name("left")))
            case "catch_clause":
                yield from (Binding(target, "parameter") for target in _targets(node.child_by_field_name("parameter")))
            case "function_declaration" | "generator_function_declaration":
                yield from (
                    Binding(name, "function") for name in [node.child_by_field_name("name")] if name is not None
                )
            case "class_declaration" | "enum_declaration" | "abstract_class_declaration":
                yield from (Binding(name, "class") for name in _name(node))
            case _:
                pass


def _name(node: Node) -> list[Node]:
    name = node.child_by_field_name("name")
    return [name] if name is not None else []


def _declared(node: Node) -> Iterator[Binding]:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    keyword = node.parent.children[0].text if node.parent is not None else "const"
    module = required(value) if value is not None else None
    if name is not None and name.type == "identifier":
        yield Binding(name, keyword, value, module, value)
    elif name is not None:
        yield from _destructured(name, module, keyword, value)


def _typed(node: Node) -> list[Binding]:
    """A parameter that is said to be a package: `cloud: typeof import("@pulumi/cloud")`, `c: typeof cloud`."""
    pattern, kind = node.child_by_field_name("pattern"), node.child_by_field_name("type")
    asked = kind.entries[0] if kind is not None and kind.entries else None
    if pattern is None or pattern.type != "identifier" or asked is None or asked.type != "type_query":
        return []
    path: list[str] = []
    root = of = asked.entries[0]
    while root.type == "member_expression":
        path.insert(0, root.entries[-1].text)
        root = root.entries[0]
    if root.type == "call_expression":
        module = loaded(root, "import")
        return [Binding(pattern, "import", imported=dotted(module, path))] if module is not None else []
    return [] if root.text == pattern.text else [Binding(pattern, "parameter", source=of)]


def _parameters(pattern: Node | None) -> Iterator[Binding]:
    """A parameter's names; that of the callback of `import("...").then` is the package."""
    module = _promised(pattern) if pattern is not None else None
    if pattern is None or module is None:
        yield from (Binding(target, "parameter") for target in _targets(pattern))
    elif pattern.type == "identifier":
        yield Binding(pattern, "import", imported=module)
    else:
        yield from _destructured(pattern, module, "parameter", None)


def _destructured(pattern: Node, module: str | None, kind: str, source: Node | None) -> Iterator[Binding]:
    for target, path in _taken(pattern, ()):
        whole = dotted(module, path) if module is not None and path else None
        yield Binding(target, "import" if whole else kind, None, whole, source if path else None, path)


def required(value: Node) -> str | None:
    """The module, or what is taken of it, of `require("...")` and `await import("...")`."""
    value = unwrapped(value)
    if value.type == "member_expression":
        head = required(value.entries[0])
        return dotted(head, [value.entries[-1].text]) if head is not None else None
    if value.type == "await_expression":
        return loaded(value.entries[0], "import")
    return loaded(value, "require")


def loaded(call: Node, function: str) -> str | None:
    """The module that a call of `require` or `import` names."""
    func, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    names = given.entries if given is not None else []
    if call.type != "call_expression" or func is None or _word(func) != function or not names:
        return None
    return module_of(names[0].text[1:-1]) if names[0].type == "string" else None


def _word(node: Node) -> str:
    """The text of a name; empty for what has parts, as the text of each link of a chain is all that stands before."""
    return node.text if not node.named_children else ""


def computed_module(call: Node) -> str | None:
    """The package of a call of `require` or `import` whose module is computed: `@pulumi/cloud/${name}`."""
    func, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    text = given.entries[0] if given is not None and given.entries else None
    while text is not None and text.type == "binary_expression":
        text = text.entries[0]
    is_computed = (
        text is not None and given is not None and (text.type == "template_string" or text != given.entries[0])
    )
    if func is None or _word(func) not in ("require", "import") or text is None or not is_computed:
        return None
    begin = re.match(r"[`\"']([^$`\"']+)/", text.text)
    return module_of(begin[1]) if begin is not None else None


def _promised(pattern: Node) -> str | None:
    """The module whose promise hands itself to the callback that a pattern is the first parameter of."""
    function = pattern.around("arrow_function")
    given = function.parent if function is not None else None
    call = given.parent if given is not None and given.type == "arguments" and given.entries[0] == function else None
    func = call.child_by_field_name("function") if call is not None else None
    if function is None or func is None or func.type != "member_expression" or func.entries[-1].text != "then":
        return None
    listed = function.child_by_field_name("parameters")
    is_first = listed is None or (listed.entries[0] == pattern.parent and pattern.parent is not None)
    return loaded(func.entries[0], "import") if is_first else None


def dotted(head: str, path: Iterable[str]) -> str:
    """A member of a module; the default export of a package that is none of ES modules is the package."""
    return ".".join([head, *(part for part in path if part != "default")])


def _taken(pattern: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """What a pattern binds and the members it takes for it: none where that is not plainly one."""
    for child in pattern.entries:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        named = pattern.type == "object_pattern" and (key is None or key.type == "property_identifier")
        if named and child.type == "shorthand_property_identifier_pattern":
            yield child, (*path, child.text)
        elif named and key is not None and value is not None and value.type == "identifier":
            yield value, (*path, key.text)
        elif named and key is not None and value is not None and value.type == "object_pattern":
            yield from _taken(value, (*path, key.text))
        else:
            yield from ((target, ()) for target in _targets(child))


def _targets(node: Node | None) -> Iterator[Node]:
    """The identifiers that a pattern binds."""
    if node is None:
        return
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield node
    elif node.type == "pair_pattern":
        yield from _targets(node.child_by_field_name("value"))
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _targets(node.child_by_field_name("left"))
    elif node.type in PATTERNS:
        for child in node.entries:
            yield from _targets(child)


def module_of(source: str) -> str:
    """`@pulumi/cloud/storage/bucket.js` as the head of a dotted name, `@pulumi/cloud.storage.bucket`; an address of the
    package is the package."""
    is_address = ADDRESS.match(source) is not None
    source = ADDRESS.sub("", source).partition("?")[0]
    scope, _, rest = source.partition("/") if source.startswith("@") else ("", "", source)
    package, _, deeper = rest.partition("/")
    package = VERSION.sub("", package) if is_address else package
    head = f"{scope}/{package}" if scope else package
    parts = ENDING.sub("", deeper).split("/")
    return ".".join([head, *(part for part in parts if part and part != "index")])


def address_of(source: str, package: str) -> str | None:
    """The address of a package, without what lies deeper, where a source is one of it."""
    begin = ADDRESS.match(source)
    if begin is None or not f"{module_of(source)}.".startswith(f"{package}."):
        return None
    version = source[begin.end() + len(package) :].partition("/")[0]
    return begin[0] + package + version


def is_address(source: str) -> bool:
    return ADDRESS.match(source) is not None


def sources(root: Node) -> dict[str, str]:
    """The modules that a file names, by the heads of the dotted names that it has for what is in them."""
    said = [node.child_by_field_name("source") for node in root.inside("import_statement", "export_statement")]
    for call in root.inside("call_expression"):
        func, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if func is not None and _word(func) in ("require", "import") and given is not None:
            said += given.entries[:1]
    said += (each for node in root.inside("import_require_clause") for each in node.inside("string"))
    texts = (node.text[1:-1] for node in said if node is not None and node.type == "string")
    return {module_of(text): text for text in texts if text}


def _imports(node: Node) -> Iterator[Binding]:
    source = next((found.text[1:-1] for found in node.inside("string")), "")
    if not source:
        return
    module, is_type = module_of(source), is_of_types(node)
    for found in node.below():
        match found.type:
            case "namespace_import" | "import_require_clause":
                yield Binding(found.entries[0], "import", imported=module, is_type=is_type)
            case "import_specifier":
                name = found.child_by_field_name("name")
                alias = found.child_by_field_name("alias") or name
                if name is not None and alias is not None:
                    only = is_type or is_of_types(found)
                    yield Binding(alias, "import", imported=dotted(module, [name.text]), is_type=only)
            case "import_clause":
                first = found.entries[0]
                if first.type == "identifier":
                    yield Binding(first, "import", imported=module, is_type=is_type)
            case _:
                pass


def is_of_types(node: Node) -> bool:
    """`import type ...`, or a name in the brackets of an import with `type` before it."""
    return any(child.type == "type" for child in node.children)
