"""Places that mean another region than their host's by nature: copies, replicas, what global services read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Caller, Fields, Items, Program, Resource, Text, Use, Value, Where, literal
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import REGION
from iacfix_aws._tables.services import GLOBAL_MODULES
from iacfix_aws._views.arns import regional_arns

ACCOUNT = re.compile(r"\d{12}")
ONE_OF_ACCOUNTS = re.compile(r"(?i)accounts?(?:_?ids?)?\[(?:\"[^\"]*\"|'[^']*')\]")
"""The account of a name, out of those of an organization."""
OTHERS_ACCOUNT = re.compile(
    r"(?i)(?<![a-z])_?(?:audit|central|consumer|external|log_?archive|other|partner|peer|producer|remote|security|shared"
    r"|source|target|trusted|vendor)_?(?:services?_?)?account(?:_?id|_?number)?s?(?![a-z])"
)
"""Names of accounts that are somebody else's than the deployment's."""

OTHERS = frozenset(
    {
        "copies",
        "copy",
        "disaster",
        "dr",
        "failover",
        "global",
        "mirror",
        "peer",
        "primary",
        "replica",
        "replicas",
        "replicate",
        "replicated",
        "replication",
        "secondary",
        "standby",
    }
)
"""Words of a key that say that its value belongs to another region, or may."""
ENDS = frozenset({"source", "destination"})
"""Words of an input that say so too, but for those in `NEAR`."""
NEAR = frozenset(
    {
        "audit-destination-arn",
        "delivery-destination-arn",
        "destination",
        "destination-arn",
        "destination-location-arn",
        "destination-stream-arn",
        "event-source-arn",
        "log-destination",
        "log-destination-configs",
        "source-endpoint-arn",
        "source-kms-key-arn",
        "source-location-arn",
    }
)
"""Inputs whose source or destination has to be in the region of the resource."""
PLAIN = frozenset({"primary-container", "secondary-artifacts", "secondary-sources", "replication-instance-arn"})
"""Inputs with such a word that says nothing of regions."""

ON_PURPOSE = re.compile(
    r"(?i)primary|secondary|replica|backup|failover|\bdr\b|_dr_|^dr_|^dr(?-i:[A-Z])|_dr$|source|target|dest|peer|remote|other|allowed|home"
)
"""Variables that name another region because that is their purpose."""

ACROSS = frozenset(
    {
        "aws.docdb.GlobalCluster",
        "aws.dynamodb.GlobalTable",
        "aws.dynamodb.TableReplica",
        "aws.ebs.SnapshotCopy",
        "aws.ec2.AmiCopy",
        "aws.ec2transitgateway.PeeringAttachment",
        "aws.ec2transitgateway.PeeringAttachmentAccepter",
        "aws.efs.ReplicationConfiguration",
        "aws.elasticache.GlobalReplicationGroup",
        "aws.kms.ReplicaExternalKey",
        "aws.kms.ReplicaKey",
        "aws.msk.Replicator",
        "aws.neptune.GlobalCluster",
        "aws.rds.ClusterSnapshotCopy",
        "aws.rds.GlobalCluster",
        "aws.rds.InstanceAutomatedBackupsReplication",
        "aws.rds.SnapshotCopy",
        "aws.redshift.SnapshotCopy",
        "aws.s3.BucketReplicationConfig",
        "aws.s3control.MultiRegionAccessPoint",
        "aws.ssmincidents.ReplicationSet",
    }
)
"""Resources that stand between regions."""

EVENT_BUS = re.compile(r":event-bus/")
EDGE = re.compile(r"(?:^|[^a-z])edgelambda\.amazonaws\.com")
BUCKET_LOOKUP = "aws.s3.getBucket"
"""Finds a bucket in whatever region; other lookups find what is in that of their provider."""
WEB_ACL, WEB_LOGS = "aws.wafv2.WebAcl", "aws-waf-logs-"


def elsewhere(program: Program, text: Text, where: Where) -> str | None:
    """Why the region at this place may be another than the host's by nature."""
    host, path = where.resource, where.path
    for key in _names(where):
        if _words(key) & OTHERS and _joined(key) not in PLAIN:
            return reasons.MAY_BE_ABOUT_ANOTHER.of(name=key)
    if host is None:
        is_told = where.use is Use.INVOKE and where.siblings is not None and where.siblings.has("region")
        return reasons.REGION_BESIDE if is_told else None
    if host.type in ACROSS:
        return reasons.BETWEEN_REGIONS.of(type=host.type)
    if path and _is_end(host, path):
        return reasons.MAY_BE_ELSEWHERE.of(name=path[-1])
    if _has_region_beside(host, where, text):
        return reasons.REGION_BESIDE
    if host.type == "aws.cloudwatch.EventTarget" and EVENT_BUS.search(text.pattern):
        return reasons.OTHER_EVENT_BUS
    return _of_the_edge(program, text, host)


