"""Mutated programs: whatever they hold, no traceback, no waiting, and no new text that breaks a promise.

    HOSTILE_ROUNDS=100 python -m pytest tests/hostile/test_programs.py

tries a hundred times as many, other ones in each round.
"""

from __future__ import annotations

import os
import time
import tokenize
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from mutations import commented, mutated, programs

from iacfix.engine.workers import Task, run_task
from iacfix.files.limits import Limits
from iacfix.files.source import encode, from_bytes
from iacfix.languages import language
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, read_patch
from iacfix.registry import rules
from iacfix.result import Fix, Outcome, Plan
from iacfix.rule_cases.comments import comments

ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
SECONDS = 20
"""Of processor time for one program of a few kilobytes; most take a tenth of one."""
TRIED = 150
"""Programs of each kind in one round."""
IDS = tuple(rules())
NAMES = {"py": "python", "ts": "typescript"}
"""What the ending of a file is read as."""
PROGRAMS = programs()


def outcome_of(name: str, data: bytes, major: int) -> Outcome:
    source = from_bytes(data, name)
    return run_task(Task(source, Plan(IDS, unsafe=True, major=major), Path("/nowhere"), limits=Limits(SECONDS)))


def broken_promises(ending: str, text: str, major: int) -> Iterator[str]:
    """What goes wrong with a program, in words."""
    name = f"program.{ending}"
    data = text.encode()
    outcome = outcome_of(name, data, major)
    yield from (error for error in outcome.errors if "please report it" in error)
    yield from (found.message for found in outcome.findings if found.rule == "skipped-file")
    before, after = outcome.before, outcome.after
    if after == before:
        return
    own = language(NAMES[ending])
    if own.accepts(before) and not own.accepts(after):
        yield "the new text does not parse"
    if (had := _comments(ending, before)) != (has := _comments(ending, after)):
        yield f"comments differ: {had}, {has}"
    diff = unified(name, before, after)
    if [apply_hunks(before, patch) for patch in read_patch(diff)] != [after]:
        yield "the diff does not apply"
    again = outcome_of(name, encode(from_bytes(data, name), after), major)
    if again.after != after:
        yield "a second run changes it"
    yield from (
        f"a second run finds: {found.message}"
        for found in again.findings
        if found.fix is not Fix.NONE and not any(found.rule in error for error in outcome.errors)
    )


def _comments(ending: str, text: str) -> object:
    """None where a tokenizer does not know its way in what the parser takes."""
    try:
        return comments(ending, text)
    except (tokenize.TokenError, SyntaxError, IndexError, ValueError):
        return None


def failures(kind: str, ending: str, texts: Iterator[tuple[str, str, int]]) -> list[str]:
    """What was wrong with which text, of all that were tried."""
    found = list[str]()
    for how, text, major in texts:
        started = time.process_time()
        said = list(broken_promises(ending, text, major))
        if said:
            found.append(f"{kind} {how}, major {major}: {said}\n{text!r}")
        elif (took := time.process_time() - started) > SECONDS:
            found.append(f"{kind} {how}, major {major}: took {took:.0f} s\n{text!r}")
    return found


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("ending", NAMES)
def test_a_mutated_program_breaks_no_promise(ending: str, number: int) -> None:
    chance = Random(f"mutated {ending} {number}")
    mine = [text for own, text in PROGRAMS if own == ending]

    def texts() -> Iterator[tuple[str, str, int]]:
        for _ in range(TRIED):
            text, how = mutated(chance, ending, chance.choice(mine))
            yield how, text, chance.choice([6, 7])

    assert failures("mutated", ending, texts()) == []


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("ending", NAMES)
def test_comments_between_all_tokens_are_kept_or_the_fix_is_refused(ending: str, number: int) -> None:
    chance = Random(f"commented {ending} {number}")
    mine = [text for own, text in PROGRAMS if own == ending]

    def texts() -> Iterator[tuple[str, str, int]]:
        for _ in range(TRIED // 3):
            yield "between all tokens", commented(chance, ending, chance.choice(mine), 1.0), chance.choice([6, 7])

    assert failures("commented", ending, texts()) == []
