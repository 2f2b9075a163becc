"""The screens with the map say what its fields mean."""

from __future__ import annotations

from forms.compass import Compass
from forms.instrument import find
from forms.printables import meanings
from tests.papierkompas.web.conftest import Page


def test_the_screens_with_the_map_explain_it_on_demand(read_page: Page) -> None:
    """Closed until somebody asks: the map comes first."""
    for address in ("/map", "/beamer"):
        shown = read_page.get(address).text
        details = shown.partition('<details id="meanings"')[2].partition("</details>")[0]

        assert "open" not in details.partition(">")[0]
        for entry in meanings.explained(Compass.of(find("stellingenlijst"))):
            assert f"<dt>{entry.name}</dt>" in details
            assert all(f"<dd>{text}</dd>" in details for text in entry.texts)
