"""Names of every kind and length, on every paper of the table: the ink stays in its place."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from papierkompas.outcome import drawers
from papierkompas.outcome.everything import papers
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, PaperOption
from papierkompas.session.session import Session
from tests.ink import watched
from tests.papierkompas.outcome.test_printables import full_session

LONG_TEAM = (
    "Opleidingsteam Verpleegkunde en Maatschappelijke Zorg niveau 3 en 4, "
    "locatie Kerkstraat, schooljaar 2026-2027"
)
ROSTERS = {
    "forty letters": (
        "Wilhelmina-Alexandrina van der Bergh-Voorbeeld",
        "Wilhelmina-Alexandrina van der Bergh-Proefmaker",
        "Maximiliaan Konstantinopolitaansegracht-Toets",
        "Noor",
        "Bo Test",
    ),
    "double names": (
        "Jan-Willem de Vries-Voorbeeld",
        "Jan-Willem de Vries-Proef",
        "Jan-Willem de Vries-Toets",
        "Anne-Marie van den Broek-Oefening",
        "Anne-Marie van den Broek-Staal",
        "J.P.",
        "J.P.M.C.",
    ),
    "three scripts": (
        "Владислава Константинопольская-Пример",
        "Владислава Константинопольская-Проверка",
        "محمد عبد الرحمن الاختبار",
        "محمد عبد الرحمن المثال",
        "Αλεξάνδρα Παπαδοπούλου-Δοκιμή",
        "Łukasz Przykładowski-Żółćiński",
    ),
    "one word": (
        "Arbeidsongeschiktheidsverzekeringsmaatschappij",
        "Arbeidsongeschiktheidsverzekeringsmedewerkster",
        "İ",
        "Ö. Ü.",
        "Ada Voorbeeld",
    ),
}
HAS_CELLS = {"statements", "to-ask", "one-list", "actions", "activity-list", "criteria"}


@pytest.mark.parametrize("kind", ROSTERS)
def test_the_ink_of_every_text_stays_in_its_place(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name in the cell of its neighbour is somebody at an answer they did not give."""
    folder = full_session(tmp_path, ROSTERS[kind], LONG_TEAM)
    met, found = set(), []
    with Session.open(folder) as session:
        material = Material(session=session)
        for which, name, plain in papers(material):
            met.add(which.key)
            namings = which.namings if PaperOption.NAMES in which.options else which.namings[:1]
            for naming in namings[:2]:
                choices = replace(plain, names=naming, few=True)
                with watched(monkeypatch) as pages:
                    drawers.draw(which, material, choices, io.BytesIO())
                for number, page in enumerate(pages, 1):
                    faults = page.faults(has_cells=which.key in HAS_CELLS)
                    found += [f"{name} ({naming}), page {number}: {fault}" for fault in faults]

    assert met == {one.key for one in PRINTABLES}
    assert not found, "\n".join(found)
