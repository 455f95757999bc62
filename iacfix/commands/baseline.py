"""The findings of today, recorded as accepted."""

from __future__ import annotations

import os
from pathlib import Path

from iacfix.commands.runs import exit_code, must_be_files
from iacfix.commands.terminal import Terminal, print_done
from iacfix.engine.request import Request
from iacfix.engine.run import root_of
from iacfix.engine.scope import BASELINE, RunScope, scoped
from iacfix.files.discovery import must_be_an_output
from iacfix.files.output import utf8, write_files
from iacfix.reports.progress import watched


def write_baseline(request: Request, terminal: Terminal) -> int:
    """Record what is found today."""
    from iacfix.engine import baseline
    from iacfix.reports import text

    must_be_files(request, "baseline write")
    root = root_of(request.paths)
    file = Path(terminal.scope.baseline) if terminal.scope.baseline else root / BASELINE
    must_be_an_output(file)
    known = baseline.read(file) if file.exists() else baseline.Baseline()
    done = scoped(request, RunScope(all_known=True), watch=watched)
    write_files([(file, utf8(baseline.written(baseline.renewed(known, done))))])
    print_done(f"recorded {text.counted(len(done.findings), 'finding')} in {os.path.relpath(file)}", terminal)
    return exit_code(done, ())
