"""The comments that the grammar finds are those of Python's tokenizer."""

from __future__ import annotations

import pytest
from cases_of import cases

from iacfix.errors import SourceError
from iacfix.languages.python.comments import by_tokens, comments_of
from iacfix.languages.python.parsed import parsed
from iacfix.languages.python.syntax import Source

TEXTS = sorted({case.before for case in cases() if case.language == "py" and "#" in case.before})
ODD = (
    "# first\nx = 1  # last",
    "#\n#!x\n##\n",
    "x = '#'  # '\ny = r'\\#'  # \\\nz = '''\n# no\n'''  # '''\n",
    'x = f"{a}#{b:#x}"  # {\n',
    "x = (  # a\n    # b\n    1,  # c\n)  # d\n",
    "if a:  # a\n    # b\n  # c\n    pass\n  # d\n# e\n",
    "x = 1; # a\n\\\n# b\ny = 2 \\\n\n# c\n",
    "\f# a\nx = 1\n",
    "# ä\nx = 'ä'  # ö\n",
    "match x:\n    case 1:  # a\n        pass\n",
)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"], ids=repr)
def test_the_grammar_finds_what_the_tokenizer_finds(start: str, end: str) -> None:
    by_grammar = 0
    for text in (*TEXTS, *ODD):
        text = (start + text).replace("\n", end)
        try:
            source: Source = parsed(text).source
        except SourceError:
            continue
        by_grammar += source.comments is not None
        assert list(comments_of(source)) == list(by_tokens(text)), text
    assert by_grammar > len(TEXTS) / 2 or start == "\ufeff"  # which Python takes at the start of a file only
