"""The way in: `papierkompas`, or `python -m papierkompas`.

Loading the command takes half a second, in which somebody may already press Ctrl+C.
"""

import sys


def main() -> None:
    """Load the command and run it, or a module of ours as a program of its own."""
    from forms.own_programs import OWN_PROGRAM

    if sys.argv[1:2] == [OWN_PROGRAM]:
        import importlib

        sys.exit(importlib.import_module(sys.argv[2]).main())
    from papierkompas.command import stops

    stops.stop_at_once()
    from papierkompas.command import cli

    cli.main()


if __name__ == "__main__":
    main()
