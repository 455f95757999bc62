"""Repositories that nobody made for iacfix: each kind with the state that a campaign gives it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from alarms import ALARM, TYPESCRIPT
from farm import PINNED, bare, git

WEAK: dict[str, str | bytes] = {"__main__.py": ALARM, **PINNED}
FILES: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "typescript": ("fixed", {"index.ts": TYPESCRIPT, "package.json": '{"dependencies": {"@pulumi/aws": "7.1.0"}}\n'}),
    "crlf": ("fixed", {**WEAK, "__main__.py": ALARM.replace("\n", "\r\n")}),
    "bom": ("fixed", {**WEAK, "__main__.py": b"\xef\xbb\xbf" + ALARM.encode()}),
    "latin": ("failed", {**PINNED, "__main__.py": ALARM.replace("errors", "zähler").encode("latin-1")}),
    "zeros": ("failed", {**PINNED, "__main__.py": ALARM.encode() + b"\0"}),
    "eol": ("fixed", {**WEAK, ".gitattributes": "*.py text eol=crlf\n"}),
    "filter": ("fixed", {**WEAK, ".gitattributes": "*.py filter=nobody ident\n"}),
    "vanished": ("no program", {"__main__.py": ""}),
    "deep": ("fixed", {**WEAK, "/".join(["d"] * 60) + "/alarm.py": ALARM}),
    "long": ("fixed", {**WEAK, "n" * 240 + ".py": ALARM}),
    "many": ("fixed", {**WEAK, **{f"lib/module{number}.py": f"x = {number}\n" for number in range(2000)}}),
    "capitals": ("fixed", {**PINNED, "Alarm.py": ALARM, "alarm.py": ALARM}),
    "two": ("fixed", {"a/__main__.py": ALARM, "a/requirements.txt": "pulumi-aws==6.80.0\n", **WEAK}),
    "vendored": ("no program", {"node_modules/a/index.ts": TYPESCRIPT, "venv/pyvenv.cfg": "", "venv/a.py": ALARM}),
    "settings": ("failed", {**WEAK, "iacfix.toml": "select = 7\n"}),
    "packs": ("failed", {**WEAK, "iacfix.toml": 'packs = ["rules"]\n', "rules/rule.py": "raise SystemExit(7)\n"}),
    "unknown": ("failed", {**WEAK, "iacfix.toml": 'select = ["no-such-rule"]\n'}),
    "baseline": ("failed", {**WEAK, "iacfix-baseline.json": "{"}),
}
OTHERS = {
    "links": "fixed",
    "shadow": "fixed",
    "detached": "fixed",
    "slashes": "fixed",
    "tag": "fixed",
    "shallow": "fixed",
    "torn": "failed",
    "folder": "failed",
    "gone": "failed",
    "locked": "fixed",
    "worktree": "fixed",
}
STATES = {**{name: state for name, (state, _) in FILES.items()}, **OTHERS}


def strangers(place: Path) -> list[str]:
    """Make one of each kind; a line of a list for each."""
    for name, (_, files) in FILES.items():
        bare(place, name, files)
    _linked(place)
    shadows = ("iacfix.py", "iacfix/__init__.py", "sitecustomize.py", "libcst.py", "json.py", "transforms/__init__.py")
    bare(place, "shadow", {**WEAK, **dict.fromkeys(shadows, f"open({f'{place}/ran'!r}, 'w')\n")})
    detached = bare(place, "detached", WEAK)
    (detached / "HEAD").write_text(git(detached, "rev-parse", "main") + "\n")
    slashes = bare(place, "slashes", WEAK)
    git(slashes, "branch", "-m", "main", "release/1.0-ü")
    tag = bare(place, "tag", WEAK)
    git(tag, "tag", "main", "main")
    git(place, "clone", "-q", "--bare", "--depth", "1", bare(place, "source", WEAK).as_uri(), "shallow.git")
    torn = bare(place, "torn", WEAK)
    blob = git(torn, "rev-parse", "main:__main__.py")
    shutil.rmtree(torn / "objects" / blob[:2], ignore_errors=True)
    for pack in (torn / "objects" / "pack").glob("*"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:-30])
    (place / "folder.git").mkdir()
    (place / "folder.git" / "__main__.py").write_text(ALARM)
    locked = bare(place, "locked", WEAK)
    for name in ("HEAD.lock", "config.lock", "packed-refs.lock"):
        (locked / name).write_text("")
    (place / "worktree.git").symlink_to(place / "source.work")  # a clone with its files, not a bare one
    return [f"{place.as_uri()}/{name}.git" for name in STATES]


def _linked(place: Path) -> None:
    work = place / "links.files"
    work.mkdir()
    for name, text in WEAK.items():
        (work / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    os.symlink("loop", work / "loop")
    os.symlink("..", work / "up")
    os.symlink("/etc/passwd", work / "secret.py")
    os.symlink("../../../../../../../../../../etc", work / "etc")
    os.symlink("__main__.py", work / "again.py")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "as it is")
    git(place, "clone", "-q", "--bare", str(work), "links.git")
