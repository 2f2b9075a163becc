"""Nothing on the paper stands where it hinders something else."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.errors import InstrumentError
from forms.instrument import (
    Factor,
    Instrument,
    NamedText,
    Row,
    Scale,
    ScaleQuestion,
    Section,
    StatementPair,
    builtin,
    find,
    parse,
)
from forms.layout import (
    CODE_QUIET_MM,
    MARKER_QUIET_MM,
    Layout,
    Page,
    Rect,
    Role,
    layout,
)

PRINTABLE_MM = 8.0  # from every edge (docs/findings/printing.md 2)

THIRD = """
key = "proeflijst"
edition = 1
paper = "proeflijst"
title = "Proeflijst"
scoring = "tally"
asks_name = true
how_to = ["Zet een kruisje."]
[scales.drie]
options = ["ja", "soms", "nee"]
no_view = "?"
tick = "x"
[scales.zes]
options = ["1", "2", "3", "4", "5", "6"]
[[sections]]
title = "Eerste deel"
[[sections.rows]]
kind = "scale"
key = "1"
scale = "drie"
text = "Werkt dit zonder code?"
[[sections.rows]]
kind = "choice"
key = "kleur"
text = "Welke kleur?"
options = [{key="r", label="rood"}, {key="b", label="blauw"}]
[[sections.rows]]
kind = "pair"
key = "2"
scale = "zes"
left = "links"
right = "rechts"
[[sections.rows]]
kind = "text"
key = "vrij"
text = "Wat wilt u nog zeggen?"
lines = 3
"""

words = st.lists(
    st.text("abcdefghijklmnoprstuvwz éëïĳ", min_size=1, max_size=14), min_size=1, max_size=45
).map(lambda found: " ".join(" ".join(found).split()) or "x")


@pytest.mark.parametrize(
    "instrument", [*builtin(), parse(THIRD, "third.toml")], ids=lambda i: i.key
)
def test_built_in_and_third_questionnaires_keep_the_laws_of_the_page(
    instrument: Instrument,
) -> None:
    """What is printed today is read weeks later; a crowded page cannot be mended then."""
    made = layout(instrument)

    assert_lawful(made)
    asked = {(box.question, box.option) for page in made.pages for box in page.boxes}
    assert asked == {(q, o) for q, options in instrument.questions.items() for o in options}
    assert {f.name for page in made.pages for f in page.fields} == set(instrument.text_fields)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(words, words), min_size=1, max_size=14), st.booleans())
def test_long_texts_never_push_anything_over_anything(
    texts: list[tuple[str, str]], as_pairs: bool
) -> None:
    """A school's own wording may be much longer than ours."""
    six = Scale("six", ("1", "2", "3", "4", "5", "6"))
    rows: tuple[Row, ...] = tuple(
        StatementPair(str(n), left, right, six)
        if as_pairs
        else ScaleQuestion(str(n), f"{left} {right}", six)
        for n, (left, right) in enumerate(texts, 1)
    )
    instrument = replace(find("stellingenlijst"), sections=(Section("Deel", rows),))

    assert_lawful(layout(instrument))


def test_the_quickscan_is_five_pages_and_the_stellingenlijst_one() -> None:
    """People hand them out and count them."""
    assert len(layout(find("quickscan")).pages) == 5
    assert len(layout(find("stellingenlijst")).pages) == 1


def test_boxes_are_five_millimetres_and_rows_well_apart() -> None:
    """The re-finding of outlines needs room between them."""
    for instrument in builtin():
        for page in layout(instrument).pages:
            for one, other in combinations(page.boxes, 2):
                assert one.rect.width_mm == one.rect.height_mm == 5
                assert not one.rect.grown(1.6).overlaps(other.rect.grown(1.6))


def test_the_number_of_a_layout_changes_with_what_is_read_and_not_with_words() -> None:
    """Old paper must be refused by a reader that would look in the wrong places."""
    asked = find("stellingenlijst")
    other = replace(asked, title="Iets anders")
    more = replace(asked, sections=(*asked.sections, replace(asked.sections[0], rows=(
        replace(asked.sections[0].rows[0], key="9"),
    ))))  # fmt: skip

    assert layout(asked).number == layout(other).number
    assert layout(asked).number != layout(more).number


def test_every_text_of_a_page_has_the_role_that_it_plays() -> None:
    """Who looks for the title or the legend asks for it, whatever its size, place or words."""
    first, second, *_ = layout(find("quickscan")).pages

    assert [t.lines for t in second.texts_of(Role.TITLE)] == [("Quickscan",)]
    assert [t.lines for t in second.texts_of(Role.PART)] == [("Attitude en organisatie",)]
    assert " ".join(first.texts_of(Role.HOW_TO)[0].lines) == " ".join(find("quickscan").how_to)
    assert [t.lines for t in first.texts_of(Role.COLUMN)][:2] == [("++",), ("+",)]
    assert len(first.texts_of(Role.FOOT)) == 1
    assert first.texts_without(*Role) == ()


