"""Where the tool and its rules are described, as far as the installed package says."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution

from iacfix.registry import rule_ids
from iacfix.rule import Rule


def tool_address() -> str | None:
    """The home page of the package, or the repository it was installed from."""
    try:
        installed = json.loads(distribution("iacfix").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return None
    found = [*_addresses().values(), installed.get("url", "").removesuffix(".git")]
    return next((url for url in found if url.startswith("https://")), None)


def page_of(rule: Rule) -> str:
    """The rule's page in the documentation, where the package says where that is; else the official one."""
    site = _addresses().get("Documentation", "")
    has_page = site.startswith("https://") and rule.id in rule_ids()
    return f"{site.rstrip('/')}/rules/{rule.id}/" if has_page else rule.link


def _addresses() -> dict[str, str]:
    """The addresses of the package by their labels."""
    try:
        told = distribution("iacfix").metadata.get_all("Project-URL") or ()
    except PackageNotFoundError:
        return {}
    return {label.strip(): url.strip() for label, _, url in (each.partition(",") for each in told)}
