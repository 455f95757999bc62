"""Packs of rules: found through the entry point group `iacfix.packs`, one module a rule, nothing to register; to each
come the rules of folders that settings name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, Protocol, overload

from iacfix import rule_folders
from iacfix.entry_points import offered
from iacfix.rule_folders import RuleFolder, loaded

if TYPE_CHECKING:
    from iacfix.rule import Rule


@dataclass(frozen=True)
class Imports:
    """What a pack says of taking deployed resources over.

    `ids` says for a type what `pulumi import` knows it by: the text with each `{input}` of the resource it is added
    beside; a part in brackets is left out where that input is not set, or set as the provider sets it. `named_by` is
    the input that holds the same text as a resource's id. `unread` are inputs the cloud does not keep. `renamed` says
    what else changes on the way to the newest major.
    """

    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    named_by: Mapping[str, str] = field(default_factory=dict[str, str])
    unread: frozenset[str] = frozenset()
    renamed: str = ""


class Upgrade(NamedTuple):
    """What a pack says of the way to a major from the one before: the `rules` that programs need by their ids, the
    `checklist`, a rule that only an upgrade asks, for what no rule rewrites, and by language the version of the
    distribution that the rules were tried with."""

    rules: tuple[str, ...]
    checklist: str
    versions: Mapping[str, str]


class Argument(NamedTuple):
    """An argument by the schema's name; `inner` is what its blocks are, for those that have arguments themselves."""

    name: str
    inner: str | None = None
    is_list: bool = False


class Vocabulary(Protocol):
    """The provider's own names, as languages write them that do not know the schema: `x_storage_bucket` and not
    `x.storage.Bucket`. An owner is a type of the schema, or what is told of an argument as its `inner`."""

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules that hold there too."""
        ...

    @property
    def joins(self) -> frozenset[str]:
        """Arguments of data sources that join what they build with others."""
        ...

    def resource(self, name: str, major: int) -> str:
        """The type of the schema."""
        ...

    def named(self, type: str) -> str:
        """The provider's own name of a type of the schema."""
        ...

    def function(self, name: str) -> str:
        """The function of the schema that a data source is."""
        ...

    def source(self, function: str) -> str:
        """The data source that a function of the schema is."""
        ...

    def argument(self, owner: str, name: str, major: int) -> Argument:
        """What an argument or a kind of blocks is called in the schema."""
        ...

    def spelled(self, key: str) -> str:
        """The provider's own name of an argument or an output of the schema."""
        ...

    def block(self, key: str) -> str:
        """What each block is called of those that are a list of the schema."""
        ...


class Schema(Protocol):
    """What the provider declares; names are the schema's, a path leads from an input into what is nested in it."""

    def has(self, type: str, path: tuple[str, ...], major: int) -> bool:
        """There is such a type, and such an input of it, as far as anybody can tell."""
        ...

    def inputs(self, type: str, path: tuple[str, ...], major: int) -> Collection[str]:
        """The names of what is below a path."""
        ...

    def names(self, types: Iterable[str], name: str) -> bool:
        """The module of one of the types has an input or an output of this name, at whatever depth."""
        ...


@dataclass(frozen=True)
class ProviderPackage:
    """What a pack says of its provider; `title` is how people write its name.

    `packages` names it per language (`{"python": "pulumi_x"}`); `distributions` are the names manifests pin it by;
    `told_by` maps a type or a `type.input` that exists in one major only to that major; `documents` are the functions
    that build a document from their arguments, with the field of their result that holds it; `open_types` are names of
    types in TypeScript that take an output as well; `lost_members` are methods of a class in TypeScript that the class
    it becomes does not have; `takes_outputs` says for packages beside the
    provider's which keys of what their classes are given lead to inputs, as `{"@pulumi/y": ("environment.value",)}`;
    `makers` are words in the names of packages whose components make resources of the provider; `upgrades` says for a
    major how programs get there. `numbering` has by language the majors of a provider that is numbered otherwise, each
    with the one whose facts it has; `vocabulary` is what such a language calls things;
    `schema` what types and inputs there are.
    """

    name: str
    packages: Mapping[str, str]
    distributions: Mapping[str, str]
    majors: tuple[int, ...]
    told_by: Mapping[str, int] = field(default_factory=dict[str, int])
    documents: Mapping[str, str] = field(default_factory=dict[str, str])
    open_types: tuple[str, ...] = ()
    lost_members: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    takes_outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    makers: tuple[str, ...] = ()
    imports: Imports = field(default_factory=Imports)
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict[int, Upgrade])
    title: str = ""
    numbering: Mapping[str, Mapping[int, int]] = field(default_factory=dict[str, Mapping[int, int]])
    vocabulary: Vocabulary | None = None
    schema: Schema | None = None

    def majors_in(self, language: str) -> tuple[int, ...]:
        """The majors that are known of the language's own provider, ascending."""
        return tuple(sorted(self.numbering[language])) if language in self.numbering else self.majors

    def facts_of(self, language: str, major: int) -> int:
        """The major whose facts a major of the language's own provider has."""
        return self.numbering.get(language, {}).get(major, major)

    def is_made_by(self, package: str) -> bool:
        """What the package exports may make resources of the provider: another one's resources have their own."""
        return any(word in package for word in (self.name, *self.makers))


