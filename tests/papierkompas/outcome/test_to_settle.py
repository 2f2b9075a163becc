"""A form on which nothing was seen is one question, and is nobody's once it is said to be empty."""

from __future__ import annotations

from pathlib import Path

from forms.answers import Doubt, Reading
from papierkompas.outcome.to_settle import WHOLE, done_of_all, to_settle, whole_rows
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import Room, at, blank

FAINT = dict.fromkeys(blank(), Reading(None, doubt=Doubt.FAINT, confidence=0.5))


def test_an_empty_form_that_was_scanned_too_light_is_one_question(tmp_path: Path) -> None:
    """Not eight, in what waits and in what is done."""
    room = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    own = room.print_list("gewenst")
    room.hand_in(own[1], FAINT)
    room.hand_in(own[2], {**at(3, 3), "1": Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)})
    sheets = room.results().sheets
    waiting = [(one.sheet.sheet.number, one.question) for one in to_settle(sheets)]

    assert waiting == [(1, WHOLE), (2, "1")]
    assert done_of_all(sheets) == (0, 2)
    assert room.results().in_review == 9, "the command counts rows, as before"

    for row in whole_rows(sheets[0]):
        room.session.corrections.correct(sheets[0].id, row, None, "begeleider")
    sheets = room.results().sheets

    assert [one.question for one in to_settle(sheets)] == ["1"]
    assert done_of_all(sheets) == (1, 2)
    assert sheets[0].is_unfilled
    assert room.results().compasses[0].rounds[0].back == 1


def test_a_form_with_one_mark_or_one_settled_row_is_asked_row_by_row(tmp_path: Path) -> None:
    room = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    own = room.print_list("gewenst")
    room.hand_in(own[1], {**FAINT, "4": Reading("2")})
    room.hand_in(own[2], FAINT)
    room.session.corrections.correct(SheetId(own[2].batch, 2), "3", "5", "begeleider")
    sheets = room.results().sheets

    assert [whole_rows(sheet) for sheet in sheets] == [(), ()]
    assert len(to_settle(sheets)) == 14
    assert done_of_all(sheets) == (1, 15)
