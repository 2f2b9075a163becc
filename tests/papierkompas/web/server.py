"""The page as a program of its own, as a facilitator starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from papierkompas.web import texts

PROGRAM = """
import sys
from pathlib import Path
from papierkompas.web import desk, reader
from papierkompas.web.serve import serve

if "--without-network" in sys.argv:
    reader.can_transcribe = desk.can_transcribe = lambda: False
workers = None if "--all-workers" in sys.argv else 2
if __name__ == "__main__":
    serve(Path(sys.argv[1]), 0, False, lambda said: print(said, flush=True), workers=workers)
"""


def start_server(library: Path, *flags: str) -> tuple[subprocess.Popen[str], str]:
    """Start the page on a folder and return it with its address."""
    script = library.parent / "start.py"
    script.write_text(PROGRAM)
    server = subprocess.Popen(
        [sys.executable, str(script), str(library), *flags],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(texts.__file__).parents[2])},
    )
    assert server.stdout is not None
    address = server.stdout.readline().split()[-1]
    return server, address
