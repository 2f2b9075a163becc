"""Hostile files keep to the bound on memory by every way in, and what lies beside them is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from papierkompas.lab.hostile import GOOD, MB, Table, WayIn, build_files, cost_of, set_table

MOST_MB = (1 << 30) / MB
KINDS = [
    ("commands-save.pdf", WayIn.ONE, {"damaged", "too_large"}),
    ("many-pages.tif", WayIn.MANY, {"too_many_pages"}),
    ("hidden-by-tem-progressive.jpg", WayIn.PAGE, {"too_large"}),
    ("image-lies.pdf", WayIn.PHONE, {"too_large"}),
    ("many-strips.tif", WayIn.WATCHED, {"damaged"}),
]  # all kinds by all ways, by hand: docs/reading.md


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return set_table(tmp_path_factory.mktemp("tafel"))


@pytest.mark.parametrize(("name", "way", "said"), KINDS)
def test_a_hostile_file_costs_little_and_only_itself(
    tmp_path: Path, table: Table, name: str, way: WayIn, said: set[str]
) -> None:
    """A bomb in a photo of one phone is no reason that a team has no map."""
    (file,) = build_files(tmp_path, [name])
    cost = cost_of(file, way, table)

    assert cost.said in said
    assert cost.mb < MOST_MB
    assert cost.beside == (0 if way is WayIn.ONE else GOOD)