def test_a_legend_goes_only_where_its_columns_do_and_takes_no_other_text_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was known by its size: another text of that size vanished with it."""
    monkeypatch.setattr("forms.layout.LEGEND_PT", 9.5)  # the size of how to fill it in
    asked = find("quickscan")
    front = asked.sections[0]
    grades = [s for s in asked.sections if any(r.key.startswith("grade/") for r in s.rows)]
    page = layout(replace(asked, sections=(front, *grades))).pages[0]

    assert page.texts_of(Role.LEGEND) == ()
    assert len(page.texts_of(Role.HOW_TO)) == 1


def test_the_form_says_once_how_a_word_is_meant_and_on_every_page_whom_it_comes_from() -> None:
    """Parents are carers too: said where people begin, and not over and over."""
    for asked in builtin():
        pages = layout(asked).pages
        notes = [text for page in pages for text in page.texts_of(Role.NOTE)]

        assert [" ".join(text.lines) for text in notes] == [asked.note]
        assert "verzorgers" in asked.note
        for page in pages:
            (source,) = page.texts_of(Role.SOURCE)
            assert " ".join(source.lines) == asked.source


def test_the_quickscan_explains_stages_and_factors_before_it_asks() -> None:
    """As its source does: whoever fills it in knows what the ten factors ask of a school."""
    asked = find("quickscan")
    page = layout(asked).pages[0]
    said = page.texts_of(Role.EXPLAINED)
    words = [" ".join(text.lines) for text in said]
    grouped = {group.key: group.title for group in asked.groups}
    numbers = {key: [f.number for f in asked.factors if f.group == key] for key in grouped}

    assert [stage.title for stage in asked.stages] == [
        "attitude", "organisatie", "wederkerige relatie", "wederzijdse afstemming"
    ]  # fmt: skip
    assert numbers == {
        "contact": [1, 2, 3],
        "samenwerking": [4, 5, 6, 7],
        "toekomstperspectief": [8, 9, 10],
    }
    for text in (*(s.text for s in asked.stages), *(f.text for f in asked.factors)):
        assert text
        assert text in words
    assert [word for word in words if word in grouped.values()] == list(grouped.values())
    assert max(text.y_mm for text in said) < min(box.rect.y_mm for box in page.boxes)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(words, min_size=1, max_size=30), st.lists(words, max_size=6), words, words, st.data()
)
def test_explanations_of_any_length_never_push_anything_over_anything(
    texts: list[str], stages: list[str], note: str, source: str, data: st.DataObject
) -> None:
    """A school's own factors may be many and long; they go on over the page."""
    groups = tuple(NamedText(str(n), text[:30]) for n, text in enumerate(texts[:3]))
    factors = tuple(
        Factor(n, data.draw(words)[:60], "relatie", text, str(min(n - 1, 2)))
        for n, text in enumerate(texts, 1)
    )
    instrument = replace(
        find("quickscan"),
        groups=groups,
        factors=factors,
        stages=tuple(NamedText(str(n), text[:50], text) for n, text in enumerate(stages)),
        note=note,
        source=source,
        sections=(Section("Deel", find("quickscan").sections[1].rows),),
    )
    made = layout(instrument)
    said = {" ".join(t.lines) for page in made.pages for t in page.texts_of(Role.EXPLAINED)}

    assert_lawful(made)
    assert set(texts) <= said


def test_boxes_that_leave_no_room_are_refused_with_their_question() -> None:
    """Whoever made the questionnaire has to find the row."""
    wide = Scale("wide", tuple("abcdefghijkl"), no_view="?", tick="18")
    row = ScaleQuestion("7.2", "Is dit te breed?", wide)
    asked = replace(find("stellingenlijst"), sections=(Section("Deel", (row,)),))

    with pytest.raises(InstrumentError, match=r"stellingenlijst: question '7\.2': \d+ boxes leave"):
        layout(asked)


def test_a_question_longer_than_a_page_is_refused_in_words() -> None:
    """Better an error now than a page that runs off the paper."""
    row = ScaleQuestion("1", "woord " * 4000, Scale("two", ("a", "b")))
    endless = replace(find("stellingenlijst"), sections=(Section("Deel", (row,)),))

    with pytest.raises(
        InstrumentError, match="stellingenlijst: question '1' is too long for a page"
    ):
        layout(endless)


def test_a_questionnaire_of_too_many_pages_is_refused_in_words() -> None:
    """There are corner marks for eleven pages."""
    rows = tuple(
        ScaleQuestion(str(n), f"Vraag {n}", Scale("two", ("a", "b"))) for n in range(1, 400)
    )
    long = replace(find("stellingenlijst"), sections=(Section("Deel", rows),))

    with pytest.raises(InstrumentError, match="Split the questionnaire"):
        layout(long)


def assert_lawful(made: Layout) -> None:
    """Check on every page that nothing overlaps or leaves the printable part."""
    for page in made.pages:
        boxes = [box.rect for box in page.boxes]
        fields = [place.rect for place in page.fields]
        texts = [text.rect for text in (*page.texts, page.code_words)]
        printable = Rect(0, 0, made.paper.width_mm, made.paper.height_mm).grown(-PRINTABLE_MM)
        for one, other in combinations([*boxes, *fields], 2):
            assert not one.overlaps(other)
        for rect in [*boxes, *fields, *texts, *(m.rect for m in page.markers), page.code]:
            assert rect.x_mm >= printable.x_mm - 1e-6
            assert rect.y_mm >= printable.y_mm - 1e-6
            assert rect.x_mm + rect.width_mm <= printable.x_mm + printable.width_mm + 1e-6
            assert rect.y_mm + rect.height_mm <= printable.y_mm + printable.height_mm + 1e-6
        for text in texts:
            for box in boxes:
                assert not text.overlaps(box)
        for quiet in quiet_zones(page):
            for rect in [*boxes, *fields, *texts, *(rule.rect for rule in page.rules)]:
                assert not quiet.overlaps(rect)


def quiet_zones(page: Page) -> list[Rect]:
    """Return what must stay white round the marks and the symbol."""
    return [page.code.grown(CODE_QUIET_MM - 0.2)] + [
        marker.rect.grown(MARKER_QUIET_MM) for marker in page.markers
    ]


def test_sheets_that_were_printed_before_are_still_read() -> None:
    """What is added to the paper takes no room from the boxes: piles lie in drawers already."""
    asked = find("stellingenlijst")

    assert layout(asked).number == 75
