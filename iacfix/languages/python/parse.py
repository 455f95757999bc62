"""Python text as the typed tree, by tree-sitter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tree_sitter
import tree_sitter_python

from iacfix.languages.python import syntax
from iacfix.languages.python.syntax import Node, Operator, Source
from iacfix.rewrite import utf8

LANGUAGE = tree_sitter.Language(tree_sitter_python.language())
Parts = list[Any]
"""What has been made of a node's children, in their order: nodes, operators, marks and lists of nodes."""
Make = Callable[["_Builder", int, int, int, Parts], Any]


class Unknown(Exception):
    """The grammar does not know the text, or knows it as something else than Python does."""


class _Mark:
    """A token that tells constructions apart."""


ASYNC, SEMICOLON, SLASH = _Mark(), _Mark(), _Mark()


def parse(text: str) -> tuple[syntax.Module, int]:
    """The tree of a text that Python accepts, and how many levels the grammar counts, one for each `elif` too; raises
    Unknown where it does not know the text."""
    source = Source(text)
    root = tree_sitter.Parser(LANGUAGE).parse(source.data).root_node
    if root.has_error:
        raise Unknown
    builder = _Builder(source)
    return builder.module(root), builder.levels()


def levels(text: str) -> int:
    """How many levels the grammar sees in a text, whether it is one of Python or not."""
    level = [tree_sitter.Parser(LANGUAGE).parse(utf8(text)).root_node]
    count = 0
    while level:
        count += 1
        level = [child for node in level for child in node.children]
    return count


