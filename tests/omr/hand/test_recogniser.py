"""The network for handwriting, where it is installed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from omr.hand.recogniser import (
    HEIGHT,
    MODEL_VARIABLE,
    NullRecogniser,
    SeenLetters,
    _alphabet,
    model_path,
    recogniser,
)

needs_network = pytest.mark.skipif(
    isinstance(recogniser(), NullRecogniser),
    reason="the handwriting network is not installed (pip install 'papierkompas[ocr]')",
)


def printed(text: str, scale: float = 1.4) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    line = np.full((60, 40 + int(27 * scale * len(text))), 255, np.uint8)
    cv2.putText(line, text, (15, 45), cv2.FONT_HERSHEY_SIMPLEX, scale, (0,), 3, cv2.LINE_AA)
    return line


@needs_network
@pytest.mark.parametrize("text", ["Sam Voorbeeld", "Noor", "zorg 2026"])
def test_it_reads_a_clear_line(text: str) -> None:
    """Any picture will do: it is scaled to the height that the network takes."""
    found = recogniser().read(printed(text))

    assert found is not None
    assert found.text.replace(" ", "") == text.replace(" ", "")
    assert found.confidence > 0.8


@needs_network
def test_every_step_is_a_probability() -> None:
    """Names are scored with these numbers, not with the text."""
    found = recogniser().read(printed("Zoe"))

    assert found is not None
    assert found.probabilities.shape[1] == len(found.alphabet) + 1
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-3)
    assert found.alphabet[-1] == " "


@needs_network
def test_its_name_says_which_file_it_is() -> None:
    """Stored with every transcript, so that a later reading can be told apart."""
    assert recogniser().name == "PP-OCRv6 small (6f327246b503)"


@needs_network
@pytest.mark.parametrize("shape", [(HEIGHT, 3), (5, 400), (200, 20)])
def test_odd_shapes_are_read_without_complaint(shape: tuple[int, int]) -> None:
    """A dash, a blot, a bracket: people put anything in a field."""
    assert recogniser().read(np.full(shape, 255, np.uint8)) is not None


def test_without_a_package_or_a_file_nothing_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model, no transcription, no error."""
    monkeypatch.delenv(MODEL_VARIABLE, raising=False)
    monkeypatch.setattr("omr.hand.recogniser.find_spec", lambda _name: None)

    assert model_path() is None
    assert NullRecogniser().read(printed("Sam")) is None


def test_a_file_of_ones_own_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the package cannot be installed, the variable says where the file is."""
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / "model.onnx"))

    assert model_path() == tmp_path / "model.onnx"


def test_a_file_without_letters_is_refused() -> None:
    """Some other ONNX file would read nonsense."""
    with pytest.raises(ValueError, match="no alphabet"):
        _alphabet(b"\x08\x07")


def test_nothing_seen_is_no_text_and_no_confidence() -> None:
    """An empty line is empty, not a likely letter."""
    blank = np.zeros((4, 3))
    blank[:, 0] = 1
    found = SeenLetters(blank, ("a", "b"))

    assert (found.text, found.confidence) == ("", 0.0)
