"""The sentence on the poster of one round: where most people stand, and where the middle lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.paper_sizes import PAPERS
from papierkompas.outcome.posters import poster_of
from tests.papierkompas.outcome.room import Room, at

Point = tuple[float, float]


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param(
            [(2, 5)] * 7 + [(5, 2)] * 7,
            "De 14 staan verspreid over de kaart; het midden ligt op de grens van "
            "samen en dominant en vrij en individueel.",
            id="two camps",
        ),
        pytest.param(
            [(2, 5)] * 5 + [(5, 5)] * 3,
            "5 van de 8 staan in samen; het midden ligt ook in samen.",
            id="most in one field",
        ),
        pytest.param(
            [(3, 5), (3, 5), (4, 5), (4, 5), (3, 4), (4, 4), (3, 4)],
            "4 van de 7 staan in samen; het midden ligt ook in samen.",
            id="near the border",
        ),
        pytest.param([(2, 5), (2, 5), (5, 5)], None, id="too few"),
    ],
)
def test_the_poster_says_where_people_stand(
    places: list[Point], said: str | None, tmp_path: Path
) -> None:
    """The sentence counts people inside a field, and says where the middle is as the map does."""
    room = Room(tmp_path, [f"Naam{letter} Proef" for letter in "abcdefghijklmn"[: len(places)]])
    papers = room.print_list("gewenst")
    for paper, place in zip(papers.values(), places, strict=True):
        room.hand_in(paper, at(*place))
    poster = poster_of(room.results(), PAPERS["a1"])

    assert poster.sentences == ((said,) if said else ())
