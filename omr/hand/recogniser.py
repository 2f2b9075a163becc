"""The network that reads a line of handwriting, behind one small protocol.

In:  the picture of one line, dark ink on light paper.
Out: per time step the probability of every letter that the network knows.

The network is the line recogniser of PP-OCRv6 (small), an ONNX file of 21 MB that comes with the
package `rapidocr` (extra `ocr`). OpenCV runs the file itself; `rapidocr` is never imported. Without
the file `NullRecogniser` takes its place, and everything but transcription works
(docs/findings/handwriting.md 2).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.messages import Message
from omr.geometry import Image

MODEL = "models/PP-OCRv6_rec_small.onnx"
MODEL_SHA256 = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
MODEL_VARIABLE = "PAPIERKOMPAS_OCR_MODEL"  # path of the file, where the package is not installed
HEIGHT = 48  # pixels; the network takes lines of this height
STEP = 8  # pixels of width per time step
LEAST_WIDTH, MOST_WIDTH = 64, 2400
HOW_TO_GET = Message("handwriting.not_installed")


@dataclass(frozen=True, slots=True)
class SeenLetters:
    """What the network saw, from left to right.

    Attributes:
        probabilities: (T, C), each row adds up to 1; column 0 is the blank between letters.
        alphabet: C - 1 letters, those of columns 1 and on.
    """

    probabilities: NDArray[np.float64]
    alphabet: tuple[str, ...]

    @property
    def text(self) -> str:
        """The likeliest letters: the best per step, repeats and blanks taken out."""
        return "".join(letter for letter, _ in self._best())

    @property
    def confidence(self) -> float:
        """Mean probability of those letters; no safe guide by itself. 0 for an empty line."""
        sure = [probability for _, probability in self._best()]
        return float(np.mean(sure)) if sure else 0.0

    def _best(self) -> list[tuple[str, float]]:
        best = self.probabilities.argmax(axis=1)
        new = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
        return [(self.alphabet[best[t] - 1], float(self.probabilities[t, best[t]])) for t in new]


class Recogniser(Protocol):
    """Reads one line."""

    name: str

    def read(self, line: Image) -> SeenLetters | None:
        """Return what stands on the line; None when this recogniser cannot read at all."""


class NullRecogniser:
    """Takes the place of a network that is not installed."""

    name = "none"

    def read(self, line: Image) -> SeenLetters | None:  # noqa: ARG002 the protocol's name
        """Read nothing."""
        return None


WHITE = 255
NAME_DIGITS = 12  # of the checksum


class NetworkRecogniser:
    """The PP-OCRv6 line recogniser, run by OpenCV."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        self.name = f"PP-OCRv6 small ({hashlib.sha256(data).hexdigest()[:NAME_DIGITS]})"
        self._alphabet = (*_alphabet(data), " ")
        self._network: Any = cv2.dnn.readNetFromONNX(str(path))

    def read(self, line: Image) -> SeenLetters:
        """Read a line: scaled to 48 pixels high, grey levels to -1..1."""
        width = round(line.shape[1] * HEIGHT / line.shape[0])
        width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
        small = cv2.resize(line, (width, HEIGHT), interpolation=cv2.INTER_AREA)
        padded = np.full((HEIGHT, -(-width // STEP) * STEP), WHITE, np.uint8)
        padded[:, :width] = small
        plane = padded.astype(np.float32) / (WHITE / 2) - 1
        self._network.setInput(np.stack([plane, plane, plane])[None])
        out: NDArray[np.float64] = np.asarray(self._network.forward(), dtype=np.float64)[0]
        return SeenLetters(out, self._alphabet)


@cache
def recogniser() -> Recogniser:
    """Return the network if it is installed, otherwise what stands in for it."""
    path = model_path()
    return NetworkRecogniser(path) if path else NullRecogniser()


def model_path() -> Path | None:
    """Find the file of the network: where the variable says, or in the package `rapidocr`."""
    given = os.environ.get(MODEL_VARIABLE)
    if given:
        return Path(given)
    package = find_spec("rapidocr")
    if package is None or not package.submodule_search_locations:
        return None
    path = Path(package.submodule_search_locations[0]) / MODEL
    if not path.exists():
        return None
    known = hashlib.sha256(path.read_bytes()).hexdigest() == MODEL_SHA256
    return path if known else None


# Protocol buffers: the kind of a field in the low bits of its key, kinds of a fixed size, and whole
# numbers in seven bits a byte, of which all but the last have the eighth set.
WIRE_BITS, FIXED_BYTES = 3, {1: 8, 5: 4}
VARINT_BITS, MORE = 7, 128
METADATA = 14  # `metadata_props`, of the outermost message of an ONNX file


def _alphabet(data: bytes) -> tuple[str, ...]:
    """Take the letters out of the model's metadata, one a line, under the key `character`.

    ONNX files are protocol buffers; `metadata_props` are fields of the outermost message, each
    with a key (field 1) and a value (field 2) (onnx.proto3).
    """
    for entry in _fields(data, METADATA):
        if b"".join(_fields(entry, 1)) == b"character":
            return tuple(b"".join(_fields(entry, 2)).decode().split("\n"))
    raise ValueError("the model has no alphabet in its metadata")


def _fields(data: bytes, wanted: int) -> list[bytes]:
    """Return the length-delimited fields of one number in a protocol buffer."""
    found, at = [], 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = divmod(key, 1 << WIRE_BITS)
        match kind:
            case 0:  # a whole number
                _, at = _varint(data, at)
            case 2:  # bytes, with their length before them
                length, at = _varint(data, at)
                if number == wanted:
                    found.append(data[at : at + length])
                at += length
            case other if other in FIXED_BYTES:
                at += FIXED_BYTES[other]
            case other:
                raise ValueError(f"no field of wire type {other} in an ONNX file")
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & (MORE - 1)) << shift
        at += 1
        shift += VARINT_BITS
        if byte < MORE:
            return value, at