class _Builder:
    """Lists the grammar's nodes level by level and makes ours of them in the opposite order, children first."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.data
        self.cut = source.between

    def module(self, root: tree_sitter.Node) -> syntax.Module:
        nodes, kinds, first = self.nodes, self.kinds, self.first = [root], list[int](), list[int]()
        data = self.data
        for node in nodes:
            kind = node.kind_id
            kinds.append(kind)
            first.append(len(nodes))
            if kind not in LEAVES and (kind != STRING or data[node.start_byte] not in QUOTES):
                nodes += node.children
        first.append(len(nodes))
        self.starts = [node.start_byte for node in nodes]
        self.ends = [node.end_byte for node in nodes]
        self.built: list[Any] = [TOKENS[kind] for kind in kinds]
        built, starts, ends, cut = self.built, self.starts, self.ends, self.cut
        for index in range(len(nodes) - 1, -1, -1):
            kind = kinds[index]
            if kind == IDENTIFIER:
                start, end = starts[index], ends[index]
                built[index] = syntax.Name(start, end, cut(start, end))
            elif (make := MAKERS[kind]) is not None:
                parts = [part for part in built[first[index] : first[index + 1]] if part is not None]
                built[index] = make(self, index, starts[index], ends[index], parts)
        places = zip(kinds, starts, ends, strict=True)
        self.source.comments = sorted((start, end) for kind, start, end in places if kind == COMMENT)
        body = self.lines(0)
        module = syntax.Module(0, len(data), self.source, body)
        module.parent = None
        return module

    def levels(self) -> int:
        """The nodes are listed level by level: the first node's children begin the next one."""
        count, at = 0, 0
        while at < len(self.kinds):
            count, at = count + 1, self.first[at]
        return count + self.kinds.count(ELIF)

    def placed(self, index: int) -> list[tuple[Any, int, int]]:
        """The parts of a node with the places of what the grammar has there, brackets included."""
        first, last = self.first[index], self.first[index + 1]
        found = zip(self.built[first:last], self.starts[first:last], self.ends[first:last], strict=True)
        return [place for place in found if place[0] is not None]

    # statements

    def lines(self, index: int) -> list[syntax.BaseStatement]:
        """The statements of a block, those joined by semicolons as one line."""
        found: list[syntax.BaseStatement] = []
        small: list[syntax.BaseSmallStatement] = []
        joins = False
        for part in self.built[self.first[index] : self.first[index + 1]]:
            if part is SEMICOLON:
                joins = True
            elif isinstance(part, syntax.BaseSmallStatement):
                if small and not (joins and self.on_one_line(small[-1].end, part.start)):
                    found.append(syntax.SimpleStatementLine(small[0].start, small[-1].end, small))
                    small = []
                small.append(part)
                joins = False
            elif part is not None:
                if small:
                    found.append(syntax.SimpleStatementLine(small[0].start, small[-1].end, small))
                    small = []
                found.append(part)
        if small:
            found.append(syntax.SimpleStatementLine(small[0].start, small[-1].end, small))
        return found

    def on_one_line(self, start: int, end: int) -> bool:
        gap = self.data[start:end]
        return b"\n" not in gap or b"\n" not in gap.replace(b"\\\n", b"").replace(b"\\\r\n", b"")

    def is_continued(self, line: int) -> bool:
        """The line before goes on here: it ends with a backslash that is not part of a comment."""
        if not self.data.endswith((b"\\\n", b"\\\r\n"), 0, line):
            return False
        return any(kind == CONTINUATION and end == line for kind, end in zip(self.kinds, self.ends, strict=True))

    def block(self, index: int, start: int, end: int, parts: Parts) -> syntax.BaseSuite:
        if not parts:
            raise Unknown
        start = parts[0].start
        line = self.data.rfind(b"\n", 0, start) + 1
        begins = not self.data[line:start].strip()
        if begins and not self.is_continued(line):
            body = self.lines(index)
            return syntax.IndentedBlock(start, body[-1].end, body)
        small = [part for part in parts if part is not SEMICOLON]
        return syntax.SimpleStatementSuite(start, small[-1].end, small)

    def expression_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.BaseSmallStatement:
        if COMMA in self.kinds[self.first[index] : self.first[index + 1]]:
            return syntax.Expr(start, end, self.expression_list(index, start, end, parts))
        (part,) = parts
        if isinstance(part, syntax.BaseSmallStatement):
            return part
        return syntax.Expr(start, end, part)

    def assignment(self, index: int, start: int, end: int, parts: Parts) -> syntax.BaseSmallStatement:
        (target, target_start, target_end), *rest = self.placed(index)
        second = rest[0][0]
        if isinstance(second, syntax.Annotation):
            value = rest[1][0] if len(rest) == 2 else None
            if isinstance(value, syntax.BaseSmallStatement):
                raise Unknown
            return syntax.AnnAssign(start, end, target, second, value)
        first = syntax.AssignTarget(target_start, target_end, target)
        if isinstance(second, syntax.Assign):
            return syntax.Assign(start, end, [first, *second.targets], second.value)
        if isinstance(second, syntax.BaseSmallStatement):
            raise Unknown
        return syntax.Assign(start, end, [first], second)

    def augmented_assignment(self, index: int, start: int, end: int, parts: Parts) -> syntax.AugAssign:
        target, operator, value = parts
        if isinstance(value, syntax.BaseSmallStatement):
            raise Unknown
        return syntax.AugAssign(start, end, target, operator, value)

    def return_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Return:
        return syntax.Return(start, end, parts[0] if parts else None)

    def delete_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Del:
        return syntax.Del(start, end, parts[0])

    def raise_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Raise:
        cause = None
        if len(parts) == 2:
            _, (item, item_start, item_end) = self.placed(index)
            cause = syntax.From(self.data.rfind(b"from", 0, item_start), item_end, item)
        return syntax.Raise(start, end, parts[0] if parts else None, cause)

    def assert_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Assert:
        if len(parts) > 2:
            raise Unknown
        return syntax.Assert(start, end, parts[0], parts[1] if len(parts) == 2 else None)

    def global_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Global:
        return syntax.Global(start, end, [syntax.NameItem(name.start, name.end, name) for name in parts])

    def nonlocal_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Nonlocal:
        return syntax.Nonlocal(start, end, [syntax.NameItem(name.start, name.end, name) for name in parts])

    def import_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Import:
        return syntax.Import(start, end, [_alias(part) for part in parts])

    def import_from_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.ImportFrom:
        module, *names = parts
        dots = 0
        if isinstance(module, _Relative):
            module, dots = module.module, module.dots
        if len(names) == 1 and isinstance(names[0], syntax.ImportStar):
            return syntax.ImportFrom(start, end, module, names[0], dots)
        return syntax.ImportFrom(start, end, module, [_alias(name) for name in names], dots)

    def relative_import(self, index: int, start: int, end: int, parts: Parts) -> _Relative:
        module = parts[0] if parts else None
        dots = self.data[start : module.start if module is not None else end]
        return _Relative(dots.count(b"."), module)

    def dotted_name(self, index: int, start: int, end: int, parts: Parts) -> syntax.Name | syntax.Attribute:
        found, *more = parts
        for name in more:
            found = syntax.Attribute(start, name.end, found, name)
        return found

    def aliased_import(self, index: int, start: int, end: int, parts: Parts) -> syntax.ImportAlias:
        name, alias = parts
        return syntax.ImportAlias(start, end, name, self.as_name(alias, alias.start, alias.end))

    def as_name(self, alias: Any, start: int, end: int) -> syntax.AsName:
        return syntax.AsName(self.data.rfind(b"as", 0, start), end, alias)

    # compound statements

    def if_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.If:
        test, body, *clauses = parts
        orelse = None
        for clause in reversed(clauses):
            if isinstance(clause, syntax.If):
                orelse = syntax.If(clause.start, (orelse or clause).end, clause.test, clause.body, orelse)
            else:
                orelse = clause
        return syntax.If(start, (orelse or body).end, test, body, orelse)

    def elif_clause(self, index: int, start: int, end: int, parts: Parts) -> syntax.If:
        test, body = parts
        return syntax.If(start, body.end, test, body, None)

    def else_clause(self, index: int, start: int, end: int, parts: Parts) -> syntax.Else:
        return syntax.Else(start, parts[0].end, parts[0])

    def while_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.While:
        test, body, *rest = parts
        orelse = rest[0] if rest else None
        return syntax.While(start, (orelse or body).end, test, body, orelse)

    def for_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.For:
        is_async = parts[0] is ASYNC
        target, _, through, body, *rest = parts[is_async:]
        orelse = rest[0] if rest else None
        return syntax.For(start, (orelse or body).end, target, through, body, orelse, is_async)

    def with_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.With:
        is_async = parts[0] is ASYNC
        items, body = parts[is_async:]
        return syntax.With(start, body.end, items, body, is_async)

    def with_clause(self, index: int, start: int, end: int, parts: Parts) -> Parts:
        """Brackets around one item are those of the statement, as LibCST has it."""
        if len(parts) != 1 or parts[0].asname is not None or not (item := parts[0].item).lpar:
            return parts
        if isinstance(item, syntax.Tuple):
            raise Unknown
        if not isinstance(item, syntax.GeneratorExp | syntax.Yield) and item.outer_end == end:
            item.unbracketed()
            return [syntax.WithItem(item.outer_start, item.outer_end, item, None)]
        return parts

    def with_item(self, index: int, start: int, end: int, parts: Parts) -> syntax.WithItem:
        (part,) = parts
        if isinstance(part, _As):
            return syntax.WithItem(start, end, part.value, part.asname)
        return syntax.WithItem(start, end, part, None)

    def as_pattern(self, index: int, start: int, end: int, parts: Parts) -> _As:
        (value, _, _), (alias, alias_start, alias_end) = self.placed(index)
        return _As(value, self.as_name(alias, alias_start, alias_end))

    def first_part(self, index: int, start: int, end: int, parts: Parts) -> Any:
        return parts[0]

    def try_statement(self, index: int, start: int, end: int, parts: Parts) -> syntax.Try | syntax.TryStar:
        body, *clauses = parts
        handlers = [part for part in clauses if isinstance(part, syntax.ExceptHandler)]
        starred = [part for part in clauses if isinstance(part, syntax.ExceptStarHandler)]
        orelse = next((part for part in clauses if isinstance(part, syntax.Else)), None)
        final = next((part for part in clauses if isinstance(part, syntax.Finally)), None)
        end = clauses[-1].end
        if starred:
            return syntax.TryStar(start, end, body, starred, orelse, final)
        return syntax.Try(start, end, body, handlers, orelse, final)

    def except_clause(
        self, index: int, start: int, end: int, parts: Parts
    ) -> syntax.ExceptHandler | syntax.ExceptStarHandler:
        *rest, (body, _, _) = self.placed(index)
        is_starred = bool(rest) and isinstance(rest[0][0], syntax.Multiply)
        rest = rest[is_starred:]
        kind, name = None, None
        if rest:
            kind = rest[0][0]
            if isinstance(kind, _As):
                kind, name = kind.value, kind.asname
            if len(rest) > 1:
                if b"," in self.data[rest[0][2] : rest[1][1]]:
                    raise Unknown
                name = self.as_name(*rest[1])
        if is_starred:
            if kind is None:
                raise Unknown
            return syntax.ExceptStarHandler(start, body.end, body, kind, name)
        return syntax.ExceptHandler(start, body.end, body, kind, name)

    def finally_clause(self, index: int, start: int, end: int, parts: Parts) -> syntax.Finally:
        return syntax.Finally(start, parts[0].end, parts[0])

    def decorated_definition(
        self, index: int, start: int, end: int, parts: Parts
    ) -> syntax.FunctionDef | syntax.ClassDef:
        *decorators, found = parts
        found.decorators = decorators
        for decorator in decorators:
            decorator.parent = found
        return found

    def decorator(self, index: int, start: int, end: int, parts: Parts) -> syntax.Decorator:
        _, (part, _, part_end) = self.placed(index)
        return syntax.Decorator(start, part_end, part)

    def function_definition(self, index: int, start: int, end: int, parts: Parts) -> syntax.FunctionDef:
        is_async = parts[0] is ASYNC
        name, params, *rest, body = parts[is_async:]
        if not isinstance(params, syntax.Parameters):
            raise Unknown
        returns = rest[0] if rest else None
        return syntax.FunctionDef(start, body.end, name, params, body, [], returns, is_async, None)

    def class_definition(self, index: int, start: int, end: int, parts: Parts) -> syntax.ClassDef:
        name, *rest, body = parts
        args: list[syntax.Arg] = rest[0] if rest else []
        if len(rest) > 1 or (rest and not isinstance(rest[0], list)):
            raise Unknown
        keywords = [arg for arg in args if arg.keyword is not None or arg.star == "**"]
        bases = [arg for arg in args if arg.keyword is None and arg.star != "**"]
        return syntax.ClassDef(start, body.end, name, body, bases, keywords, [], None)

    def parameters(self, index: int, start: int, end: int, parts: Parts) -> syntax.Parameters:
        return self._parameters(index, start + 1)

    def lambda_parameters(self, index: int, start: int, end: int, parts: Parts) -> syntax.Parameters:
        return self._parameters(index, start)

    def _parameters(self, index: int, start: int) -> syntax.Parameters:
        params: list[syntax.Param] = []
        only: list[syntax.Param] = []
        before: list[syntax.Param] = []
        star: syntax.Param | syntax.ParamStar | None = None
        kwarg: syntax.Param | None = None
        every: list[Node] = []
        for part, _, _ in self.placed(index):
            if part is SLASH:
                before, params = params, []
                continue
            param = _param(part)
            every.append(param)
            if isinstance(param, syntax.ParamStar) or param.star == "*":
                star = param
            elif param.star:
                kwarg = param
            elif star is not None:
                only.append(param)
            else:
                params.append(param)
        begin, end = (every[0].start, every[-1].end) if every else (start, start)
        return syntax.Parameters(begin, end, params, star, only, kwarg, before)

    def keyword_separator(self, index: int, start: int, end: int, parts: Parts) -> syntax.ParamStar:
        return syntax.ParamStar(start, end)

    def slash(self, index: int, start: int, end: int, parts: Parts) -> _Mark:
        return SLASH

    def typed_parameter(self, index: int, start: int, end: int, parts: Parts) -> syntax.Param:
        param = _param(parts[0])
        assert isinstance(param, syntax.Param)
        return syntax.Param(start, end, param.name, parts[1], None, param.star)

    def default_parameter(self, index: int, start: int, end: int, parts: Parts) -> syntax.Param:
        name, value = parts
        if not isinstance(name, syntax.Name):
            raise Unknown
        return syntax.Param(start, end, name, None, value, "")

    def typed_default_parameter(self, index: int, start: int, end: int, parts: Parts) -> syntax.Param:
        name, annotation, value = parts
        return syntax.Param(start, end, name, annotation, value, "")

    # types

    def type(self, index: int, start: int, end: int, parts: Parts) -> syntax.Annotation:
        (part,) = parts
        return syntax.Annotation(start, end, part)

    def generic_type(self, index: int, start: int, end: int, parts: Parts) -> syntax.Subscript:
        name, elements = parts
        return syntax.Subscript(start, end, name, elements)

    def type_parameter(self, index: int, start: int, end: int, parts: Parts) -> list[syntax.SubscriptElement]:
        found: list[syntax.SubscriptElement] = []
        for annotation in parts:
            start, end, value = annotation.start, annotation.end, annotation.annotation
            found.append(_element(start, end, value))
        return found

    def union_type(self, index: int, start: int, end: int, parts: Parts) -> syntax.BinaryOperation:
        """The grammar takes `A | B | C` from either side; Python from the left."""
        left, operator, right = parts[0].annotation, parts[1], parts[2].annotation
        waiting = [right]
        while _is_union(waiting[0]):
            last = waiting[0]
            waiting[:1] = [last.left, last.right]
        if any(_is_loose(part) for part in (left, *waiting)):
            raise Unknown
        for part in waiting:
            left = syntax.BinaryOperation(start, part.outer_end, left, operator, part)
        return left

    def member_type(self, index: int, start: int, end: int, parts: Parts) -> syntax.Attribute:
        owner, name = parts
        if _is_loose(owner.annotation) or isinstance(owner.annotation, syntax.BinaryOperation):
            raise Unknown
        return syntax.Attribute(start, end, owner.annotation, name)

    def splat_type(self, index: int, start: int, end: int, parts: Parts) -> syntax.StarredElement:
        if len(parts) != 2 or not isinstance(parts[0], syntax.Multiply):
            raise Unknown
        return syntax.StarredElement(start, end, parts[1])

    # expressions

    def parenthesized_expression(self, index: int, start: int, end: int, parts: Parts) -> Any:
        (part,) = parts
        if isinstance(part, syntax.StarredElement | _As):
            raise Unknown
        part.bracketed(start, end)
        return part

    def word(self, index: int, start: int, end: int, parts: Parts) -> syntax.Name:
        return syntax.Name(start, end, self.cut(start, end))

    def integer(self, index: int, start: int, end: int, parts: Parts) -> syntax.BaseNumber:
        value = self.cut(start, end)
        return syntax.Imaginary(start, end, value) if value[-1] in "jJ" else syntax.Integer(start, end, value)

    def float(self, index: int, start: int, end: int, parts: Parts) -> syntax.BaseNumber:
        value = self.cut(start, end)
        return syntax.Imaginary(start, end, value) if value[-1] in "jJ" else syntax.Float(start, end, value)

    def string(self, index: int, start: int, end: int, parts: Parts) -> syntax.SimpleString | syntax.FormattedString:
        if self.first[index] == self.first[index + 1]:
            return syntax.SimpleString(start, end, self.cut(start, end))
        first = self.first[index]
        opening = self.cut(start, self.ends[first])
        letters = opening.rstrip("'\"").lower()
        if "t" in letters:
            raise Unknown
        if "f" not in letters:
            return syntax.SimpleString(start, end, self.cut(start, end))
        quote = opening[len(letters) :]
        pieces = self._pieces(parts, self.ends[first], end - len(quote))  # a raw string's end token may begin too early
        return syntax.FormattedString(start, end, opening, pieces)

    def _pieces(self, parts: Parts, start: int, end: int) -> list[Any]:
        """The text and the expressions of a template."""
        found: list[Any] = []
        for part in parts:
            if part.start > start:
                found.append(syntax.FormattedStringText(start, part.start, self.cut(start, part.start)))
            found.append(part)
            start = part.end
        if end > start:
            found.append(syntax.FormattedStringText(start, end, self.cut(start, end)))
        return found

    def interpolation(self, index: int, start: int, end: int, parts: Parts) -> syntax.FormattedStringExpression:
        expression, *rest = parts
        if isinstance(expression, syntax.NamedExpr) and not expression.lpar:
            raise Unknown  # `{x:=10}` has a format that begins with `=`
        conversion: str = next((part for part in rest if isinstance(part, str)), "")
        spec: Parts = []
        for part in rest:
            if not isinstance(part, str):
                spec = part
        return syntax.FormattedStringExpression(start, end, expression, conversion, spec)

    def type_conversion(self, index: int, start: int, end: int, parts: Parts) -> str:
        return self.cut(start + 1, end)

    def format_specifier(self, index: int, start: int, end: int, parts: Parts) -> list[Any]:
        return self._pieces(parts, start + 1, end)

    def concatenated_string(self, index: int, start: int, end: int, parts: Parts) -> syntax.ConcatenatedString:
        found = parts[-1]
        for part in reversed(parts[:-1]):
            found = syntax.ConcatenatedString(part.start, end, part, found)
        return found

    def comparison_operator(self, index: int, start: int, end: int, parts: Parts) -> Any:
        left, *rest = self.placed(index)
        targets = [
            syntax.ComparisonTarget(operator[1], value[2], operator[0], value[0])
            for operator, value in zip(rest[::2], rest[1::2], strict=True)
        ]
        return _starred_out(syntax.Comparison(start, end, left[0], targets), left[0])

    def not_operator(self, index: int, start: int, end: int, parts: Parts) -> syntax.UnaryOperation:
        return syntax.UnaryOperation(start, end, NOT, parts[-1])

    def unary_operator(self, index: int, start: int, end: int, parts: Parts) -> syntax.UnaryOperation:
        operator, value = parts
        return syntax.UnaryOperation(start, end, _sign(operator), value)

    def binary_operator(self, index: int, start: int, end: int, parts: Parts) -> Any:
        left, operator, right = parts
        return _starred_out(syntax.BinaryOperation(start, end, left, operator, right), left)

    def boolean_operator(self, index: int, start: int, end: int, parts: Parts) -> Any:
        left, operator, right = parts
        return _starred_out(syntax.BooleanOperation(start, end, left, operator, right), left)

    def conditional_expression(self, index: int, start: int, end: int, parts: Parts) -> Any:
        body, test, orelse = parts
        if isinstance(body, syntax.NamedExpr) and body.start == start:  # the grammar binds `:=` closer than Python does
            value = syntax.IfExp(body.value.outer_start, end, test, body.value, orelse)
            return syntax.NamedExpr(start, end, body.target, value)
        return _starred_out(syntax.IfExp(start, end, test, body, orelse), body)

    def named_expression(self, index: int, start: int, end: int, parts: Parts) -> syntax.NamedExpr:
        target, value = parts
        return syntax.NamedExpr(start, end, target, value)

    def await_(self, index: int, start: int, end: int, parts: Parts) -> syntax.Await:
        return syntax.Await(start, end, parts[0])

    def yield_(self, index: int, start: int, end: int, parts: Parts) -> syntax.Yield:
        if not parts:
            return syntax.Yield(start, end, None)
        ((value, _, value_end),) = self.placed(index)
        first = self.first[index]
        kinds = self.kinds[first : self.first[index + 1]]
        if FROM in kinds:
            at = self.starts[first + kinds.index(FROM)]
            value = syntax.From(at, value_end, value)
        return syntax.Yield(start, end, value)

    def lambda_(self, index: int, start: int, end: int, parts: Parts) -> syntax.Lambda:
        *params, body = parts
        at = start + len("lambda")
        found = params[0] if params else syntax.Parameters(at, at, [], None, [], None, [])
        return syntax.Lambda(start, end, found, body)

    def attribute(self, index: int, start: int, end: int, parts: Parts) -> Any:
        value, attr = parts
        return _starred_out(syntax.Attribute(start, end, value, attr), value)

    def subscript(self, index: int, start: int, end: int, parts: Parts) -> Any:
        value, *rest = self.placed(index)
        return _starred_out(
            syntax.Subscript(start, end, value[0], [_element(at, last, part) for part, at, last in rest]), value[0]
        )

    def slice(self, index: int, start: int, end: int, parts: Parts) -> syntax.Slice:
        found: list[Any] = [None, None, None]
        at = 0
        first, last = self.first[index], self.first[index + 1]
        for kind, part in zip(self.kinds[first:last], self.built[first:last], strict=True):
            if kind == COLON:
                at += 1
            elif part is not None:
                found[at] = part
        return syntax.Slice(start, end, *found)

    def call(self, index: int, start: int, end: int, parts: Parts) -> Any:
        func, args = parts
        if isinstance(args, syntax.GeneratorExp):
            args.unbracketed()
            args = [syntax.Arg(args.start, args.end, args, None, "")]
        return _starred_out(syntax.Call(start, end, func, args), func)

    def argument_list(self, index: int, start: int, end: int, parts: Parts) -> list[syntax.Arg]:
        found: list[syntax.Arg] = []
        for part, at, last in self.placed(index):
            if isinstance(part, syntax.Arg):
                found.append(part)
            elif isinstance(part, syntax.StarredElement):
                found.append(syntax.Arg(at, last, part.value, None, "*"))
            elif isinstance(part, syntax.StarredDictElement):
                found.append(syntax.Arg(at, last, part.value, None, "**"))
            else:
                found.append(syntax.Arg(at, last, part, None, ""))
        return found

    def keyword_argument(self, index: int, start: int, end: int, parts: Parts) -> syntax.Arg:
        keyword, value = parts
        return syntax.Arg(start, end, value, keyword, "")

    # collections

    def elements(self, index: int) -> list[syntax.Element | syntax.StarredElement]:
        return [
            part if isinstance(part, syntax.StarredElement) else syntax.Element(start, end, part)
            for part, start, end in self.placed(index)
        ]

    def list(self, index: int, start: int, end: int, parts: Parts) -> syntax.List:
        return syntax.List(start, end, self.elements(index))

    def set(self, index: int, start: int, end: int, parts: Parts) -> syntax.Set:
        return syntax.Set(start, end, self.elements(index))

    def expression_list(self, index: int, start: int, end: int, parts: Parts) -> syntax.Tuple:
        return syntax.Tuple(start, end, self.elements(index))

    def tuple(self, index: int, start: int, end: int, parts: Parts) -> Any:
        elements = self.elements(index)
        if len(elements) == 1 and COMMA not in self.kinds[self.first[index] : self.first[index + 1]]:
            if isinstance(elements[0], syntax.StarredElement):
                raise Unknown
            return self.parenthesized_expression(index, start, end, parts)  # `(a) = 1`
        first, last = self._inner(index, start, end)
        found = syntax.Tuple(first, last, elements)
        found.bracketed(start, end)
        return found

    def _inner(self, index: int, start: int, end: int) -> tuple[int, int]:
        """From the first to the last thing inside brackets."""
        first, last = self.first[index] + 1, self.first[index + 1] - 2
        while first <= last and self.kinds[first] in EXTRAS:
            first += 1
        while last >= first and self.kinds[last] in EXTRAS:
            last -= 1
        return (self.starts[first], self.ends[last]) if first <= last else (end - 1, end - 1)

    def dictionary(self, index: int, start: int, end: int, parts: Parts) -> syntax.Dict:
        return syntax.Dict(start, end, parts)

    def pair(self, index: int, start: int, end: int, parts: Parts) -> syntax.DictElement:
        key, value = parts
        return syntax.DictElement(start, end, key, value)

    def starred(self, index: int, start: int, end: int, parts: Parts) -> syntax.StarredElement:
        return syntax.StarredElement(start, end, parts[-1])

    def dictionary_splat(self, index: int, start: int, end: int, parts: Parts) -> syntax.StarredDictElement:
        return syntax.StarredDictElement(start, end, parts[-1])

    def generator_expression(self, index: int, start: int, end: int, parts: Parts) -> syntax.GeneratorExp:
        first, last = self._inner(index, start, end)
        found = syntax.GeneratorExp(first, last, parts[0], self.loops(parts[1:]))
        found.bracketed(start, end)
        return found

    def list_comprehension(self, index: int, start: int, end: int, parts: Parts) -> syntax.ListComp:
        return syntax.ListComp(start, end, parts[0], self.loops(parts[1:]))

    def set_comprehension(self, index: int, start: int, end: int, parts: Parts) -> syntax.SetComp:
        return syntax.SetComp(start, end, parts[0], self.loops(parts[1:]))

    def dictionary_comprehension(self, index: int, start: int, end: int, parts: Parts) -> syntax.DictComp:
        pair = parts[0]
        return syntax.DictComp(start, end, pair.key, pair.value, self.loops(parts[1:]))

    @staticmethod
    def loops(parts: Parts) -> syntax.CompFor:
        """The loops of a comprehension, each inside the one before it."""
        inner: syntax.CompFor | None = None
        ifs: list[syntax.CompIf] = []
        end = 0
        for part in reversed(parts):
            end = end or part.end
            if isinstance(part, syntax.CompIf):
                ifs.insert(0, part)
            else:
                inner = syntax.CompFor(part.start, end, part.target, part.iter, ifs, inner, part.asynchronous)
                ifs = []
        assert inner is not None
        return inner

    def for_in_clause(self, index: int, start: int, end: int, parts: Parts) -> syntax.CompFor:
        is_async = parts[0] is ASYNC
        target, _, *through = parts[is_async:]
        if len(through) != 1:
            raise Unknown
        return syntax.CompFor(start, end, target, through[0], [], None, is_async)

    def if_clause(self, index: int, start: int, end: int, parts: Parts) -> syntax.CompIf:
        return syntax.CompIf(start, end, parts[0])


class _Relative:
    def __init__(self, dots: int, module: syntax.Name | syntax.Attribute | None) -> None:
        self.dots, self.module = dots, module


class _As:
    def __init__(self, value: Any, asname: syntax.AsName) -> None:
        self.value, self.asname = value, asname


LOOSE = (
    syntax.Comparison, syntax.BooleanOperation, syntax.IfExp, syntax.Lambda, syntax.NamedExpr, syntax.StarredElement,
    syntax.UnaryOperation, syntax.Await, syntax.Yield,
)  # fmt: skip
"""What binds less than `|`, or is no type."""


def _is_union(node: Any) -> bool:
    return isinstance(node, syntax.BinaryOperation) and isinstance(node.operator, syntax.BitOr) and not node.lpar


def _is_loose(node: Any) -> bool:
    return isinstance(node, LOOSE) and not node.lpar


def _starred_out(made: Any, left: Any) -> Any:
    """The grammar reads `*a.b(c)` as the call of `*a.b`; the star belongs to the whole."""
    if not isinstance(left, syntax.StarredElement) or left.lpar:
        return made
    start, made.start = left.start, left.value.outer_start
    left.value.parent = made
    for name in ("func", "value", "left", "body"):
        if getattr(made, name, None) is left:
            setattr(made, name, left.value)
    return syntax.StarredElement(start, made.end, made)


