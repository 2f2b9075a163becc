"""The way in: `papierkompas`, `python -m papierkompas`, or the app, which opens the page.

Loading the command takes half a second, in which somebody may already press Ctrl+C.
"""

import io
import os
import sys


def main() -> None:
    """Load the command and run it, the page of an app, or a module as a program of its own."""
    from forms.own_programs import OWN_PROGRAM, is_app

    _give_streams()

    if sys.argv[1:2] == [OWN_PROGRAM]:
        import importlib

        sys.exit(importlib.import_module(sys.argv[2]).main())
    from papierkompas.command import stops

    stops.stop_at_once()
    if is_app() and len(sys.argv) == 1:
        stops.stop_in_order()
        from papierkompas.web.as_app import open_app

        stops.end(open_app())
    from papierkompas.command import cli

    cli.main()


def _give_streams() -> None:
    """Write into nothing what nobody can read: a program without a window has no streams."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nothing = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")
            setattr(sys, name, nothing)


if __name__ == "__main__":
    main()
