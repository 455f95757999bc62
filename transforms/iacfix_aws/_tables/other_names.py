"""Names that the provider's modules export and that are no classes of resources."""

from __future__ import annotations

OTHER_NAMES = frozenset(
    {
        "CannedAcl",
        "Device",
        "EngineMode",
        "EngineType",
        "InstancePlatform",
        "InstanceType",
        "IpAddressType",
        "LifecyclePolicyActionType",
        "LifecyclePolicyCountType",
        "LifecyclePolicyTagStatus",
        "LoadBalancerType",
        "ManagedPolicy",
        "Metric",
        "MetricsGranularity",
        "NotificationType",
        "ParameterType",
        "PlacementStrategy",
        "PolicyDocumentVersion",
        "PolicyStatement",
        "PolicyStatementEffect",
        "ProtocolType",
        "RecordType",
        "Region",
        "Runtime",
        "StorageType",
        "Tenancy",
    }
)
"""Enumerations and types that are no class's own; a test holds them against the SDKs."""
NO_CLASSES = ("Args", "ArgsDict", "Result", "State", "Event", "Handler", "Record", "Subscription")
"""How the names of types end that belong to classes and functions."""
