"""Run the command as `python -m papierkompas`."""

from papierkompas.cli import main

if __name__ == "__main__":
    main()
