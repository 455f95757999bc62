"""Real programs as nobody writes them: what stands in them cut up, doubled, filled with comments and blanks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from cases_of import cases

EXAMPLES = Path(__file__).parents[2] / "examples"
PREFIX = r"(?:\b[rRbBfFuU]{1,2})?"
LONG = rf"""{PREFIX}(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'{{3}}(?:\\.|[^\\])*?'{{3}})"""
PIECES = {
    "py": rf"""{LONG}|{PREFIX}"(?:\\.|[^"\\\n])*"|{PREFIX}'(?:\\.|[^'\\\n])*'|#[^\r\n]*|\w+|\*\*|==""",
    "ts": r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|//[^\r\n]*|/\*.*?\*/|[\w$]+|=>|\.{3}|===""",
}
TOKEN = {ending: re.compile(rf"{pieces}|\r?\n|[ \t\f]+|.", re.DOTALL) for ending, pieces in PIECES.items()}
ODD = [
    *"()[]{},.:;=*&|`'\"\\#/@!?\t\f\v\r\n\u00a0\u2028\u3000\ufeffé✓𝔘",
    "\r\n",
    "\\\n",
    "**",
    "...",
    "await ",
    "lambda: ",
    "() => ",
    "if x:\n    ",
    "async ",
    "f'{",
    "${",
    "/*",
    "*/",
    "//",
    "# iacfix: ignore[all] x\n",
    "// iacfix: ignore[unset-missing-data] x\n",
    "# type: ignore\n",
    "'''",
    '"""',
]

Mutation = Callable[[Random, str, str], str]


def programs() -> list[tuple[str, str]]:
    """The language and the text of every program that the tests have; what is fixed of them stands there thrice."""
    known = [case for case in cases() if case.language in TOKEN]
    found = [(case.language, text) for case in known for text in dict.fromkeys((case.before, case.after))]
    found += [(case.language, case.before) for case in known if case.before != case.after] * 2
    for language in ("py", "ts"):
        found += [(language, path.read_text("utf-8")) for path in sorted(EXAMPLES.rglob(f"*.{language}"))]
    return found


def tokens(language: str, text: str) -> list[str]:
    """The text in pieces: strings, comments, words, line ends, blanks and signs."""
    return TOKEN[language].findall(text)


def _deleted(chance: Random, language: str, text: str) -> str:
    parts = tokens(language, text)
    at = chance.randrange(len(parts))
    del parts[at : at + chance.choice([1, 1, 1, 2, 5, 20])]
    return "".join(parts)


def _doubled(chance: Random, language: str, text: str) -> str:
    parts = tokens(language, text)
    at = chance.randrange(len(parts))
    stretch = parts[at : at + chance.choice([1, 1, 2, 5, 20])]
    return "".join(parts[:at] + stretch * chance.choice([2, 2, 2, 3, 40]) + parts[at + len(stretch) :])


def _swapped(chance: Random, language: str, text: str) -> str:
    parts = tokens(language, text)
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


def _filled(chance: Random, language: str, text: str) -> str:
    parts = tokens(language, text)
    at = chance.randrange(len(parts) + 1)
    parts.insert(at, chance.choice(ODD) * chance.choice([1, 1, 1, 2, 30]))
    return "".join(parts)


def _cut(chance: Random, _language: str, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] if chance.random() < 0.5 else text[at:]


def _deep(chance: Random, language: str, text: str) -> str:
    """Something nested deep in the place of one token."""
    parts = tokens(language, text)
    depth = chance.choice([3, 20, 60, 200])
    opening, closing = chance.choice([("(", ")"), ("[", "]"), ("f(", ")"), ("{'a': ", "}"), ("-", ""), ("a.", "b")])
    at = chance.randrange(len(parts))
    parts[at] = opening * depth + parts[at] + closing * depth
    return "".join(parts)


def _renamed(chance: Random, _language: str, text: str) -> str:
    """One word in the place of another, everywhere."""
    words = sorted(set(re.findall(r"\w+", text)))
    if not words:
        return text
    return re.sub(rf"\b{chance.choice(words)}\b", chance.choice([*words, "ünïcödé", "await", "None", "_"]), text)