def _sign(operator: Operator) -> Operator:
    """What stands in front of one operand."""
    return SIGNS.get(operator, operator)


def _alias(part: Any) -> syntax.ImportAlias:
    return part if isinstance(part, syntax.ImportAlias) else syntax.ImportAlias(part.start, part.end, part, None)


def _param(part: Any) -> syntax.Param | syntax.ParamStar:
    match part:
        case syntax.Param() | syntax.ParamStar():
            return part
        case syntax.Name():
            return syntax.Param(part.start, part.end, part, None, None, "")
        case syntax.StarredElement(value=syntax.Name() as name):
            return syntax.Param(part.start, part.end, name, None, None, "*")
        case syntax.StarredDictElement(value=syntax.Name() as name):
            return syntax.Param(part.start, part.end, name, None, None, "**")
        case _:
            raise Unknown


def _element(start: int, end: int, part: Any) -> syntax.SubscriptElement:
    if isinstance(part, syntax.Slice):
        return syntax.SubscriptElement(start, end, part)
    is_starred = isinstance(part, syntax.StarredElement)
    index = syntax.Index(start, end, part.value if is_starred else part, "*" if is_starred else "")
    return syntax.SubscriptElement(start, end, index)


def _simple(kind: type[Node]) -> Make:
    return lambda _builder, _index, start, end, _parts: kind(start, end)


