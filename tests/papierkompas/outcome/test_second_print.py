"""An original and its second print that both come back are both named wherever it is asked."""

from __future__ import annotations

from pathlib import Path

from papierkompas.outcome.open_questions import open_questions
from papierkompas.outcome.scan_list import ScanList
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import Room, at


def test_both_papers_are_named_in_the_question_and_on_the_list_of_scans(tmp_path: Path) -> None:
    room = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    own = room.print_list("gewenst")
    again = room.print_list("gewenst")
    assert again == own, "a second print keeps its number"
    first, second = room.hand_in(own[1], at(2, 2)), room.hand_in(again[1], at(5, 5))
    room.hand_in(own[2], at(3, 3))
    made = room.results()
    (sam,) = (s for s in made.sheets if s.sheet.number == 1)
    asked = [one for one in open_questions(room.session, made) if one.sheet.id == sam.id]
    listed = ScanList.of(room.session, made)
    lines = list(listed.lines())

    assert len(asked) == 8
    for one in asked:
        assert str(first) in str(one.why)
        assert str(second) in str(one.why)
    assert f"  {first}: another paper carries the same number: {second}" in lines
    assert f"  {second}: another paper carries the same number: {first}" in lines
    assert [one["page"] for one in listed.as_json()["scans"][0]["contested"]] == [1, 2]
    said = [str(one) for one in made.remarks]
    assert any("printed again" in one and sam.sheet.sheet in one for one in said)
    assert any(str(first) in one and str(second) in one for one in said)

    room.session.corrections.correct(SheetId(own[1].batch, 1), "1", "2", "begeleider")
    (scan,) = room.session.scans.all()
    room.session.withdrawals.withdraw(scan, second.page, "begeleider", "eerste telt")
    answers = room.results().sheets[0].answers
    assert [a.value for a in answers.values()] == ["2"] * 8
