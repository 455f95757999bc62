"""How deep a text nests, asked before LibCST parses it: its parser takes quadratic time there, or the process."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from symtable import symtable

from iacfix.languages.python.parse import levels

DEEPEST = 400
"""Levels of the syntax tree. Written programs have about 20; a text joined of hundreds of pieces has one for each."""
BRACKETS = 200
"""Python's own tokenizer takes no more."""
_BRACKET = re.compile(r"[([{]|[)\]}]")


@lru_cache(maxsize=4)
def is_accepted(text: str) -> bool:
    """Python itself takes the text, in lines that the grammar counts as it does. Who reads a text and who proves it ask
    this; the texts before a step and after it are kept."""
    if "\r" in text.replace("\r\n", ""):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable(text, "", "exec")  # it parses and makes no objects of the tree, which is most of the time
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def nests_too_deep(text: str) -> bool:
    """The text has more levels than can be read, however short it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (RecursionError, MemoryError):
        return True
    except (SyntaxError, ValueError):  # syntax of another version, which LibCST may know
        return _most_brackets(text) > BRACKETS or levels(text) > DEEPEST
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _most_brackets(text: str) -> int:
    """How many are open at once, those in strings and comments included."""
    most = depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "([{" else max(depth - 1, 0)
        most = max(most, depth)
    return most