NOT = syntax.Not()
OPERATORS: dict[str, Any] = {
    "+": syntax.Add(),
    "-": syntax.Subtract(),
    "*": syntax.Multiply(),
    "@": syntax.MatrixMultiply(),
    "/": syntax.Divide(),
    "%": syntax.Modulo(),
    "//": syntax.FloorDivide(),
    "**": syntax.Power(),
    "<<": syntax.LeftShift(),
    ">>": syntax.RightShift(),
    "&": syntax.BitAnd(),
    "|": syntax.BitOr(),
    "^": syntax.BitXor(),
    "~": syntax.BitInvert(),
    "and": syntax.And(),
    "or": syntax.Or(),
    "==": syntax.Equal(),
    "!=": syntax.NotEqual(),
    "<": syntax.LessThan(),
    "<=": syntax.LessThanEqual(),
    ">": syntax.GreaterThan(),
    ">=": syntax.GreaterThanEqual(),
    "in": syntax.In(),
    "not in": syntax.NotIn(),
    "is": syntax.Is(),
    "is not": syntax.IsNot(),
    "+=": syntax.AddAssign(),
    "-=": syntax.SubtractAssign(),
    "*=": syntax.MultiplyAssign(),
    "@=": syntax.MatrixMultiplyAssign(),
    "/=": syntax.DivideAssign(),
    "%=": syntax.ModuloAssign(),
    "//=": syntax.FloorDivideAssign(),
    "**=": syntax.PowerAssign(),
    "<<=": syntax.LeftShiftAssign(),
    ">>=": syntax.RightShiftAssign(),
    "&=": syntax.BitAndAssign(),
    "|=": syntax.BitOrAssign(),
    "^=": syntax.BitXorAssign(),
    "async": ASYNC,
    ";": SEMICOLON,
}
SIGNS: dict[Operator, Operator] = {OPERATORS["+"]: syntax.Plus(), OPERATORS["-"]: syntax.Minus()}


