"""A Chromium for tests: the one that `make test` unpacks into `.cache/browser`, else one of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CACHE = Path(__file__).parent.parent / ".cache" / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium that reaches no network; fails the test where there is none."""
    executable, environment = chromium()
    with sync_playwright() as playwright:
        # No sandbox: it cannot be had by root, nor in most containers, and what is opened are files of the tests.
        running = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"], env=environment, timeout=120_000
        )
        try:
            yield running
        finally:
            running.close()


def chromium() -> tuple[str, dict[str, str | float | bool]]:
    """The first Chromium that starts on this machine, with its environment."""
    own = {"LD_LIBRARY_PATH": str(CACHE / "al2023" / "lib"), "FONTCONFIG_FILE": str(CACHE / "fonts" / "fonts.conf")}
    given = os.environ.get("IACFIX_CHROMIUM")
    choices = (
        [(given, {})] if given else [(str(CACHE / "chromium"), own), *((shutil.which(name), {}) for name in NAMES)]
    )
    for executable, more in choices:
        environment = {**os.environ, **more}
        if executable and _starts(executable, environment):
            return executable, {**environment}
    tried = given or f"{CACHE / 'chromium'} or any of {', '.join(NAMES)}"
    elsewhere = "elsewhere install Chromium, or name one in IACFIX_CHROMIUM"
    why = f"{tried} does not start: run make test, which unpacks one for Linux on x86-64; {elsewhere}"
    pytest.fail(why, pytrace=False)


def _starts(executable: str, environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run([executable, "--version"], env=environment, capture_output=True, timeout=120)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
