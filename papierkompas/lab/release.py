"""Finish the files of a release: `python -m papierkompas.lab.release dist`.

In:  a folder with a wheel, an sdist and the list of what is in them (CycloneDX).
Out: the list without when and under what number it was made, so that two releases of one state of
     the code are the same to the byte; beside it SHA256SUMS.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

LIST, SUMS = "sbom.cdx.json", "SHA256SUMS"


def main() -> None:
    """Finish the folder that was named."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    settle_list(folder / LIST)
    (folder / SUMS).write_text(sums(folder), encoding="ascii")
    sys.stdout.write((folder / SUMS).read_text(encoding="ascii"))


def settle_list(path: Path) -> None:
    """Take away what differs each time the list is made."""
    made = json.loads(path.read_text(encoding="utf-8"))
    made.pop("serialNumber", None)
    made.get("metadata", {}).pop("timestamp", None)
    path.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def sums(folder: Path) -> str:
    """Write down the hash of every file, as `sha256sum --check` reads it."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files
    )


if __name__ == "__main__":
    main()
