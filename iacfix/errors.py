"""Everything that can go wrong, as one family.

IacfixError                    exit code 2; carries path, line and what to do
├── UsageError                 a wrong option, an unknown rule, a path that does not exist
├── SettingsError              a settings file that cannot be read or has an unknown key
├── RuleError                  a rule of a folder that cannot be loaded, or is there twice
├── SourceError                a file that cannot be read as text or does not parse
├── ChangedMeanwhile           a file that changed after it was read
├── StateError                 a stack export or an import file that cannot be used
└── PatchError                 a reviewed patch that does not fit

CannotFix                      the writer's refusal; becomes a finding's reason and never leaves the machine
"""

from __future__ import annotations

from pathlib import Path


class IacfixError(Exception):
    """A failure a person can cause or mend. `str(error)` is the one line that is shown."""

    exit_code = 2

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        if self.path is None:
            return self.message
        place = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        return f"{place}: {self.message}"


class UsageError(IacfixError):
    """The command line asks for something that is not there."""


class SettingsError(IacfixError):
    """A settings file is broken or has a key nobody knows."""


class RuleError(IacfixError):
    """A rule of a folder is broken, or has the name of another one."""


class SourceError(IacfixError):
    """A file cannot be read as source: not UTF-8, binary, unreadable, or it does not parse."""


class ChangedMeanwhile(IacfixError):
    """A file on disk is no longer the text the fix was made for."""


class StateError(IacfixError):
    """A stack export or an import file is no such, or of a format nobody here knows."""


class PatchError(IacfixError):
    """A reviewed patch does not fit the files it names; nothing was written."""


class CannotFix(Exception):
    """The writer cannot carry out an edit; the reason is that of the finding."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
