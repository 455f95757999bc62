"""The folder of a campaign: its options, its repositories, and the results of each."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from iacfix import __version__
from iacfix.campaign.job import FLAGS, REVIEW, CheckOptions, options_of
from iacfix.campaign.journal import FILE as JOURNAL
from iacfix.campaign.journal import Record, records
from iacfix.campaign.targets import LeftOut, Repository, Targets
from iacfix.errors import UsageError
from iacfix.files.output import utf8, write_files, write_folder
from iacfix.reports.html.markup import escaped

ABOUT, LOCK, PAGE, ROOM, RESULTS = "campaign.json", "lock", "index.html", "room", "repositories"
TREES, CACHE = "trees", "cache"
"""Folders that save work: repositories by the hash of their tree, and cached outcomes of single files."""
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Campaign:
    folder: Path
    options: CheckOptions
    targets: Targets

    @property
    def repositories(self) -> tuple[Repository, ...]:
        return self.targets.repositories

    def records(self) -> Mapping[str, Record]:
        """The record of each of its repositories by name, in the order of the list."""
        known = records(self.folder)
        return {each.name: known.get(each.name, Record()) for each in self.repositories}

    def earlier(self) -> int:
        """The number of repositories with results that the current list does not name."""
        return len(records(self.folder).keys() - {each.name for each in self.repositories})

    def results(self, repository: Repository) -> Path:
        return self.folder / RESULTS / repository.folder


def opened(folder: Path) -> Campaign:
    """The campaign of a folder. Raises UsageError where there is none, or it cannot be read."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        repositories = tuple(Repository(**each) for each in about["repositories"])
        left_out = tuple(LeftOut(**each) for each in about["left_out"])
        return Campaign(folder, options_of(about["asked"]), Targets(repositories, left_out))
    except FileNotFoundError as error:
        raise UsageError("is not a campaign folder; iacfix campaign run creates one", path=folder) from error
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise UsageError("cannot be read; name another folder", path=folder / ABOUT) from error


@contextmanager
def begun(folder: Path, options: CheckOptions, targets: Targets) -> Generator[Campaign]:
    """A new campaign, or the one of this folder continued, maybe with other repositories; the folder is locked
    meanwhile.

    Raises UsageError where the folder contains something else or results with other options, or is in use.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("is a file; name a folder for the results", path=folder)
    if folder.exists() and not (folder / ABOUT).exists() and set(os.listdir(folder)) - {LOCK}:
        raise UsageError("exists and is not a campaign folder; name a new one", path=folder)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        if (folder / ABOUT).exists():
            _must_have_same_options(folder, options)
        campaign = Campaign(folder, options, targets)
        about = {
            "schema_version": SCHEMA_VERSION,
            "iacfix_version": __version__,
            "asked": asdict(options),
            "repositories": [asdict(each) for each in targets.repositories],
            "left_out": [asdict(each) for each in targets.left_out],
        }
        write_files([(folder / ABOUT, utf8(json.dumps(about, indent=1) + "\n"))])
        shutil.rmtree(folder / ROOM, ignore_errors=True)
        for name in (ROOM, TREES, RESULTS):
            (folder / name).mkdir(exist_ok=True)
        yield campaign
        for name in (ROOM, CACHE):
            shutil.rmtree(folder / name, ignore_errors=True)


def _must_have_same_options(folder: Path, options: CheckOptions) -> None:
    before = opened(folder).options
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    version = about.get("iacfix_version")
    if (folder / JOURNAL).exists() and (before != options or version != __version__):
        what = f"of iacfix {version}" if version != __version__ else f"with another {_difference(before, options)}"
        raise UsageError(f"has results {what}; name a new folder, or ask the same again", path=folder)


def _difference(before: CheckOptions, options: CheckOptions) -> str:
    """The options that differ, joined by "and"."""
    return " and ".join(FLAGS[name] for name in vars(options) if getattr(before, name) != getattr(options, name))


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Lock the folder; raises UsageError where another run has it. The system releases the lock of a killed run."""
    with open(folder / LOCK, "ab") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # no file locks on this system
            pass
        except OSError as error:
            raise UsageError("is in use by another run; wait for it, or stop it", path=folder) from error
        yield


def store(campaign: Campaign, repository: Repository, files: Mapping[str, bytes]) -> None:
    """Replace the stored results of a repository."""
    place = campaign.results(repository)
    shutil.rmtree(place, ignore_errors=True)
    if files:
        texts = {name: data.decode("utf-8", "surrogateescape") for name, data in files.items()}
        if REVIEW in texts:
            texts[REVIEW] = _renamed(texts[REVIEW], "repository", escaped(repository.name))
        write_folder(place, texts)


def stored(campaign: Campaign, repository: Repository) -> dict[str, bytes]:
    """The result files of a repository by name, without its own name in them, as `store` takes them."""
    place = campaign.results(repository)
    files = {file.name: file.read_bytes() for file in sorted(place.iterdir())} if place.is_dir() else {}
    if REVIEW in files:
        text = files[REVIEW].decode("utf-8", "surrogateescape")
        files[REVIEW] = utf8(_renamed(text, escaped(repository.name), "repository"))
    return files


def _renamed(page: str, before: str, after: str) -> str:
    """A review page with another repository name. It is made in a clone, whose folder is always `repository`."""
    for tag in ("title", "h1"):
        page = page.replace(f"<{tag}>iacfix review of {before}</{tag}>", f"<{tag}>iacfix review of {after}</{tag}>", 1)
    return page


def mark_tree(campaign: Campaign, tree: str, name: str) -> None:
    """Record the repository `name` as the one whose results count for this tree."""
    place = campaign.folder / TREES / tree
    if not place.exists():
        write_files([(place, utf8(name))])


def forget_trees(campaign: Campaign, done: Collection[str]) -> None:
    """Remove the records of trees whose repository is not among those with results, `done`."""
    for marker in (campaign.folder / TREES).iterdir():
        if marker.read_text(encoding="utf-8", errors="surrogateescape") not in done:
            marker.unlink()


def names_of(repositories: Sequence[Repository]) -> dict[str, Repository]:
    return {each.name: each for each in repositories}
