"""Outputs that hold text, by their names."""

import re

TEXTUAL = re.compile(
    r"\.(?:id|urn|name|bucket|address|endpoint|hostname|domain|region|(?:public|private)_(?:ip|dns)"
    r"|(?!invoked_via)(?:\w+_)?(?:arn|url|uri)|(?!add_column|accept)\w+_name"
    r"|\w+_(?<!version_)(?<!network_)(?<!vlan_)(?<!revocation_)id"
    r"|(?:website|primary|reader|configuration)_endpoint)$"
)
"""The last member that is read, as Python spells it. Outputs of these names hold text or objects, never numbers."""
