"""A scanned handbook: no word of which the reading is in doubt is taken over by itself."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.document_text import read_text
from forms.errors import InstrumentError
from forms.handbook import wording_of
from omr.hand.printed_text import (
    PageOfPrint,
    Piece,
    PrintedWord,
    _evened,
    _laid_flat,
    _with_capital,
    read_printed,
)
from omr.hand.recogniser import NullRecogniser, recogniser
from omr.intake.values import FileKind
from papierkompas.command.cli import run
from papierkompas.lab.simulate.photo import PhotoCase, photograph
from papierkompas.outcome import own_wording
from papierkompas.outcome.own_wording import OpenWordsError, propose_wording, settled
from tests.forms.test_handbook import PAIRS, handbook_pdf, needs_poppler

LETTER_PX = 10


def page_of(text: str, doubtful: str) -> PageOfPrint:
    """A page as it is read, with one word in doubt wherever it stands."""
    lines = [
        tuple(
            PrintedWord(
                m.group(),
                m.group() == doubtful,
                m.start() * LETTER_PX,
                number * 20,
                len(m.group()) * LETTER_PX,
                16,
            )
            for m in re.finditer(r"\S+", line)
        )
        for number, line in enumerate(text.split("\n"))
    ]
    return PageOfPrint(np.full((20 * len(lines) + 20, 2000), 255, np.uint8), tuple(lines), 10)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "handboek.png"
    assert cv2.imwrite(str(file), np.full((400, 300), 255, np.uint8))
    return file


def given_to(scan: Path, monkeypatch: pytest.MonkeyPatch, doubtful: str) -> None:
    """Have a handbook read with one word in doubt."""
    pdf = handbook_pdf(scan.with_suffix(".pdf"), PAIRS, leading=12, valign="TOP", padding=4)
    pages = iter([page_of(text, doubtful) for text in read_text(pdf)[0].split("\f")[:3]])
    monkeypatch.setattr(own_wording, "inspect", lambda *_: (FileKind.PNG, 3))
    monkeypatch.setattr(own_wording, "recogniser", lambda: object())
    monkeypatch.setattr(own_wording, "read_printed", lambda *_: next(pages))


pytestmark = needs_poppler
WORDS = sorted({word for pair in PAIRS for side in pair for word in side.split()})


@pytest.mark.parametrize("doubtful", [*WORDS[:: max(len(WORDS) // 8, 1)], "een"])
def test_a_word_in_doubt_is_open_wherever_it_stands(
    doubtful: str, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every time it stands in a sentence, with its picture; a word nearby is not asked in vain."""
    given_to(scan, monkeypatch, doubtful)
    found = propose_wording(scan, scan.name)
    times = sum(side.split().count(doubtful) for pair in PAIRS for side in pair)
    open_words = [word for word in found.words if word.page]

    assert sum(word.read.split().count(doubtful) for word in open_words) >= times > 0
    assert all(word.crops[0].startswith(b"\x89PNG") for word in open_words)
    with pytest.raises(OpenWordsError):
        settled(found, {})


def test_the_command_writes_nothing_of_a_scan_with_doubts(
    scan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is said with its page and question, and the code is that of doubts."""
    doubtful = PAIRS[0][0].split()[1]
    given_to(scan, monkeypatch, doubtful)
    out = scan.with_suffix(".toml")
    code = run(["instrument", "import", str(scan), "--out", str(out)])
    said = capsys.readouterr().err

    assert code == 6
    assert f"page 2, question 1: '{doubtful}' is not certain" in said
    assert "nothing was written" in said
    assert not out.exists()


def test_a_scan_without_doubts_is_written(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that were read the same twice are taken over."""
    given_to(scan, monkeypatch, "nergens")
    out = scan.with_suffix(".toml")

    assert run(["instrument", "import", str(scan), "--out", str(out)]) == 0
    assert PAIRS[0][0].split()[0] in out.read_text("utf-8")


MISREAD = {
    "as the network read it": [
        ("vraaghorizontaal/", "vra ghorizontaal"), ("1 2 3 4 5 6", "1 2 3 4 5 G"),
        ("123456", "1 23456"), ("   6     v", "   G     V"),
    ],
    "a letter for a digit": [("   1     v", "   l     v"), ("   8     h", "   B     h")],
    "a box as a letter": [("123456", "12345G")],
    "a box as another digit": [("123456", "1 2 3 4 9 6")],
    "a heading": [("Waar sta je?", "Waar stä Je?"), ("kies de positie", "kles de posltie")],
}  # fmt: skip


@pytest.mark.parametrize("which", MISREAD)
def test_the_table_of_a_scan_is_found_by_its_columns(which: str, scan: Path) -> None:
    """A number that was read as a letter is still in the column of the numbers."""
    pdf = handbook_pdf(scan.with_suffix(".pdf"), PAIRS, leading=12, valign="TOP", padding=4)
    text = read_text(pdf)[0]
    for right, wrong in MISREAD[which]:
        assert right in text
        text = text.replace(right, wrong)
    found = wording_of([text], "handboek.png").sentences

    for number, (left, right) in enumerate(PAIRS, 1):
        assert (found[str(number)]["left"].text, found[str(number)]["right"].text) == (left, right)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([("   3     v", "   5     v")], id="another number"),
        pytest.param([(f"   {n}     ", "   B     ") for n in "2345"], id="half of them unread"),
        pytest.param([("   6     v", "          ")], id="a row without a number"),
    ],
)
def test_a_table_of_which_the_rows_are_not_sure_is_refused(
    changes: list[tuple[str, str]], scan: Path
) -> None:
    """Then a person gives the text, or types it."""
    pdf = handbook_pdf(scan.with_suffix(".pdf"), PAIRS, leading=12, valign="TOP", padding=4)
    text = read_text(pdf)[0]
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)

    with pytest.raises(InstrumentError, match=r"row|statements"):
        wording_of([text], "handboek.png")


