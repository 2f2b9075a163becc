"""The way in: `papierkompas`, or `python -m papierkompas`.

Loading the command takes half a second, in which somebody may already press Ctrl+C.
"""


def main() -> None:
    """Load the command and run it."""
    from papierkompas.command import stops

    stops.stop_at_once()
    from papierkompas.command import cli

    cli.main()


if __name__ == "__main__":
    main()