def _unknown(*_: Any) -> Any:
    raise Unknown


B = _Builder
MADE: dict[str, Make] = {
    "expression_statement": B.expression_statement,
    "assignment": B.assignment,
    "augmented_assignment": B.augmented_assignment,
    "return_statement": B.return_statement,
    "delete_statement": B.delete_statement,
    "raise_statement": B.raise_statement,
    "assert_statement": B.assert_statement,
    "global_statement": B.global_statement,
    "nonlocal_statement": B.nonlocal_statement,
    "pass_statement": _simple(syntax.Pass),
    "break_statement": _simple(syntax.Break),
    "continue_statement": _simple(syntax.Continue),
    "import_statement": B.import_statement,
    "import_from_statement": B.import_from_statement,
    "future_import_statement": B.import_from_statement,
    "__future__": B.word,
    "relative_import": B.relative_import,
    "dotted_name": B.dotted_name,
    "aliased_import": B.aliased_import,
    "wildcard_import": _simple(syntax.ImportStar),
    "block": B.block,
    "if_statement": B.if_statement,
    "elif_clause": B.elif_clause,
    "else_clause": B.else_clause,
    "while_statement": B.while_statement,
    "for_statement": B.for_statement,
    "with_statement": B.with_statement,
    "with_clause": B.with_clause,
    "with_item": B.with_item,
    "as_pattern": B.as_pattern,
    "as_pattern_target": B.first_part,
    "try_statement": B.try_statement,
    "except_clause": B.except_clause,
    "finally_clause": B.finally_clause,
    "decorated_definition": B.decorated_definition,
    "decorator": B.decorator,
    "function_definition": B.function_definition,
    "class_definition": B.class_definition,
    "parameters": B.parameters,
    "lambda_parameters": B.lambda_parameters,
    "keyword_separator": B.keyword_separator,
    "positional_separator": B.slash,
    "typed_parameter": B.typed_parameter,
    "default_parameter": B.default_parameter,
    "typed_default_parameter": B.typed_default_parameter,
    "list_splat_pattern": B.starred,
    "dictionary_splat_pattern": B.dictionary_splat,
    "type": B.type,
    "generic_type": B.generic_type,
    "type_parameter": B.type_parameter,
    "union_type": B.union_type,
    "member_type": B.member_type,
    "splat_type": B.splat_type,
    "parenthesized_expression": B.parenthesized_expression,
    "identifier": B.word,
    "true": B.word,
    "false": B.word,
    "none": B.word,
    "ellipsis": _simple(syntax.Ellipsis),
    "integer": B.integer,
    "float": B.float,
    "string": B.string,
    "interpolation": B.interpolation,
    "format_expression": B.interpolation,
    "type_conversion": B.type_conversion,
    "format_specifier": B.format_specifier,
    "concatenated_string": B.concatenated_string,
    "comparison_operator": B.comparison_operator,
    "not_operator": B.not_operator,
    "unary_operator": B.unary_operator,
    "binary_operator": B.binary_operator,
    "boolean_operator": B.boolean_operator,
    "conditional_expression": B.conditional_expression,
    "named_expression": B.named_expression,
    "await": B.await_,
    "yield": B.yield_,
    "lambda": B.lambda_,
    "attribute": B.attribute,
    "subscript": B.subscript,
    "slice": B.slice,
    "call": B.call,
    "argument_list": B.argument_list,
    "keyword_argument": B.keyword_argument,
    "list": B.list,
    "set": B.set,
    "tuple": B.tuple,
    "tuple_pattern": B.tuple,
    "list_pattern": B.list,
    "pattern_list": B.expression_list,
    "expression_list": B.expression_list,
    "tuple_expression": B.expression_list,
    "dictionary": B.dictionary,
    "pair": B.pair,
    "list_splat": B.starred,
    "dictionary_splat": B.dictionary_splat,
    "generator_expression": B.generator_expression,
    "list_comprehension": B.list_comprehension,
    "set_comprehension": B.set_comprehension,
    "dictionary_comprehension": B.dictionary_comprehension,
    "for_in_clause": B.for_in_clause,
    "if_clause": B.if_clause,
}
UNMADE = frozenset(
    {
        "comment",
        "line_continuation",
        "string_start",
        "string_content",
        "string_end",
        "escape_sequence",
        "escape_interpolation",
        "import_prefix",
        "module",
    }
)
"""Kinds that have a name and become no node."""


