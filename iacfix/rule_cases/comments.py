"""The comments of a text, found without the parsers that write it."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator

BEFORE_PATTERN = "([{,;=:?!&|+-*%>~^\n"
"""What a regular expression may stand behind; behind anything else a stroke divides."""


def comments(language: str, text: str) -> Counter[str]:
    return Counter({"py": _python, "ts": _typescript, "hcl": _hcl}[language](text))


def _python(text: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.string
    except (tokenize.TokenError, SyntaxError):  # told where the case is examined
        return


def _hcl(text: str) -> Iterator[str]:
    """Lines of heredocs aside; a template may hold strings, which hold no comment sign in the cases."""
    until = ""
    for line in text.splitlines():
        if until:
            until = "" if line.strip() == until else until
            continue
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: "_" * len(found[0]), line)
        if (found := re.search(r"#|//|/\*", bare)) is not None:
            yield line[found.start() :].rstrip()
        if (heredoc := re.search(r"<<-?(\w+)", bare)) is not None:
            until = heredoc[1]


def _typescript(text: str) -> Iterator[str]:
    """Walks over strings, templates with what is put into them, regular expressions and code."""
    at, depths, code = 0, list[int](), "\n"
    while at < len(text):
        char, two = text[at], text[at : at + 2]
        if two in ("//", "/*"):
            mark = "\n" if two == "//" else "*/"
            end = text.find(mark, at)
            end = len(text) if end < 0 else end + len(mark.strip())
            yield text[at:end].rstrip()
            at = end
            continue
        if char in "\"'" or (char == "/" and code in BEFORE_PATTERN):
            at = _closed(text, at + 1, char)
        elif char == "`" or (char == "}" and depths and depths[-1] == 0):
            if char == "}":
                depths.pop()
            at, opens = _template(text, at + 1)
            depths += [0] if opens else []
        else:
            if depths and char in "{}":
                depths[-1] += 1 if char == "{" else -1
            at += 1
        code = code if char.isspace() else char


def _closed(text: str, at: int, quote: str) -> int:
    """Behind the quote that ends a string, or the slash that ends a regular expression and is in no class of it."""
    in_class = False
    while at < len(text) and (text[at] != quote or in_class):
        in_class = quote == "/" and (text[at] == "[" or (in_class and text[at] != "]"))
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _template(text: str, at: int) -> tuple[int, bool]:
    """Behind the run of text in a template, and whether code follows."""
    while at < len(text) and text[at] != "`" and text[at : at + 2] != "${":
        at += 2 if text[at] == "\\" else 1
    return (at + 2, True) if text[at : at + 2] == "${" else (at + 1, False)