def of_others(program: Program, text: Text, where: Where) -> str | None:
    """Why what a text is put together of, or what a widget shows, may be in another region than its host."""
    mine = _provider(program, where.resource.options if where.resource else None)
    for value in _parts(text, where):
        origins = program.origins(value)
        if origins.of_stack:
            return reasons.OF_OTHER_STACK
        if BUCKET_LOOKUP in origins.functions:
            return reasons.BUCKET_LOOKED_UP
        if account := next((found for found in sorted(origins.literals) if ACCOUNT.fullmatch(found)), None):
            return reasons.OF_OTHER_ACCOUNT.of(account=account)
        if named := value.mention(ONE_OF_ACCOUNTS):
            return reasons.ONE_OF_SEVERAL_ACCOUNTS.of(name=named[0])
        if named := value.mention(OTHERS_ACCOUNT):
            return reasons.NAMED_AFTER_OTHER_ACCOUNT.of(name=named[0])
        told = next((found for found in sorted(origins.literals) if REGION.fullmatch(found)), None)
        if told is not None and origins.imported:
            return reasons.TOLD_REGION.of(region=told)
        for made in origins.resources:
            if made is not where.resource and not made.type.startswith(("aws.iam.", *GLOBAL_MODULES)):
                if made.args.has("region"):
                    return reasons.ABOUT_REGION_OF_ITS_OWN.of(resource=made.label)
                if (other := _provider(program, made.options)) != mine:
                    whose = reasons.ABOUT_UNKNOWN_PROVIDER if other is None else reasons.ABOUT_OTHER_PROVIDER
                    return whose.of(resource=made.label)
        others = [_provider(program, options) for options in origins.options]
        if any(other not in (None, "", mine) for other in others):
            return reasons.OF_OTHER_PROVIDER
        for names in sorted(origins.imported):
            if (reason := _set_apart(program, names)) is not None:
                return reason
    return None


def _parts(text: Text, where: Where) -> Iterator[Value]:
    """The computed parts of a text; beside a widget's region what its metrics are about."""
    yield from (chunk.value for chunk in text.chunks if chunk.value is not None)
    if where.path[-1:] == ("region",) and where.siblings is not None:
        rows = where.siblings.get("metrics")
        for row in rows if isinstance(rows, Items) else ():
            yield from row if isinstance(row, Items) else ()


def _provider(program: Program, options: Value | None) -> str | None:
    """The provider that options name, nothing for the default one, None where it cannot be seen."""
    if options is None or options.is_nothing:
        return ""
    if not isinstance(options, Fields) or options.has("providers"):
        return None
    provider, parent = options.get("provider"), options.get("parent")
    if provider is not None and not provider.is_nothing:
        return provider.shown
    if options.is_open:
        return None
    above = program.referent(parent) if parent is not None else None
    return _provider(program, above.options) if above is not None else ""


def _set_apart(program: Program, names: tuple[str, ...]) -> str | None:
    """What such an imported name leads to in another file, where that gives it a provider or a region. Of what makes
    resources, or keeps them, any of the file may be meant."""
    modules, _, name = names[0].rpartition(".")
    words = {*re.split(r"[/.]", modules), name, name.rpartition("/")[2]}
    for path, other in program.neighbours.programs(name, *names[1:2]):
        if not words & {*re.split(r"[/.]", path)}:
            continue
        made = list(other.resources())
        meant = [found for found in made if found.binding in (name, *names[1:])]
        for found in meant or made:
            if _is_apart(other, found):
                about = found.binding if meant else name
                return reasons.ABOUT_ELSEWHERE_APART.of(name=about, path=path)
    return None


def of_callers(program: Program, where: Where) -> str | None:
    """Why a text that belongs to no resource may be for one of another provider: who uses what it stands in."""
    names = [name for name in where.holders or (where.variable,) if name.isidentifier()]
    for name in names if where.resource is None else ():
        others = program.neighbours.programs(name) if name == names[-1] else ()
        for path, user in [("this file", program), *others]:
            if any(_is_apart_for(user, caller, is_own=user is program) for caller in user.callers(name)):
                return reasons.USED_APART.of(path=path, name=name)
    return None


