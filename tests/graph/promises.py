"""What each rule promises to change, as a question about a single change."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

from graph.changes import MISSING, Change, Path, Side, at
from graph.mocked_cloud import ACCOUNT, REGION, Json, Object

REGION_NAME = re.compile(r"(?<![a-z0-9])((?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d)(?![a-z0-9])")
LOGS_SERVICE = re.compile(r"logs(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com")
LOGS_CONTEXT = "kms:EncryptionContext:aws:logs:arn"
BUCKET_READS = ("s3:GetBucketLocation", "s3:GetBucketVersioning")
NAMES = {"name", "namePrefix", "bucket", "bucketPrefix", "dashboardName", "description", "tags", "region"}
RENDERING = {
    "color",
    "label",
    "period",
    "stat",
    "visible",
    "yAxis",
    "id",
    "expression",
    "region",
    "accountId",
}


def inline_bucket_config(change: Change) -> bool:
    """A lifecycle rule without an id gets one, defaults may be written; all else is settled by `buckets.split`."""
    if change.before is not MISSING or not change.kind.startswith("aws:s3/bucket"):
        return False
    match change.path, change.after:
        case ("rules", int(index), "id"), str(made) if made:
            rules = at(change.new, ("rules",))
            others = rules[:index] + rules[index + 1 :] if isinstance(rules, list) else []
            return "bucketLifecycle" in change.kind and all(at(rule, ("id",)) != made for rule in others)
        case ("rules", int(), "filter", "and", "prefix"), written:
            return written == ""
        case ("versioningConfiguration", "mfaDelete"), written:
            return written == "Disabled"
        case ("objectLockEnabled",), written:
            return "bucketObjectLock" in change.kind and written == "Enabled"
        case _:
            return False


def hardcoded_region(change: Change) -> bool:
    """A region inside a text becomes the stack's own; names, tags and providers are no such texts."""
    if change.kind == "pulumi:providers:aws" or (change.path[0] in NAMES and change.kind != "export"):
        return False
    match change.before, change.after:
        case str(before), str(after):
            old, new = REGION_NAME.split(before), REGION_NAME.split(after)
            return len(old) == len(new) and all(
                left == right or (index % 2 == 1 and right == REGION)
                for index, (left, right) in enumerate(zip(old, new, strict=True))
            )
        case _:
            return False


def unset_missing_data(change: Change) -> bool:
    if change.kind != "aws:cloudwatch/metricAlarm:MetricAlarm" or change.path != ("treatMissingData",):
        return False
    operator = str(at(change.old, ("comparisonOperator",)))
    return change.before is MISSING and change.after == ("breaching" if operator.startswith("Less") else "notBreaching")


def untyped_build_variable(change: Change) -> bool:
    variable = change.around("environmentVariables")
    return (
        change.kind == "aws:codebuild/project:Project"
        and variable is not None
        and change.path == (*variable[0], "type")
        and change.before is MISSING
        and change.after == "PLAINTEXT"
    )


def missing_bucket_reads(change: Change) -> bool:
    place = change.around("Statement")
    if place is None or not change.kind.startswith("aws:iam/") or _below(change, place[0])[:1] != ("Action",):
        return False
    old, new = (_several(at(statement, ("Action",))) for statement in place[1:])
    added = new[len(old) :]
    resources = _several(at(place[1], ("Resource",)))
    return (
        at(place[1], ("Effect",)) == "Allow"
        and "s3:ListBucket" in old
        and new[: len(old)] == old
        and all(action in BUCKET_READS and added.count(action) == 1 for action in added)
        and not all(str(resource).endswith("/*") for resource in resources)
    )


def unconditioned_logs_grant(change: Change) -> bool:
    """A logs statement gets the encryption context of this account's log groups and the regional principal."""
    place = change.around("Statement")
    if place is None or not change.kind.startswith("aws:kms/"):
        return False
    match _below(change, place[0]):
        case ("Principal", "Service", *_):
            return LOGS_SERVICE.fullmatch(str(change.before)) is not None and change.after == _logs_of(REGION)
        case ("Condition", *_):
            services = _several(at(place[1], ("Principal", "Service")))
            arns = [f"arn:aws:logs:{REGION}:{ACCOUNT}:{ending}" for ending in ("*", "log-group:*")]
            return (
                len(services) == 1
                and LOGS_SERVICE.fullmatch(str(services[0])) is not None
                and at(place[2], ("Condition", "ArnLike", LOGS_CONTEXT)) in arns
                and _without_logs_context(place[2]) == _without_logs_context(place[1])
            )
        case _:
            return False


