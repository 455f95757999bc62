"""The way in. `--version` answers before anything else is imported."""

from __future__ import annotations

import sys

from iacfix import __version__


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        print(f"iacfix {__version__}")
        return
    try:
        from iacfix.cli import app

        app(prog_name="iacfix")
    except KeyboardInterrupt:  # before a command was there to take it
        sys.exit(130)
    except Exception:  # 1 means that findings remain
        import traceback

        traceback.print_exc()
        print("iacfix: error: this is a defect of iacfix, please report it with the lines above", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