def _is_apart_for(user: Program, caller: Caller, *, is_own: bool) -> bool:
    """What uses a name, in the file of the text or in another one, has a provider or a region of its own."""
    if caller.resource is None and caller.options is None:
        return not is_own and any(_is_apart(user, made) for made in user.resources())
    is_region = caller.resource is not None and caller.resource.args.has("region")
    return is_region or _provider(user, caller.options) != ""


def of_project(program: Program, where: Where) -> str | None:
    """Why the default region may not be meant in a file that names nothing of the provider, but in a stack output."""
    if not program.is_beside:
        return None
    if where.use is not Use.EXPORT:
        return reasons.BESIDE_PROVIDER
    for path, other in program.neighbours.programs("Provider", "provider", "region"):
        if any(_is_apart(other, made) for made in other.resources()):
            return reasons.ELSEWHERE_APART.of(path=path)
    return None


def _is_apart(program: Program, resource: Resource) -> bool:
    """The resource has a provider or a region of its own, or is a provider."""
    return resource.args.has("region") or _provider(program, resource.options) not in (None, "")


def _names(where: Where) -> Iterator[str]:
    """What the place is called: by its last keys, its variable, the name of what it is the value of."""
    yield from where.path[-2:]
    if where.variable:
        yield where.variable
    if where.siblings is not None and where.path[-1:] == ("value",) and len(where.path) > 1:
        yield literal(where.siblings.get("name")) or ""


def _words(key: str) -> frozenset[str]:
    return frozenset(_joined(key).split("-"))


def _joined(key: str) -> str:
    """`destinationArn`, `destination_arn` and `DESTINATION_ARN` as `destination-arn`."""
    return "-".join(re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", key)).lower()


def _is_end(host: Resource, path: tuple[str, ...]) -> bool:
    """The input is one end of something that has two, and the ends may be apart."""
    key = path[-1]
    if ":" in key or key.isupper() or _joined(key) in NEAR:
        return False
    return bool(_words(key) & ENDS) and f"{host.type}.{key}" != "aws.lambda.Permission.sourceArn"


def _has_region_beside(host: Resource, where: Where, text: Text) -> bool:
    """An object around the text says its region; a widget and a log driver say the stack's, which is looked up too."""
    if where.path[:1] == ("dashboardBody",) or {"options", "variables"} & set(where.path[-2:]):
        return False
    around = [fields for fields in _around(host.args, where.path, text) if fields is not host.args]
    if where.siblings is not None and len(where.path) > 1:
        around.append(where.siblings)
    return any(
        entry.key in ("region", "regionName", "region_name") and entry.value.place != text.place
        for fields in around
        for entry in fields.entries
    )


def _around(value: Value | None, path: tuple[str, ...], text: Text) -> Iterator[Fields]:
    """The objects on the way from the inputs to a text, as far as they are written there."""
    match value:
        case Items():
            for element in value:
                if element.line <= text.line <= element.end_line:
                    yield from _around(element, path, text)
        case Fields():
            yield value
            if path:
                yield from _around(value.get(path[0]), path[1:], text)
        case _:
            pass


def _of_the_edge(program: Program, text: Text, host: Resource) -> str | None:
    """What CloudFront reads is in us-east-1, wherever the stack is."""
    linked = [found for entry in host.args.entries if (found := program.referent(entry.value)) is not None]
    lists = [found for found in linked if found.type == WEB_ACL]
    if any(literal(found.args.get("scope")) == "CLOUDFRONT" for found in lists):
        return reasons.OF_CLOUDFRONT
    if lists:
        return None
    if host.type == f"{WEB_ACL}LoggingConfiguration":
        return reasons.ACL_UNKNOWN
    if WEB_LOGS in text.pattern and any(
        literal(found.args.get("scope")) == "CLOUDFRONT" for found in program.resources(WEB_ACL)
    ):
        return reasons.OF_CLOUDFRONT
    is_of_edge = any(
        arn.region == "us-east-1" and arn.service in ("lambda", "logs") for arn in regional_arns(text.pattern)
    )
    if is_of_edge and any(EDGE.search(found.pattern) for found in program.texts()):
        return reasons.EDGE_FUNCTION
    return None
