"""The way into the app: what PyInstaller makes the program of."""

import multiprocessing

from papierkompas.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker is this program too, started in another way
    main()
