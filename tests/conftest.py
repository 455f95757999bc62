"""What surrounds the tests has no say in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

_TOLD = re.compile(r"GIT_|GITHUB_|CI_MERGE_REQUEST_|(?:NO|FORCE)_COLOR$|IACFIX_(?!CHROMIUM)")


@pytest.fixture(scope="session", autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Without what a hook of git or a job of CI says, lest the tests commit into the repository they are run from, and
    without the settings of git that its user has, or what is kept of their runs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_TOLD.match, list(os.environ)):
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("IACFIX_NO_CACHE", "1")
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield
