"""The poster says what colleagues call each other, as the name list has it."""

from __future__ import annotations

from pathlib import Path

from forms.answers import Reading
from forms.paper_sizes import paper_named
from papierkompas.outcome.paper_values import statement_sheet
from papierkompas.outcome.posters import poster_of
from tests.papierkompas.outcome.room import Room, at, blank

LIST = ("Cheung, Ka Wai", "Berg, Ka van den", "Vries, Maria José de", "Smit, A.B.", "Bo Proef")


def test_a_first_name_of_two_words_stays_whole_on_every_paper(tmp_path: Path) -> None:
    """Ka Wai is not Ka; who is known by initials alone keeps a last name."""
    room = Room(tmp_path, LIST)
    for number, paper in room.print_list("gewenst").items():
        room.hand_in(paper, blank() | {"1": Reading("2")} if number == 2 else at(number / 2 + 1, 3))
    results = room.results()

    poster = poster_of(results, paper_named("a3"))
    people = dict(zip([p.name for p in poster.people], poster.said[0], strict=True))
    assert people == {
        "Ka Wai Cheung": "Ka Wai",
        "Maria José de Vries": "Maria José",
        "A.B. Smit": "A.B. Smit",
        "Bo Proef": "Bo",
    }
    assert poster.said[1] == ("Ka",)
    assert statement_sheet(results).people[0].first == "Ka Wai"