def commented(chance: Random, language: str, text: str, share: float) -> str:
    """A comment between tokens, each with its number: for 1.0 between all of them."""
    made = list[str]()
    depth, number = 0, 0
    for part in tokens(language, text):
        behind_line = bool(made) and made[-1].startswith(("#", "//", "  #", "\\"))
        if chance.random() < share and not behind_line:
            number += 1
            code = next((last for last in reversed(made) if not last.isspace()), "")
            made += _comment(chance, language, number, code, part, depth)
        made.append(part)
        depth += (part in "([{") - (part in ")]}") if len(part) == 1 else 0
    return "".join(made)


def _comment(chance: Random, language: str, number: int, before: str, following: str, depth: int) -> Iterator[str]:
    ends = following in ("\n", "\r\n")
    if language == "ts":
        block = not ends and (before in ("new", "return") or chance.random() < 0.7)
        yield f"/* c{number} */" if block else f"// c{number}"
        if not block and not ends:
            yield "\n"
    elif ends:
        yield f"  # c{number}"
    elif depth > 0 and not following.isspace():
        yield f"# c{number}"
        yield "\n" + " " * chance.choice([0, 4, 8])


def _some_comments(chance: Random, language: str, text: str) -> str:
    return commented(chance, language, text, chance.choice([0.02, 0.1, 0.4]))


def _all_comments(chance: Random, language: str, text: str) -> str:
    return commented(chance, language, text, 1.0)


def _spaced(chance: Random, language: str, text: str) -> str:
    """Blanks and line ends where the language does not mind them."""
    made, depth = list[str](), 0
    for part in tokens(language, text):
        depth += (part in "([{") - (part in ")]}") if len(part) == 1 else 0
        if depth > 0 and not part.isspace() and chance.random() < 0.3:
            made.append(chance.choice([" ", "  ", "\n", "\n\n\n", "\t", "\f" if language == "py" else "\v"]))
        made.append(part)
    return "".join(made)


def _tabbed(_chance: Random, _language: str, text: str) -> str:
    return re.sub("^( {2,4})+", lambda found: "\t" * (len(found[0]) // len(found[1])), text, flags=re.MULTILINE)


def _windows(chance: Random, _language: str, text: str) -> str:
    """Line ends of Windows, all of them or some."""
    share = chance.choice([1.0, 1.0, 0.3])
    return re.sub("(?<!\r)\n", lambda _: "\r\n" if chance.random() < share else "\n", text)


def _joined(_chance: Random, _language: str, text: str) -> str:
    """As few lines as there can be."""
    return re.sub(r"(?<=[,(\[{])\n\s*|\n\s*(?=[)\]}])", "", text)


def _foreign(chance: Random, _language: str, text: str) -> str:
    """Letters of several bytes in front of everything on some lines' strings."""
    return re.sub(r"""(?<=["'])(?=\w)""", lambda _: chance.choice(["", "", "ß→", "𝔘"]), text)


def _marked(_chance: Random, _language: str, text: str) -> str:
    return "\ufeff" + text


def _unended(chance: Random, _language: str, text: str) -> str:
    return text.rstrip("\n") + chance.choice(["", " ", "\n\n \n", "\t", "  # end\n  # of it\n"])


BREAKING = (_deleted, _doubled, _swapped, _filled, _cut, _deep)
"""What most often leaves no program."""
KEEPING = (
    _some_comments,
    _some_comments,
    _all_comments,
    _spaced,
    _tabbed,
    _windows,
    _joined,
    _foreign,
    _marked,
    _unended,
    _renamed,
)
"""What most often leaves the same program."""


def mutated(chance: Random, language: str, text: str) -> tuple[str, str]:
    """The text after one to three mutations, and their names."""
    chosen: list[Mutation] = [chance.choice(KEEPING if chance.random() < 0.65 else BREAKING)]
    while len(chosen) < 3 and chance.random() < 0.35:
        chosen.append(chance.choice(KEEPING if chance.random() < 0.7 else BREAKING))
    for mutation in chosen:
        text = mutation(chance, language, text) or "x"
    return text, " ".join(mutation.__name__.lstrip("_") for mutation in chosen)