def unplaced_widget(change: Change) -> bool:
    place = change.around("widgets")
    if place is None or change.kind != "aws:cloudwatch/dashboard:Dashboard":
        return False
    widgets = at(change.new, place[0][:-1])
    is_metric = at(place[1], ("type",)) == "metric"
    match _below(change, place[0]):
        case ("x" | "y" | "width" | "height",):
            return change.before is MISSING and isinstance(widgets, list) and _is_grid(widgets)
        case ("properties", "view"):
            return change.before is MISSING and is_metric and change.after == "timeSeries"
        case ("properties", "stacked"):
            return change.before is MISSING and is_metric and change.after is False
        case ("properties", "metrics", *_):
            old, new = (at(widget, ("properties", "metrics")) for widget in place[1:])
            return isinstance(old, list) and isinstance(new, list) and _same_metrics(old, new, labels=True)
        case _:
            return False


def misplaced_dimension(change: Change) -> bool:
    """The metrics stay, with their dimensions in front of their options."""
    place = change.around("widgets")
    if place is None or change.kind != "aws:cloudwatch/dashboard:Dashboard":
        return False
    old, new = (at(widget, ("properties", "metrics")) for widget in place[1:])
    is_below = _below(change, place[0])[:2] == ("properties", "metrics")
    return is_below and isinstance(old, list) and isinstance(new, list) and _same_metrics(old, new, labels=False)


def unblocked_bucket(_: Change) -> bool:
    """It only adds resources, which `compare` knows."""
    return False


def unrotated_key(change: Change) -> bool:
    return _gives(change, "aws:kms/key:Key", "enableKeyRotation", True)


def unencrypted_queue(change: Change) -> bool:
    return _gives(change, "aws:sqs/queue:Queue", "sqsManagedSseEnabled", True)


def unrecoverable_table(change: Change) -> bool:
    return _gives(change, "aws:dynamodb/table:Table", "pointInTimeRecovery", {"enabled": True})


