"""Runs `gh` and `glab`, one command at a time, with a pause between changes and retries while the host is busy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iacfix.campaign.process import ran
from iacfix.errors import IacfixError, UsageError

ATTEMPTS = 6
NOT_LOGGED_IN = 4
"""The exit code of `gh` without a login."""
_LIMITED = re.compile(r"rate limit|submitted too quickly|abuse detection|HTTP 429|429 Too Many Requests", re.IGNORECASE)
_BROKEN = re.compile(
    r"HTTP 50[0234]|\b50[0234] [A-Z]|connection re(?:set|fused)|error connecting to|TLS handshake|unexpected EOF"
    r"|i/o timeout"
)
_STRANGER = re.compile(r"HTTP 401|401 Unauthorized|Bad credentials")
_SAID = 300
"""Characters of a command's output that a reason quotes."""


class Refused(IacfixError):
    """The host rejected a command; the message is its own."""


class Busy(IacfixError):
    """The host limits the rate of requests or does not answer; other requests would fail too."""


@dataclass(frozen=True)
class Pace:
    """In seconds: `pause` between two changes, `wait` before the first retry, doubled for each further one, and
    `timeout` of one command."""

    pause: float = 8
    wait: float = 60
    timeout: float = 120


@dataclass
class Commands:
    folder: Path
    pace: Pace
    say: Callable[[str], None]
    _changed: float = field(default=float("-inf"))

    def read(self, command: Sequence[str]) -> str:
        """The output of a command that changes nothing. Raises Refused, Busy, and UsageError without a login."""
        printed = self._again(lambda: self._ran(command))
        assert printed is not None
        return printed

    def change(self, command: Sequence[str], is_done: Callable[[], bool] = lambda: False) -> str | None:
        """The output of a command that changes something; None where its answer was lost and `is_done` finds that the
        change was made. Raises as `read` does."""
        time.sleep(max(0.0, self._changed + self.pace.pause - time.monotonic()))
        try:
            return self._again(lambda: self._ran(command), is_done)
        finally:
            self._changed = time.monotonic()

    def _again(self, run: Callable[[], str], is_done: Callable[[], bool] = lambda: False) -> str | None:
        wait = self.pace.wait
        for attempt in range(ATTEMPTS):
            try:
                return run()
            except Busy as error:
                if attempt == ATTEMPTS - 1:
                    raise
                self.say(f"{error}; it is asked again in {wait:g} s")
                time.sleep(wait)
                wait *= 2
                if is_done():
                    return None
        raise AssertionError

    def _ran(self, command: Sequence[str]) -> str:
        program = command[0]
        try:
            done = ran(command, self.folder, _environment(), self.pace.timeout)
        except subprocess.TimeoutExpired as error:
            raise Busy(f"{program} took more than {self.pace.timeout:g} s") from error
        if not done.returncode:
            return done.stdout.decode("utf-8", "replace")
        said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())[:_SAID]
        if (program == "gh" and done.returncode == NOT_LOGGED_IN) or _STRANGER.search(said):
            raise UsageError(f"{program} is not logged in; {program} auth login does it")
        if _LIMITED.search(said) or _BROKEN.search(said):
            raise Busy(f"{program}: {said}")
        raise Refused(f"{program}: {said}" if said else f"{program} ended with {done.returncode}")


def must_be_installed(program: str) -> None:
    if shutil.which(program) is None:
        raise UsageError(f"{program} is not installed; pull requests are made through it")


def _environment() -> dict[str, str]:
    """No prompts, colours or pagers."""
    plain = {"GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1", "NO_COLOR": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
    kept = {name: value for name, value in os.environ.items() if name not in ("CLICOLOR_FORCE", "GH_FORCE_TTY")}
    return {**kept, **plain, "PAGER": "cat", "GLAB_CHECK_UPDATE": "false"}
