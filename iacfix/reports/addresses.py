"""URLs of the tool and of the pages of its rules, from the metadata of the installed package."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution

from iacfix.registry import rule_ids
from iacfix.rule import Rule


def tool_address() -> str | None:
    """The home page of the package, else the repository it was installed from; None where the metadata has neither."""
    try:
        installed = json.loads(distribution("iacfix").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return None
    found = [*_addresses().values(), installed.get("url", "").removesuffix(".git")]
    return next((url for url in found if url.startswith("https://")), None)


def page_of(rule: Rule) -> str:
    """The URL of the rule's page in the documentation of the package, else of the official page."""
    site = _addresses().get("Documentation", "")
    has_page = site.startswith("https://") and rule.id in rule_ids()
    return f"{site.rstrip('/')}/rules/{rule.id}/" if has_page else rule.link


def _addresses() -> dict[str, str]:
    """The URLs of the package by label."""
    try:
        told = distribution("iacfix").metadata.get_all("Project-URL") or ()
    except PackageNotFoundError:
        return {}
    return {label.strip(): url.strip() for label, _, url in (each.partition(",") for each in told)}