def endless_log_group(change: Change) -> bool:
    return _gives(change, "aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 30)


def optional_metadata_token(change: Change) -> bool:
    """Tokens are required, with one hop more for containers."""
    options: Object = {"httpEndpoint": "enabled", "httpTokens": "required"}
    return any(
        _gives(change, kind, "metadataOptions", given)
        for kind in ("aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate")
        for given in (options, {**options, "httpPutResponseHopLimit": 2})
    )


def invalid_value(change: Change) -> bool:
    """One of a few words takes the place of the same word in other letters, or of what the console calls it."""
    match change.before, change.after:
        case str(before), str(after):
            is_same = before.replace("_", "").lower() == after.replace("_", "").lower()
            return change.kind.startswith("aws:") and (is_same or (before, after) == ("ON_DEMAND", "PAY_PER_REQUEST"))
        case bool(before), str(after):
            return change.kind == "aws:codepipeline/pipeline:Pipeline" and after == str(before).lower()
        case _:
            return False


def reserved_lambda_variable(change: Change) -> bool:
    """A function no longer says which region it is in."""
    is_region = change.path[-1:] in (("AWS_REGION",), ("AWS_DEFAULT_REGION",))
    return change.kind == "aws:lambda/function:Function" and is_region and change.after is MISSING


def unknown_managed_policy(change: Change) -> bool:
    """Another path, other cases or underscores, or another vendor in front: the words stay."""
    match change.before, change.after:
        case str(before), str(after):
            return change.kind.startswith("aws:iam/") and _policy_words(before) == _policy_words(after) != ""
        case _:
            return False


def outdated_input(change: Change) -> bool:
    """An elastic IP says with a word that it is of a VPC; other outdated inputs are gone, and did not start."""
    if change.kind != "aws:ec2/eip:Eip":
        return False
    is_word = change.path == ("domain",) and change.before is MISSING and change.after == "vpc"
    return (is_word and at(change.old, ("vpc",)) is True) or (change.path == ("vpc",) and change.after is MISSING)


def implicit_stage(change: Change) -> bool:
    """The deployment loses what made its stage; the stage itself is new."""
    is_gone = change.kind == "aws:apigateway/deployment:Deployment" and change.after is MISSING
    return is_gone and change.path in (("stageName",), ("stageDescription",))


def never(_: Change) -> bool:
    """What the rule mends did not start, or only its class gets another name: no input changes."""
    return False


PROMISES: dict[str, Callable[[Change], bool]] = {
    "inline-bucket-config": inline_bucket_config,
    "misplaced-dimension": misplaced_dimension,
    "implicit-stage": implicit_stage,
    "misplaced-option": never,
    "outdated-input": outdated_input,
    "suffixed-bucket-resource": never,
    "unknown-input": never,
    "unknown-nested-input": never,
    "unknown-resource": never,
    "unconditioned-logs-grant": unconditioned_logs_grant,
    "hardcoded-region": hardcoded_region,
    "unset-missing-data": unset_missing_data,
    "missing-bucket-reads": missing_bucket_reads,
    "unplaced-widget": unplaced_widget,
    "untyped-build-variable": untyped_build_variable,
    "unblocked-bucket": unblocked_bucket,
    "unrotated-key": unrotated_key,
    "unencrypted-queue": unencrypted_queue,
    "unrecoverable-table": unrecoverable_table,
    "endless-log-group": endless_log_group,
    "invalid-value": invalid_value,
    "optional-metadata-token": optional_metadata_token,
    "reserved-lambda-variable": reserved_lambda_variable,
    "unknown-managed-policy": unknown_managed_policy,
}


def _gives(change: Change, kind: str, input: str, value: Json) -> bool:
    """An input that was not there is."""
    return change.kind == kind and change.path == (input,) and change.before is MISSING and change.after == value


def _policy_words(arn: str) -> str:
    found = re.fullmatch(r"arn:aws:iam::aws:policy/(?:[\w-]+/)*(?:AWS|Amazon)?(\w+)", arn)
    return found[1].replace("_", "").lower() if found else ""


def _below(change: Change, path: Path) -> Path:
    return change.path[len(path) :]


def _several(side: Side) -> list[Json]:
    match side:
        case list():
            return side
        case str():
            return [side]
        case _:
            return []


def _logs_of(region: str) -> str:
    return f"logs.{region}.amazonaws.com"


def _without_logs_context(statement: Side) -> Object:
    condition = at(statement, ("Condition",)) if isinstance(statement, dict) else MISSING
    kept: Object = dict(condition) if isinstance(condition, dict) else {}
    operands = kept.pop("ArnLike", {})
    left = {key: value for key, value in operands.items() if key != LOGS_CONTEXT} if isinstance(operands, dict) else {}
    return kept | ({"ArnLike": left} if left else {})


def _is_grid(widgets: list[Json]) -> bool:
    """Every widget lies within the 24 columns and none over another."""
    boxes = [_box(widget) for widget in widgets]
    return all(x >= 0 and y >= 0 and x + width <= 24 for x, y, width, _ in boxes) and not any(
        one[0] < two[0] + two[2] and two[0] < one[0] + one[2] and one[1] < two[1] + two[3] and two[1] < one[1] + one[3]
        for one, two in combinations(boxes, 2)
    )


def _box(widget: Json) -> tuple[int, int, int, int]:
    """Left, top, width, height; -1 for what is not there."""
    left, top, width, height = (at(widget, (key,)) for key in ("x", "y", "width", "height"))
    return _number(left), _number(top), _number(width), _number(height)


def _number(side: Side) -> int:
    return side if isinstance(side, int) else -1


def _same_metrics(old: list[Json], new: list[Json], *, labels: bool) -> bool:
    """The same metrics in the same order; dimensions may have moved out of the options and options to the end, and
    labels may be new where `labels` says so."""
    before, after = _metrics(old), _metrics(new)
    return (
        len(before) == len(after)
        and all(
            one[:2] == two[:2]
            and {"label": two[2].get("label") if labels else None, **one[2]} == {"label": None, **two[2]}
            for one, two in zip(before, after, strict=True)
        )
        and all(_options(entry).keys() <= RENDERING and _is_ordered(entry) for entry in new)
    )


def _metrics(entries: list[Json]) -> list[tuple[list[Json], Object, Object]]:
    """Each entry as its names, its dimensions and its rendering options, with the dots filled in."""
    read: list[tuple[list[Json], Object, Object]] = []
    previous: list[Json] = []
    for entry in entries:
        options = _options(entry)
        written = [part for part in entry if not isinstance(part, dict)] if isinstance(entry, list) else []
        moved = {key: value for key, value in options.items() if key not in RENDERING}
        if written[:1] == ["..."]:
            kept = 2 if moved else max(0, len(previous) - len(written) + 1)
            previous = previous[:kept] + written[1:]
        else:
            above = previous + written[len(previous) :]
            previous = [above[place] if part == "." else part for place, part in enumerate(written)]
        previous += [part for pair in moved.items() for part in pair]
        dimensions: Object = {str(key): value for key, value in zip(previous[2::2], previous[3::2], strict=False)}
        read.append((previous[:2], dimensions, {key: value for key, value in options.items() if key in RENDERING}))
    return read


def _is_ordered(entry: Json) -> bool:
    """Its options are one object, and the last of its parts."""
    return isinstance(entry, list) and not any(isinstance(part, dict) for part in entry[:-1])


def _options(entry: Json) -> Object:
    parts = entry if isinstance(entry, list) else []
    return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
