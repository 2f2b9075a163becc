"""Run the command as `python -m papierkompas`."""

from papierkompas.command.cli import main

if __name__ == "__main__":
    main()