def test_a_scan_without_the_reader_says_what_to_install(
    scan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wish of the extra `ocr`."""
    monkeypatch.setattr(own_wording, "recogniser", NullRecogniser)

    assert run(["instrument", "import", str(scan), "--out", str(scan.with_suffix(".toml"))]) == 3
    assert "papierkompas[ocr]" in capsys.readouterr().err


needs_reader = pytest.mark.skipif(isinstance(recogniser(), NullRecogniser), reason="extra ocr")


def test_an_l_where_a_sentence_begins_is_an_i_and_in_doubt() -> None:
    """Without serifs they are alike; inside a sentence an I is as strange."""

    def column(x: int, *texts: str) -> list[Piece]:
        return [((x, 30 * n, 300, 20), [_word(w) for w in t.split()]) for n, t in enumerate(texts)]

    def _word(text: str) -> PrintedWord:
        return PrintedWord(text, False, 0, 0, 10, 20)

    found = [
        *column(10, "leder brood moet", "leren rijzen. leder", "Ieren op."),
        *column(900, "Ieder", "leert."),
    ]
    read = [_with_capital(words, box, found, 10) for box, words in found]

    assert [word.text for words in read for word in words if word.is_doubtful] == [
        "Ieder", "Ieder", "Ieren",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_a_photographed_sheet_is_seen_straight_and_evenly_lit(seed: int) -> None:
    """Text on a tilted sheet has no level lines, and in the shade of a hand no white paper."""
    sheet = np.full((1754, 1240), 255, np.uint8)  # 150 dpi
    cv2.rectangle(sheet, (124, 175), (1115, 1578), 0, 8)  # a tenth in from every side
    case = PhotoCase(curl_mm=(0, 0), falloff=(0.3, 0.4))
    photo = photograph(sheet, case, np.random.default_rng(seed), 150 / 25.4).image
    grey = photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    flat = _evened(_laid_flat(np.asarray(grey, np.uint8)))
    height, width = flat.shape
    dark = flat[round(0.05 * height) : -round(0.05 * height)] < 128
    inside = dark[:, round(0.05 * width) : -round(0.05 * width)]
    lines = [np.flatnonzero(inside.mean(axis=axis) > 0.6) for axis in (1, 0)]
    sizes = np.array((height, width))
    ends = [
        (found[0] + 0.05 * size, found[-1] + 0.05 * size)
        for found, size in zip(lines, sizes, strict=True)
    ]

    for (first, last), size in zip(ends, sizes, strict=True):
        assert first / size == pytest.approx(0.1, abs=0.025)
        assert last / size == pytest.approx(0.9, abs=0.025)
    assert np.quantile(flat[height // 5 : -height // 5, width // 5 : -width // 5], 0.05) > 200


def test_a_scan_is_left_as_it_is() -> None:
    """What fills the picture is no sheet on a table."""
    scan = np.full((600, 400), 250, np.uint8)
    cv2.putText(scan, "Ouders", (40, 90), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 3)

    assert _evened(_laid_flat(scan)) is scan


@needs_reader
def test_print_is_read_and_what_is_unclear_is_doubted() -> None:
    """A word that is half gone is never taken for read."""
    page = np.full((300, 1100), 255, np.uint8)
    for row, text in enumerate(("Ouders komen graag op school.", "De docent belt naar huis.")):
        cv2.putText(page, text, (40, 90 + 120 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 3)
    clear = read_printed(page, recogniser())
    assert clear is not None
    page[180:200, 250:420] = 255  # through 'docent'
    spoilt = read_printed(page, recogniser())
    assert spoilt is not None

    assert "Ouders komen graag" in " ".join(w.text for w in clear.lines[0])
    words = {word.text: word.is_doubtful for line in spoilt.lines for word in line}
    assert words.get("docent", True)