@dataclass(frozen=True)
class Pack:
    """A provider and the rules for its programs; those of the folders in `added` are for whatever types they name."""

    provider: ProviderPackage
    rules: Sequence[Rule]
    added: tuple[RuleFolder, ...] = ()

    @property
    def own_ids(self) -> tuple[str, ...]:
        """Of its own rules, without loading them where that can be."""
        return self.rules.ids if isinstance(self.rules, _Modules) else tuple(rule.id for rule in self.rules)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all rules."""
        return (*self.own_ids, *(id for folder in self.added for id, _ in folder.files))

    def hold_in(self, language: str) -> frozenset[str]:
        """The ids of the rules that hold in a language: of its own, where that has names of its own, not all."""
        vocabulary = self.provider.vocabulary if language in self.provider.numbering else None
        return frozenset(self.ids).difference(frozenset(self.own_ids) - vocabulary.rules if vocabulary else ())

    @property
    def folders(self) -> tuple[str, ...]:
        """Where the rules are written."""
        return self.rules.folders if isinstance(self.rules, _Modules) else ()

    def named(self, ids: Collection[str]) -> dict[str, Rule]:
        """Its rules of these ids, the gravest first; no other is loaded for it."""
        own = self.rules.named(ids) if isinstance(self.rules, _Modules) else self.rules
        added = (loaded(folder, id) for folder in self.added for id, _ in folder.files if id in ids)
        found = sorted((*own, *added), key=_rank) if self.added else own
        return {rule.id: rule for rule in found if rule.id in ids}


class _Modules(Sequence["Rule"]):
    """The rules of a package, which are imported when they are asked for."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package

    @cached_property
    def _names(self) -> list[str]:
        from pkgutil import iter_modules

        found = iter_modules(self._package.__path__)
        return sorted(info.name for info in found if not info.ispkg and not info.name.startswith("_"))

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        return self.named(self.ids)

    def named(self, ids: Collection[str]) -> tuple[Rule, ...]:
        """Those of these ids, the gravest first."""
        found = [
            getattr(import_module(f"{self._package.__name__}.{name}"), name)
            for name, id in zip(self._names, self.ids, strict=True)
            if id in ids
        ]
        return tuple(sorted(found, key=_rank))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(name.replace("_", "-") for name in self._names)

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self._package.__path__)

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return self._rules[index]

    def __len__(self) -> int:
        return len(self._rules)


def _rank(rule: Rule) -> tuple[int, str]:
    return rule.severity.rank, rule.id


def pack_of(package: ModuleType, provider: ProviderPackage) -> Pack:
    """Every module of the package that does not begin with an underscore is a rule of the same name; packages in it
    hold what rules share."""
    return Pack(provider, _Modules(package))


@cache
def packs() -> tuple[Pack, ...]:
    """The installed packs, by name, with the rules of the folders that are used."""
    return tuple(replace(pack, added=rule_folders.used()) for pack in _installed())


rule_folders.on_change(packs.cache_clear)


@cache
def _installed() -> tuple[Pack, ...]:
    return tuple(_loaded(reference) for _, reference in sorted(offered("iacfix.packs").items()))


def _loaded(reference: str) -> Pack:
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


def rules() -> Mapping[str, Rule]:
    """Every rule by its id, the gravest first."""
    return rules_named(frozenset(id for pack in packs() for id in pack.ids))


def rules_named(ids: Collection[str]) -> dict[str, Rule]:
    """Those of these ids, in the same order; no other is loaded for it."""
    return {id: rule for pack in packs() for id, rule in pack.named(ids).items()}


def checklists() -> frozenset[str]:
    """The ids of the rules that are asked only where they are named."""
    return frozenset(upgrade.checklist for pack in packs() for upgrade in pack.provider.upgrades.values())


def rule_ids() -> frozenset[str]:
    """The ids of all installed rules: what settings may name without a folder."""
    return frozenset(id for pack in _installed() for id in pack.own_ids)