def _kinds(*names: str) -> frozenset[int]:
    return frozenset(kind for kind in range(LANGUAGE.node_kind_count) if LANGUAGE.node_kind_for_id(kind) in names)


def _maker(kind: int) -> Make | None:
    name = LANGUAGE.node_kind_for_id(kind) or ""
    if not LANGUAGE.node_kind_is_named(kind):
        return B.word if name == "__future__" else None
    return MADE.get(name) if name in MADE or name in UNMADE else _unknown


def _token(kind: int) -> Any:
    name = LANGUAGE.node_kind_for_id(kind) or ""
    return None if LANGUAGE.node_kind_is_named(kind) else OPERATORS.get(name)


MAKERS = [_maker(kind) for kind in range(LANGUAGE.node_kind_count)]
TOKENS = [_token(kind) for kind in range(LANGUAGE.node_kind_count)]
WHOLE = _kinds(
    "comment", "identifier", "integer", "float", "line_continuation", "string_content", "string_end", "string_start"
)  # fmt: skip
SIGNS_AND_KEYWORDS = frozenset(
    kind for kind in range(LANGUAGE.node_kind_count) if not LANGUAGE.node_kind_is_named(kind)
)
LEAVES = WHOLE | SIGNS_AND_KEYWORDS
"""Kinds in which nothing stands that is asked for."""
EXTRAS = _kinds("comment", "line_continuation")
QUOTES = frozenset(b"'\"")


def _only(name: str, *, named: bool) -> int:
    kind = LANGUAGE.id_for_node_kind(name, named)
    assert kind is not None
    return kind


STRING, IDENTIFIER = _only("string", named=True), _only("identifier", named=True)
ELIF, CONTINUATION = _only("elif_clause", named=True), _only("line_continuation", named=True)
COMMENT = _only("comment", named=True)
COLON, COMMA, FROM = (_only(name, named=False) for name in (":", ",", "from"))
