"""The regions that a program is about, and whether a text can only mean the one that is looked up for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from iacfix.model import Fields, Null, Program, Resource, Text, Use, Value, Where, literal
from iacfix_aws._regions.elsewhere import ON_PURPOSE, elsewhere
from iacfix_aws._regions.located import stays
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import INSIDE, REGION, ZONE
from iacfix_aws._tables.reserved import FUNCTIONS, RESERVED
from iacfix_aws._tables.services import GLOBAL_MODULES
from iacfix_aws._views.metrics import homes_of

PEERS = frozenset(
    {
        "destinationRegion",
        "endpointGroupRegion",
        "peerRegion",
        "regionName",
        "regions",
        "replicaRegion",
        "replicaRegions",
        "sourceRegion",
    }
)
"""Inputs that say where something else is."""
PROSE = frozenset(
    {"tags", "tagsAll", "description", "message", "comment", "markdown", "alarmDescription", "title", "label"}
)
PROVIDER = "aws.Provider"
MEANT = frozenset({Use.NAME, Use.OPTION, Use.DEFAULT, Use.CONDITION})


@lru_cache(maxsize=4)  # asked by several rules, by one for every grant
def regions_named(program: Program) -> frozenset[str]:
    """The regions the program writes out where its own could be meant, those of availability zones included.

    What says for itself whose region it is does not count: settings of a provider and what is given that provider,
    peers and copies, global services, comparisons, keys, tags and prose.
    """
    found = set[str]()
    for text in program.texts():
        here = {match[0] for match in INSIDE.finditer(text.pattern)}
        here |= {match[0][:-1] for match in ZONE.finditer(text.pattern)}
        if here - found:
            where = program.where(text)
            found |= here - explained(program, where) if not _is_anothers(program, text, where) else set()
    return frozenset(found)


def _is_anothers(program: Program, text: Text, where: Where) -> bool:
    """The text says for itself that its region is not the stack's own."""
    host, is_whole = where.resource, REGION.fullmatch(text.pattern) is not None
    if where.use in (Use.CONDITION, Use.OPTION) or is_prose(where) or is_global(where) or stays(text.pattern):
        return True
    if is_whole and (where.use in (Use.KEY, Use.INVOKE) or (where.use is Use.VALUE and PEERS & set(where.path[-1:]))):
        return True
    if host is not None and (host.type.endswith(".Provider") or (is_whole and where.path == ("region",))):
        return True
    if where.use is Use.CONSTANT and where.path and ON_PURPOSE.search(where.path[0]):
        return True
    return is_of_home(text, where) or elsewhere(program, text, where) is not None


def explained(program: Program, where: Where) -> set[str]:
    """The region of the provider that the resource names."""
    made = provider_of(program, where.resource) if where.resource is not None else None
    region = region_of(made) if made is not None else None
    return {region} if region is not None else set()


def is_meant(where: Where) -> bool:
    """The place is one where a certain region is meant, or regions are only talked about."""
    if where.use in MEANT or is_prose(where):
        return True
    resource = where.resource
    return resource is not None and (
        resource.type.endswith(".Provider")
        or literal(resource.args.get("scope")) == "CLOUDFRONT"
        or (resource.type in FUNCTIONS and not RESERVED.keys().isdisjoint(where.path[-1:]))
    )


def is_prose(where: Where) -> bool:
    """The place is one where regions are only talked about."""
    return bool(PROSE & set(where.path))


def is_global(where: Where) -> bool:
    """What stands there belongs to a service without regions."""
    host = where.resource
    return host is not None and (
        host.type.startswith(GLOBAL_MODULES) or literal(host.args.get("scope")) == "CLOUDFRONT"
    )


def is_of_home(text: Text, where: Where) -> bool:
    """The region of a widget whose metrics are kept in one."""
    metrics = where.siblings.get("metrics") if where.path[-1:] == ("region",) and where.siblings else None
    return metrics is not None and any(text.literal == home for _, home in homes_of(metrics))


def unsettled(
    program: Program, host: Resource | None, written: str, named: frozenset[str], *, is_hosts: bool = False
) -> str | None:
    """Why a lookup may not give the region that is written out at the host; `named` are the regions of the program.

    With `is_hosts` it can only be that of the host itself.
    """
    if host is not None and host.args.has("region"):
        return reasons.RESOURCE_SETS_REGION
    if host is not None and names_provider(host):
        made = provider_of(program, host)
        its = region_of(made) if made is not None else None
        if its is not None:
            return None if its == written else reasons.PROVIDER_IN_OTHER_REGION.of(region=its)
    if named - {written}:
        return reasons.SEVERAL_REGIONS.of(regions=", ".join(sorted(named | {written})))
    if host is not None and names_provider(host):
        return None
    others = _settings(program)
    if not is_hosts and not others.regions.isdisjoint({*named, None}):
        return reasons.FILE_SETS_REGIONS
    if not others.providers.isdisjoint({written, None}):
        return reasons.FILE_SETS_UP_PROVIDER
    if not is_hosts and not others.named.isdisjoint({written, None}):
        return reasons.FILE_NAMES_PROVIDER
    return _set_by_imported(program, {*named, None}, {written, None}) if not is_hosts else None


def _set_by_imported(program: Program, regions: set[str | None], providers: set[str | None]) -> str | None:
    """Why what stands in a file may be about what another one deploys, which it imports. The providers that are named
    there are made in one of them, or handed in."""
    for path, its in _imported_settings(program):
        if not (its.regions.isdisjoint(regions) and its.providers.isdisjoint(providers)):
            return reasons.ELSEWHERE_APART.of(path=path)
    return None


@dataclass(frozen=True)
class _Settings:
    """The regions that resources of a file set, that its providers have, and that those have which resources name;
    None for one that cannot be seen."""

    regions: frozenset[str | None]
    providers: frozenset[str | None]
    named: frozenset[str | None]


@lru_cache(maxsize=4)  # asked for every region of a file
def _imported_settings(program: Program) -> tuple[tuple[str, _Settings], ...]:
    found = program.neighbours.imported("region", "Provider")
    return tuple((path, _settings(other)) for path, other in found)


@lru_cache(maxsize=4)  # asked for every region of a file
def _settings(program: Program) -> _Settings:
    resources = list(program.resources())
    providers = [found for found in resources if found.type == PROVIDER]
    regions = (found.args.get("region") for found in resources if found.type != PROVIDER)
    named = (provider_of(program, found) for found in resources if names_provider(found))
    return _Settings(
        frozenset(literal(region) for region in regions if region is not None),
        frozenset(map(region_of, providers)),
        frozenset(region_of(made) if made is not None else None for made in named),
    )


def names_provider(resource: Resource) -> bool:
    """The resource's options are seen to name a provider."""
    return _named_provider(resource) is not None


def _named_provider(resource: Resource) -> Value | None:
    options = resource.options
    provider = options.get("provider") if isinstance(options, Fields) else None
    return provider if not isinstance(provider, Null) else None


def provider_of(program: Program, resource: Resource) -> Resource | None:
    """The provider of this file that the resource's options name."""
    provider = _named_provider(resource)
    made = program.referent(provider) if provider is not None else None
    return made if made is not None and made.type == PROVIDER else None


def region_of(provider: Resource) -> str | None:
    """The region that a provider is set up with, where it is written out."""
    return literal(provider.args.get("region"))
