"""The sheet that judges the copier, as it is printed.

In:  nothing; it belongs to no session and no questionnaire.
Out: one A4 page with what to do, what is looked at, and patterns that a copier spoils.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from forms import fonts, symbols, trial_sheet
from forms.layout import Rect
from forms.paper import MM, Drawing
from forms.paper_sizes import A4
from forms.printables import GREY
from forms.sheet_code import encode
from forms.trial_sheet import BLACK_BAR, EMPTY, LEFT, LINE_WIDTHS, RIGHT

_TITLE, _TITLE_Y, _TITLE_PT, _LEAST_PT = "Proefblad voor het kopieerapparaat", 18.5, 22.0, 14.0
_LEAD = (
    "Scan dit blad zoals u straks de ingevulde formulieren scant. papierkompas leest de scan, en "
    "zegt per punt in één zin of het goed is en anders wat u moet instellen."
)
_LEAD_Y, _LEAD_PT, _GAP = 24.0, 11.0, 7.0
_STEPS = (
    "Druk dit blad af op 100 %, op dezelfde printer als de formulieren.",
    "Zet het kopieerapparaat op: grijs (grijswaarden), 300 dpi, A4, PDF. Niet op zwart-wit of "
    "tekst.",
    "Leg dit blad in de invoer, scan het, en laat de scan lezen: papierkompas read scan.pdf, of "
    "sleep hem naar het scherm Scannen.",
    "Is er iets niet goed? Verander die ene instelling en scan dit blad nog een keer.",
)
_STEP_PT, _STEP_IN, _STEP_GAP = 10.0, 6.0, 1.2
_LOOKED_AT = (
    ("Grootte", "100 %, niet passend maken of verkleinen"),
    ("Grijs of zwart-wit", "grijs: een dun potloodstreepje blijft dan staan"),
    ("Licht of donker", "donkerder of lichter, tot de dunne lijnen hieronder heel zijn"),
    ("Strepen", "maak het smalle glaasje van de invoer schoon"),
    ("Randen", "de functie rand wissen uit, formaat A4"),
    ("Scheef", "de geleiders van de invoer tegen het papier"),
    ("Fijnheid", "300 dpi; minder dan 200 is te grof"),
)
_TABLE_PT, _TABLE_STEP, _TABLE_IN, _HEAD_PT = 9.5, 5.3, 42.0, 10.5
_LABEL_PT = 7.5
_EMPTY_SAID = "Hieronder is het blad leeg. Wat hier op de scan staat, komt van het apparaat."


def draw_trial_paper(target: Path | IO[bytes]) -> None:
    """Draw the sheet."""
    drawing = Drawing(target, A4, title=_TITLE)
    for marker in trial_sheet.MARKERS:
        cell = marker.size_mm / symbols.MARKER_MODULES
        drawing.squares(marker.x_mm, marker.y_mm, cell, symbols.marker_cells(marker.id))
    place = trial_sheet.CODE_PLACE
    module = place.width_mm / symbols.CODE_MODULES
    cells = symbols.code_cells(encode(trial_sheet.CODE))
    drawing.squares(place.x_mm, place.y_mm, module, cells)
    _say(drawing)
    _patterns(drawing)
    drawing.save()


def _say(drawing: Drawing) -> None:
    """Print what to do, and what is looked at."""
    room = trial_sheet.CODE_PLACE.x_mm - LEFT - 4
    size = fonts.fit(_TITLE, room, _TITLE_PT, _LEAST_PT, bold=True)
    drawing.text(LEFT, _TITLE_Y, _TITLE, size, bold=True)
    y = _LEAD_Y + drawing.paragraph(LEFT, _LEAD_Y, room, _LEAD, _LEAD_PT) + _GAP
    for number, step in enumerate(_STEPS, 1):
        drawing.lines(LEFT, y, [f"{number}."], _STEP_PT, bold=True)
        wide = RIGHT - LEFT - _STEP_IN
        y += drawing.paragraph(LEFT + _STEP_IN, y, wide, step, _STEP_PT) + _STEP_GAP
    y += _STEP_GAP
    drawing.line(LEFT, y, RIGHT, y, line_mm=0.5)
    y += 2 * _STEP_GAP
    drawing.lines(LEFT + _TABLE_IN, y, ["Zo zet u het goed"], _HEAD_PT, bold=True)
    y += drawing.lines(LEFT, y, ["Gekeken wordt naar"], _HEAD_PT, bold=True) + _STEP_GAP
    for what, should in _LOOKED_AT:
        drawing.lines(LEFT, y, [what], _TABLE_PT)
        drawing.lines(LEFT + _TABLE_IN, y, [should], _TABLE_PT, colour=GREY)
        y += _TABLE_STEP


def _patterns(drawing: Drawing) -> None:
    """Draw what a copier spoils: thin lines, black, and bars that point at the edges."""
    drawing.rect(*_sides(BLACK_BAR), fill=0.0)
    for width in LINE_WIDTHS:
        every = trial_sheet.lines(width)
        for line in every:
            drawing.line(*line, line_mm=width)
        said = f"{width:.2f} mm".replace(".", ",")
        drawing.text(every[0][0], every[-1][3] + _LABEL_PT / MM + 0.6, said, _LABEL_PT, colour=GREY)
    for bar in trial_sheet.edge_bars():
        drawing.rect(*_sides(bar), fill=0.0)
    drawing.text(RIGHT, EMPTY.y_mm - 2.2, _EMPTY_SAID, _LABEL_PT, align="right", colour=GREY)


def _sides(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm
