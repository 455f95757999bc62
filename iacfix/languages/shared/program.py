"""What was read of a source as rules see it, whatever it is written in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, Generic

from iacfix import reasons
from iacfix.languages.shared.inputs import inputs
from iacfix.languages.shared.provenance import is_parameter
from iacfix.languages.shared.shapes import Shapes
from iacfix.languages.shared.syntax import NodeT
from iacfix.model import (
    Caller,
    Document,
    Fields,
    Hidden,
    Input,
    Invoke,
    Neighbours,
    Provider,
    Read,
    Reader,
    Resource,
    Text,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage


class ReadProgram(Reader, ABC, Generic[NodeT]):
    """What was read of one source; the values it hands out point into its tree."""

    def __init__(
        self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours, shapes: Shapes[NodeT]
    ) -> None:
        self.text, self.package = text, package
        self._provider, self._neighbours = provider, neighbours
        self._of_types: dict[tuple[str, ...], Sequence[Resource]] = {}
        self.value, self.shape = shapes.value, shapes.shape

    @property
    def neighbours(self) -> Neighbours:
        return self._neighbours

    @property
    def provider(self) -> Provider:
        return self._provider

    def followed(self, node: Any) -> Iterator[str]:
        """The source texts of what an expression names of its file: none where that is done by addresses."""
        del node
        return iter(())

    def is_given(self, place: Any) -> bool:
        return is_parameter(self.provenance(place))

    def resources(self, *types: str) -> Iterator[Resource]:
        if types not in self._of_types:
            self._of_types[types] = self._of(*types)
        return iter(self._of_types[types])

    def at(self, *places: tuple[str, str]) -> Iterator[Input | Hidden]:
        for type, path in places:
            yield from inputs(self.resources(type), path)

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Hidden]:
        return (found if isinstance(found, Hidden) else self._document(found) for found in self.at(*places))

    def default_providers(self) -> Iterator[Resource]:
        """None: they are configured outside of the program."""
        return iter(())

    def outputs_read(self, made: Resource | Invoke) -> Iterator[tuple[str, Value]]:
        """None: a type checker knows the outputs."""
        del made
        return iter(())

    def texts(self) -> Iterator[Text]:
        return iter(self._texts)

    @cached_property
    def _texts(self) -> Sequence[Text]:
        return self._written()

    def spelled(self, literal: str) -> Sequence[Text]:
        """The texts that are this literal."""
        return self._literals.get(literal, ())

    @cached_property
    def _literals(self) -> dict[str, list[Text]]:
        found = dict[str, list[Text]]()
        for text in self._texts:
            if text.literal is not None:
                found.setdefault(text.literal, []).append(text)
        return found

    @cached_property
    def parts(self) -> dict[NodeT, tuple[Text, int]]:
        """The computed parts of texts: the text, and where in its pattern the part is."""
        return {chunk.value.place: (text, at) for text in self._texts for chunk, at in text.placed if chunk.value}

    def where(self, text: Text) -> Where:
        return self._where(text.node)

    def read_by(self, text: Text) -> list[Read] | None:
        reads = self._reads(text)
        return [self._read(node) for node in reads] if reads is not None else None

    def _read(self, node: NodeT) -> Read:
        text, at = self.parts.get(node, (None, 0))
        return Read(self._where(text.node if text is not None else node), text, at)

    # what a language says

    @abstractmethod
    def _of(self, *types: str) -> Sequence[Resource]:
        """The resources of these types, of every type where none is named, in source order."""

    @abstractmethod
    def _written(self) -> Sequence[Text]:
        """Every string, the longest expression once."""

    @abstractmethod
    def _document(self, given: Input) -> Document | Hidden: ...

    @abstractmethod
    def _where(self, node: NodeT) -> Where: ...

    @abstractmethod
    def _reads(self, text: Text) -> Sequence[NodeT] | None:
        """What reads the constant whose whole value the text is; None where not all of it can be seen."""


class SourceProgram(ReadProgram[NodeT], ABC):
    """One parsed file of a program that calls classes and functions."""

    def __init__(
        self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours, shapes: Shapes[NodeT]
    ) -> None:
        super().__init__(text, package, provider, neighbours, shapes)
        self._made: dict[NodeT, Resource] = {}
        self.shapes, self.definitions, self.provider_names = shapes, shapes.definitions, shapes.provider
        self.qualified, self.function_of = self.provider_names.qualified, self.provider_names.function_of
        self.type_of, self.type_named = self.provider_names.type_of, self.provider_names.type_named

    @property
    def is_beside(self) -> bool:
        return self.provider_names.spelled not in self.text

    @cached_property
    def deploys(self) -> bool:
        """Importing the module needs Pulumi's engine already: it makes or asks something, or hands something over."""
        if self.neighbours.is_entry:
            return True
        atoms = (call for call in self.calls if self._is_at_import(call))
        return any(
            call in self._types or self.function_of(call) is not None or self._needs_engine(call) for call in atoms
        )

    def followed(self, node: Any) -> Iterator[str]:
        """The functions and constants that an expression names, and those that they name; no resources."""
        waiting, seen = [node], set[NodeT]()
        while waiting:
            for named in self._named_in(waiting.pop()):
                if named not in seen and named not in self._types:
                    seen.add(named)
                    waiting.append(named)
                    yield self.code(named)

    def release(self) -> None:
        """Forget all that points back here."""
        vars(self.definitions).clear()
        vars(self).clear()

    # resources

    @cached_property
    def calls(self) -> Sequence[NodeT]:
        return self._calls()

    @cached_property
    def _types(self) -> dict[NodeT, str]:
        """The calls that construct a resource, by its type; resources are made of those that are asked for."""
        return {call: type for call in self.calls if (type := self.type_of(call))}

    def _resource(self, call: NodeT) -> Resource | None:
        """What a call constructs, where that is a resource."""
        if call not in self._made and (type := self._types.get(call)) is not None:
            self._made[call] = self.resource(call, type)
        return self._made.get(call)

    def re_exporting_file(self, resource: Resource) -> str | None:
        """The other file of the project that re-exports the class of a resource."""
        return self.provider_names.re_exporting_file(self.shapes.syntax.callee(resource.node))

    @cached_property
    def _others(self) -> list[Resource]:
        """The resources whose class is chosen or passed on."""
        return list(self._handed())

    def _of(self, *types: str) -> list[Resource]:
        own = (self._resource(call) for call, type in self._types.items() if not types or type in types)
        others = (found for found in self._others if not types or found.type in types)
        both = [found for found in chain(own, others) if found is not None]
        return sorted(both, key=lambda found: (found.line, found.column)) if self._others else both

    def resource_at(self, node: NodeT) -> Resource | None:
        """The resource an expression stands for: the call itself, a name or a field that holds it."""
        node = self.shapes.syntax.unwrapped(node)
        return self._resource(self.definitions.of(node) or node)

    def untouched(self, node: NodeT) -> str | None:
        """Why nothing is edited there: the node lies in a call that constructs a resource through a class of the file,
        or that does not call the resource's class."""
        others = {found.node: found for found in self._others}
        around = [found for found in (node, *node.ancestors()) if found in self._types or found in others]
        if any(call in self._types and self._is_extended(call) for call in around):
            return reasons.SUBCLASS
        built = (others.get(around[0]) or self._resource(around[0])) if around else None
        return built.untouched if built is not None else None

    def _is_extended(self, call: NodeT) -> bool:
        return self.type_named(self.shapes.syntax.callee(call)) is None

    def invokes(self, *functions: str) -> Iterator[Invoke]:
        for call in self.calls:
            function = self.function_of(call)
            if function is not None and (not functions or function in functions):
                yield Invoke(node=call, place=call, reader=self, function=function, args=self._arguments(call))

    def callers(self, name: str) -> Iterator[Caller]:
        return map(self._caller, self._used(name))

    def handed_to(self, made: Resource, *aside: str) -> Iterator[str]:
        return iter(())

    def _caller(self, node: NodeT) -> Caller:
        for around in node.ancestors():
            if self._is_apart(around):
                break
            if (resource := self._resource(around)) is not None:
                return Caller(resource, resource.options)
            if (options := self.given_options(around)) is not None:
                return Caller(None, options)
        return Caller()

    def _written(self) -> list[Text]:
        """The outermost expressions that are text."""
        found: list[Text] = []
        stack = [self._root]
        while stack:
            node = stack.pop()
            if self._is_textual(node) and (text := self.shapes.text(node, node)) is not None:
                found.append(text)
                stack += [chunk.value.place for chunk in reversed(text.chunks) if chunk.value is not None]
            else:
                stack += reversed(self._inner(node))
        return found

    def inferred_major(self) -> tuple[int, str] | None:
        """A type or a `type.input` in use that exists in one major of the provider only; None where two disagree."""
        told: dict[int, str] = {}
        for resource in self.resources():
            for name in (resource.type, *(f"{resource.type}.{key}" for key in resource.args.keys)):
                if (major := self.package.told_by.get(name)) is not None:
                    told.setdefault(major, name)
        return next(iter(told.items())) if len(told) == 1 else None

    # what a language says

    @property
    @abstractmethod
    def _root(self) -> NodeT: ...

    @abstractmethod
    def _calls(self) -> Sequence[NodeT]:
        """Every call, of a function or a class, in source order."""

    @abstractmethod
    def _is_at_import(self, call: NodeT) -> bool:
        """The call is carried out when the module is imported, not when something of it is called."""

    @abstractmethod
    def _named_in(self, node: NodeT) -> Iterator[NodeT]:
        """The functions of the file that a node calls or hands on, and what the constants in it hold."""

    @abstractmethod
    def _needs_engine(self, call: NodeT) -> bool:
        """The call is nothing without Pulumi's engine, though it is none of a class or function of the provider."""

    @abstractmethod
    def resource(self, call: NodeT, type: str, /) -> Resource:
        """What a call constructs, as an instance of a type."""

    @abstractmethod
    def _handed(self) -> Iterable[Resource]:
        """Those whose class is chosen or passed on."""

    @abstractmethod
    def _arguments(self, call: NodeT) -> Fields | None:
        """What a call hands to a function of the provider."""

    @abstractmethod
    def given_options(self, node: NodeT, /) -> Value | None:
        """The options of a call that makes something, but for what another package's provider makes."""

    @abstractmethod
    def _used(self, name: str) -> Iterator[NodeT]:
        """Where something of the name is used, not bound."""

    @abstractmethod
    def _is_apart(self, node: NodeT) -> bool:
        """What stands in a node is carried out apart from what stands around it."""

    @abstractmethod
    def _is_textual(self, node: NodeT) -> bool:
        """The node may be a text."""

    @abstractmethod
    def _inner(self, node: NodeT) -> Sequence[NodeT]:
        """The nodes in which texts are looked for; none in what is no code, or documentation."""
