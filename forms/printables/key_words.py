"""An exercise with words that everybody uses and nobody means alike: a sheet, and cards to cut.

In:  the key words of the guide that lies beside a questionnaire; the team and the date.
Out: an A4 PDF: a sheet with a row for each word, then a card for each meaning, eight a page.

The fields are on the sheet and not on the cards: where a meaning belongs, people find out.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from forms import fonts
from forms.errors import UsageError
from forms.instrument import Instrument
from forms.paper import Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, heading
from forms.printables.activity_cards import corners_of
from forms.printables.text_flow import LEADING, TextFlow

_TEXTS = {
    "cards": "kaartjes: knip ze los",
    "word": "woord",
    "own": "Eigen woord:",
    "foot": "Het zijn voorbeelden. Er is geen goede plek voor een kaartje, wel een goed gesprek.",
}

_HOW = (
    "Knip de kaartjes los, schud ze en deel ze uit aan groepjes van drie of vier.",
    "Lees elk kaartje voor: bij welk veld van de kaart hoort deze betekenis? Leg het daar "
    "neer. Meer velden kan ook.",
    "Schrijf in het schema bij twee of drie woorden wat jullie er zelf mee bedoelen. Geef een "
    "voorbeeld.",
    "Vergelijk: welk woord gebruiken wij allemaal, en bedoelen wij anders? Spreek af hoe "
    "jullie dat voortaan zeggen.",
)

ACROSS, DOWN = 2, 4
_CARD_MM = ((A4.width_mm - 2 * MARGIN_MM) / ACROSS, 60.0)
_TOP_MM = 34.0
_CUT_LINE, _CUT_GREY, _CUT_DASH = 0.2, 0.5, (2.0, 1.5)
_WORD_PT, _LEAST_PT, _MEANING_PT, _INSET = 20.0, 12.0, 15.0, 8.0
_WORD_Y, _RULE_Y, _RULE, _MEANING_Y = 14.0, 18.0, 0.5, 23.0
_WRITE_UP, _WRITE_LINE = 10.0, 0.2
_ROW_MM, _WORD_SHARE, _FIELD_SHARE, _FOOT_PT = 23, 5, 4, 9.0


def draw_key_words(
    target: Path | IO[bytes],
    asked: Instrument,
    *,
    team: str | None = None,
    date: str | None = None,
) -> int:
    """Draw the sheet and the cards; return how many cards have a meaning on them.

    Raises:
        UsageError: the questionnaire brings no guide with key words.
    """
    guide = asked.beside.guide
    if guide is None:
        raise UsageError("companions.none", paper=asked.paper, kind="guide")
    title, corners = guide.words.title, corners_of(asked)
    drawing = Drawing(target, A4, title=title, credit=asked.source)
    flow = TextFlow(drawing, title, aside(team, date))
    for step in _HOW:
        flow.item(step)
    columns = (_TEXTS["word"], *(corners[key].title for key in guide.quadrants))
    empty = [""] * len(guide.quadrants)
    rows = [(row.word, *empty) for row in guide.key_words]
    shares = (_WORD_SHARE, *[_FIELD_SHARE] * len(empty))
    flow.table(columns, rows, least=_ROW_MM, shares=shares)
    flow.say(_TEXTS["foot"], _FOOT_PT)
    # A word's meanings lie apart: nobody reads the field off the order of the cards.
    count = len(guide.quadrants)
    cards: list[tuple[str, str] | None] = [
        (row.word, row.meanings[(turn + number) % count])
        for turn in range(count)
        for number, row in enumerate(guide.key_words)
    ]
    cards += [None] * (-len(cards) % (ACROSS * DOWN))
    for place, card in enumerate(cards):
        spot = place % (ACROSS * DOWN)
        if spot == 0:
            drawing.next_page()
            heading(drawing, f"{title}: {_TEXTS['cards']}", aside(team, date), size_pt=14.0)
        _card(drawing, card, spot)
    drawing.save()
    return sum(card is not None for card in cards)


def _card(drawing: Drawing, card: tuple[str, str] | None, spot: int) -> None:
    wide, high = _CARD_MM
    left, top = MARGIN_MM + spot % ACROSS * wide, _TOP_MM + spot // ACROSS * high
    drawing.rect(left, top, wide, high, line_mm=_CUT_LINE, colour=_CUT_GREY, dash_mm=_CUT_DASH)
    x, room = left + _INSET, wide - 2 * _INSET
    word, meaning = card or (_TEXTS["own"], "")
    size = fonts.fit(word, room, _WORD_PT if card else _MEANING_PT, _LEAST_PT, bold=True)
    drawing.text(x, top + _WORD_Y, word, size, bold=True, colour=0.0 if card else GREY)
    drawing.line(x, top + _RULE_Y, x + room, top + _RULE_Y, line_mm=_RULE)
    if card:
        drawing.paragraph(x, top + _MEANING_Y, room, meaning, _MEANING_PT, leading=LEADING)
    else:
        y = top + high - _WRITE_UP
        step = line_height(_MEANING_PT, 2 * LEADING)
        for number in range(2):
            at = y - number * step
            drawing.line(x, at, x + room, at, line_mm=_WRITE_LINE, colour=_CUT_GREY)
