"""What a campaign keeps of files, told from what it computes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

MESSAGE = b"alarm errors does not set treat_missing_data"
MARK = b"told by the first of them does not say what it does"


def marked(cache: Path) -> int:
    """Let what is kept say who made it; how many files say so then."""
    count = 0
    for file in cache.rglob("*"):
        if file.is_file() and MESSAGE in (data := file.read_bytes()):
            rest = data.partition(b"\n")[2].replace(MESSAGE, MARK)
            file.write_bytes(sha256(rest).hexdigest().encode() + b"\n" + rest)
            count += 1
    return count
