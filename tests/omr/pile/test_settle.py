"""Pages become sheets: numbered ones by their number, photocopies by their order in the pile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Doubt, Reading
from forms.messages import Message
from forms.sheet_code import MASTER, SheetCode
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason, unread
from omr.pile.copies import collate
from omr.pile.settle import Settled, Sheet, count_lists, settle

QUESTIONS = 12  # on a page
COUNTS = {"lijst": 3}


def a_page(
    place: int,
    number: int,
    page: int,
    answers: Sequence[str | None] = ("+",),
    file: str = "scan.pdf",
) -> ReadPage:
    return ReadPage(
        PageRef(file, place),
        PageStatus.READ,
        code=SheetCode(1, 1, 0, page, number, "K7F3", 7),
        instrument="lijst",
        readings={f"{page}.{n}": Reading(answer) for n, answer in enumerate(answers, 1)},
    )


def a_person(seed: int, pages: int = 3) -> Mapping[int, list[str]]:
    """Answers to three pages, as nobody else gives them."""
    rng = Random(seed)
    return {
        page: [rng.choice(["++", "+", "+/-", "-", "--", "?"]) for _ in range(QUESTIONS)]
        for page in range(1, pages + 1)
    }


def a_pile(lists: Sequence[tuple[int, Sequence[int]]], file: str = "scan.pdf") -> list[ReadPage]:
    """Scan copies of a master: (who filled it in, the pages in the order of the pile)."""
    laid = [(who, page) for who, pages in lists for page in pages]
    return [
        a_page(place, MASTER, page, a_person(who)[page], file)
        for place, (who, page) in enumerate(laid, 1)
    ]


def together(settled: Settled) -> list[list[int]]:
    """The page numbers of each sheet, in the order of the sheets."""
    return [list(sheet.pages) for sheet in settled.sheets]


@pytest.mark.parametrize(("file", "doubt"), [("scan.pdf", Doubt.FAINT), ("again.pdf", None)])
def test_what_seems_blank_beside_a_page_that_lost_marks_is_a_doubt(
    file: str, doubt: Doubt | None
) -> None:
    """Three grades of which a scan left nothing were read as blank beside four pages of specks."""
    light = replace(a_page(1, 2, 1, ("+", "+")), notes=(Note.TOO_LIGHT,))
    beside = a_page(2, 2, 2, (None, "-"), file)
    somebody_else = a_page(3, 3, 2, (None, "+"))

    sheet, other = settle([light, beside, somebody_else]).sheets

    assert [sheet.readings[q].doubt for q in ("1.1", "2.1", "2.2")] == [None, doubt, None]
    assert other.readings["2.1"].doubt is None


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param([1, 2, 3, 1, 2, 3], [[1, 2, 3], [1, 2, 3]], id="as they lie"),
        pytest.param([3, 2, 1, 3, 2, 1], [[1, 2, 3], [1, 2, 3]], id="face up"),
        pytest.param([1, 2, 3, 3, 2, 1], [[1, 2, 3], [1, 2, 3]], id="second half turned over"),
        pytest.param([1, 2, 3, 1, 3, 1, 2, 3], [[1, 2, 3], [1, 3], [1, 2, 3]], id="one missing"),
        pytest.param([2, 3, 1, 2, 3], [[2, 3], [1, 2, 3]], id="front page missing"),
        pytest.param([1, 2, 1, 2, 3], [[1, 2], [1, 2, 3]], id="last page missing"),
        pytest.param([1, 2, 3, 2, 3, 1, 1, 2, 3], [[1, 2, 3]] * 3, id="one list in disorder"),
        pytest.param([1, 3, 1, 2, 3, 2], [[1, 2, 3], [1, 2, 3]], id="a page scanned afterwards"),
        pytest.param([1, 1, 2, 2, 3, 3], [[1], [1], [2], [2], [3], [3]], id="sorted by page"),
        pytest.param([2, 1, 1, 3, 2, 3], [[2], [1], [1], [3], [2], [3]], id="shuffled"),
    ],
)
def test_the_order_of_the_pile_tells_which_pages_belong_together(
    numbers: list[int], expected: list[list[int]]
) -> None:
    """Copies carry no number; what their order does not tell is said, not guessed."""
    assert [sorted(copy.pages) for copy in collate(numbers, 3)] == expected


def test_two_sided_lists_hold_to_one_order() -> None:
    """1 2 1 2 looks like 2 1 2 1 shifted by one; mixing both would mix up people."""
    assert [list(c.pages.values()) for c in collate([2, 1, 2, 1], 2)] == [[0, 1], [2, 3]]
    assert [list(c.pages.values()) for c in collate([1, 2, 1, 2], 2)] == [[0, 1], [2, 3]]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_every_page_ends_in_exactly_one_copy(numbers: list[int]) -> None:
    """Whatever lies in the pile: no page is lost, none counts twice, none is put elsewhere."""
    copies = collate(numbers, 5)

    places = [place for copy in copies for place in copy.pages.values()]
    assert sorted(places) == list(range(len(numbers)))
    assert all(numbers[at] == page for copy in copies for page, at in copy.pages.items())
    assert all(len(copy.pages) == 1 for copy in copies if copy.is_loose)


@given(st.integers(1, 60), st.integers(3, 6), st.lists(st.booleans(), min_size=60, max_size=60))
def test_a_neat_pile_gives_every_person_their_own_pages(
    people: int, length: int, face_up: list[bool]
) -> None:
    """Lists on top of each other, each with its first or its last page on top."""
    up = list(range(1, length + 1))
    numbers = [n for turned in face_up[:people] for n in (up[::-1] if turned else up)]

    copies = collate(numbers, length)

    assert [{at // length for at in copy.pages.values()} for copy in copies] == [
        {person} for person in range(people)
    ]


@given(st.permutations([*range(1, 6)] * 6))
def test_shuffled_pages_do_not_become_people(numbers: list[int]) -> None:
    """A person made of five people's pages would be the worst that can happen to a list."""
    copies = collate(numbers, 5)
    made = [copy for copy in copies if not copy.is_loose and len(copy.pages) > 1]
    orderly = [
        copy
        for copy in made
        if max(copy.pages.values()) - min(copy.pages.values()) == len(copy.pages) - 1 or copy.joined
    ]

    assert orderly == made  # only pages that lie together, or the one page that fits nowhere else


def test_a_shuffled_pile_is_counted_and_said() -> None:
    """The counts per question need no grouping; the number of lists must not explode."""
    pile = a_pile([(1, [2]), (2, [1]), (1, [1]), (2, [3]), (2, [2]), (1, [3])])

    settled = settle(pile, COUNTS)

    assert len(settled.sheets) == 6
    assert all(sheet.is_loose for sheet in settled.sheets)
    assert count_lists(settled.sheets) == 2
    assert len(settled.remarks) == 1  # one for the master, none for each of its pages
    assert "6 pages, of at least 2 lists" in str(settled.remarks[0])
    for page, sheet in zip(settled.pages, settled.sheets, strict=True):
        assert [str(note) for note in sheet.notes] == [str(page.remark)]
        assert str(page.remark) == str(Message("pile.loose"))


def test_pages_of_one_copy_belong_together() -> None:
    """The whole way: who filled in page 1 filled in pages 2 and 3."""
    settled = settle(a_pile([(1, [1, 2, 3]), (2, [3, 2, 1]), (3, [1, 3])]), COUNTS)

    assert [sheet.sheet for sheet in settled.sheets] == ["K7F3-00.1", "K7F3-00.2", "K7F3-00.3"]
    assert settled.sheets[2].missing_pages == (2,)
    assert settled.remarks == ()
    for who, sheet in enumerate(settled.sheets, 1):
        for page in sheet.pages:
            read = [sheet.readings[f"{page}.{n}"].option for n in range(1, QUESTIONS + 1)]
            assert read == a_person(who)[page]


def test_a_page_that_is_read_afterwards_goes_to_the_only_copy_that_lacks_it() -> None:
    """`Page 2 was not read, scan it again`: and then it has to count."""
    pile = a_pile([(1, [1, 2, 3]), (2, [1, 3]), (3, [1, 2, 3])])
    again = a_page(1, MASTER, 2, a_person(2)[2], "again.pdf")

    settled = settle([*pile, unread(PageRef("scan.pdf", 9), Reason.NO_CODE), again], COUNTS)

    assert together(settled) == [[1, 2, 3]] * 3
    assert "the only one that lacked it" in str(settled.sheets[1].notes[0])
    assert settled.sheets[1].readings["2.1"].option == a_person(2)[2][0]


def test_a_pile_of_copies_that_is_scanned_again_counts_once() -> None:
    """Somebody presses the button twice; nobody may have two votes."""
    lists = [(who, [1, 2, 3]) for who in range(1, 8)]
    settled = settle([*a_pile(lists), *a_pile(lists[::-1], "again.pdf")], COUNTS)

    assert len(settled.sheets) == 7
    assert [p.status for p in settled.pages].count(PageStatus.DUPLICATE) == 21
    assert str(settled.pages[21].remark) == "the same paper as scan.pdf, page 19"


def test_one_page_that_is_scanned_again_counts_once() -> None:
    """Because of a doubt, for instance; then the clear scan counts, at its old place."""
    pile = a_pile([(who, [1, 2, 3]) for who in range(1, 6)])
    smudged = dict(pile[4].readings)
    smudged["2.1"] = Reading(None, doubt=Doubt.FAINT)
    pile[4] = a_page(5, MASTER, 2)
    pile[4] = ReadPage(pile[4].ref, PageStatus.READ, code=pile[4].code, instrument="lijst",
                       readings=smudged)  # fmt: skip
    again = a_page(1, MASTER, 2, a_person(2)[2], "again.pdf")

    settled = settle([*pile, again], COUNTS)

    assert len(settled.sheets) == 5
    assert settled.pages[-1].status is PageStatus.DUPLICATE
    assert settled.sheets[1].readings["2.1"].option == a_person(2)[2][0]
    assert settled.sheets[1].pages[2].ref == PageRef("scan.pdf", 5)


def test_people_who_cross_one_column_are_not_the_same_person() -> None:
    """All plus from top to bottom: two colleagues can do that, and often do."""
    column = [a_page(n, MASTER, 1 + (n - 1) % 3, ["+"] * QUESTIONS) for n in range(1, 7)]
    others = a_pile([(who, [1, 2, 3]) for who in range(1, 6)], "others.pdf")

    settled = settle([*column, *others], COUNTS)

    assert len(settled.sheets) == 7
    assert "says exactly the same as K7F3-00.1" in str(settled.sheets[1].notes[0])
    assert len(settled.remarks) == 1


def test_a_short_list_with_the_same_answers_is_said_and_counts() -> None:
    """Eight statements: two people who agree on all of them are no wonder."""
    pile = [a_page(n, MASTER, 1, a_person(n)[1][:8]) for n in range(1, 9)]
    again = a_page(9, MASTER, 1, a_person(3)[1][:8])

    settled = settle([*pile, again], {"lijst": 1})

    assert len(settled.sheets) == 9
    assert "K7F3-00.3" in str(settled.remarks[0])


def test_a_numbered_sheet_counts_once_in_any_order_of_pages() -> None:
    """Numbers make the order of the pile irrelevant."""
    pages = [
        a_page(place, number, page, a_person(number)[page])
        for place, (number, page) in enumerate([(2, 3), (1, 1), (2, 1), (1, 3), (2, 2)], 1)
    ]
    again = a_page(6, 2, 1, a_person(2)[1])

    settled = settle([*pages, again], COUNTS)

    assert together(settled) == [[1, 3], [1, 2, 3]]
    assert settled.sheets[0].missing_pages == (2,)
    assert settled.pages[-1].status is PageStatus.DUPLICATE


def test_two_papers_with_one_number_are_a_doubt_on_every_answer() -> None:
    """Somebody copied a filled-in sheet, or two people share a number: a person has to look."""
    papers = [a_page(place, 2, 1, a_person(who)[1]) for place, who in ((1, 1), (2, 2), (3, 2))]

    settled = settle(papers, {"lijst": 1})

    (sheet,) = settled.sheets
    assert {reading.doubt for reading in sheet.readings.values()} == {Doubt.TWO_PAPERS}
    assert {reading.option for reading in sheet.readings.values()} == {None}  # nobody's answer
    assert [p.status for p in settled.pages] == [PageStatus.READ] * 2 + [PageStatus.DUPLICATE]
    assert str(settled.pages[2].remark) == "the same paper as scan.pdf, page 2"
    beside = [f"another paper carries the same number: scan.pdf, page {n}" for n in (2, 1)]
    assert [str(page.remark) for page in settled.pages[:2]] == beside
    assert [page.ref.page for page in sheet.others[1]] == [2]
    (said,) = settled.remarks
    assert "carry this number, scan.pdf, page 1, scan.pdf, page 2" in str(said)


@pytest.mark.parametrize(
    ("doubts", "counts"),
    [((0, 0), 0), ((1, 1), 0), ((2, 1), 1), ((1, 2), 0), ((1, 1, 0), 2), ((2, 1, 1), 1)],
    ids=str,
)
def test_of_scans_of_one_paper_the_one_with_fewer_doubts_counts(
    doubts: Sequence[int], counts: int
) -> None:
    """Of two equals it is the first: the same pile gives the same answers, in any later order."""
    first = a_page(1, 2, 1, a_person(2)[1])
    scans = []
    for place, doubtful in enumerate(doubts, 1):
        unsure = {
            question: Reading(None, doubt=Doubt.FAINT)
            for question in list(first.readings)[:doubtful]
        }
        scans.append(
            replace(first, ref=PageRef("scan.pdf", place), readings={**first.readings, **unsure})
        )

    (sheet,) = settle(scans, {"lijst": 1}).sheets

    assert sheet.pages[1].ref == scans[counts].ref
    assert sheet.readings == scans[counts].readings


@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.booleans())
def test_no_page_leaves_the_account(numbers: list[int], is_master: bool) -> None:
    """Every page that came in goes out, in the order in which it came."""
    pages = [
        a_page(place, MASTER if is_master else n, 1 + place % 3)
        for place, n in enumerate(numbers, 1)
    ]

    assert [p.ref for p in settle(pages, COUNTS).pages] == [p.ref for p in pages]


def an_unfilled(page: ReadPage, file: str, doubt: Doubt | None = None) -> ReadPage:
    """Scan the same sheet before anybody wrote on it."""
    blank = {question: Reading(None, doubt=doubt) for question in page.readings}
    return replace(page, ref=PageRef(file, page.ref.page), readings=blank)


@given(st.integers(1, 20), st.lists(st.sampled_from(["before", "between", "after"])), st.booleans())
def test_an_unfilled_pile_contests_nothing(people: int, when: list[str], faint: bool) -> None:
    """Anybody tries the copier with the printed pile first; nobody may lose their place by it."""
    filled = [
        a_page(1 + 3 * (number - 1) + page, number, page, a_person(number)[page])
        for number in range(1, people + 1)
        for page in (1, 2, 3)
    ]
    proofs = {
        moment: [an_unfilled(p, f"proef {moment}", Doubt.FAINT if faint else None) for p in filled]
        for moment in when
    }
    half = len(filled) // 2
    pile = [
        *proofs.get("before", ()),
        *filled[:half],
        *proofs.get("between", ()),
        *filled[half:],
        *proofs.get("after", ()),
    ]

    alone, settled = settle(filled, COUNTS), settle(pile, COUNTS)

    assert [s.readings for s in settled.sheets] == [s.readings for s in alone.sheets]
    assert all(r.doubt is None for s in settled.sheets for r in s.readings.values())
    unfilled = [p for p in settled.pages if p.ref.file.startswith("proef")]
    assert all(page.status is PageStatus.DUPLICATE for page in unfilled)
    assert all("scan.pdf" in str(page.remark) for page in unfilled)


def test_a_sheet_on_which_only_a_name_was_written_is_not_unfilled() -> None:
    """Somebody held this paper; which of the two counts is for a person to say."""
    answered = a_page(1, 3, 1, ["+", "-"])
    named = replace(an_unfilled(answered, "eerst.pdf"), written={"name": True})

    (sheet,) = settle([named, answered]).sheets

    assert {r.doubt for r in sheet.readings.values()} == {Doubt.TWO_PAPERS}


def test_a_sheet_that_was_never_filled_in_stays_a_sheet() -> None:
    """Who handed in an empty paper is asked about, not forgotten."""
    blank = an_unfilled(a_page(1, 3, 1, ["+", "-"]), "scan.pdf")

    (sheet,) = settle([blank, replace(blank, ref=PageRef("nog eens.pdf", 1))]).sheets

    assert [r.option for r in sheet.readings.values()] == [None, None]
    assert {r.doubt for r in sheet.readings.values()} == {None}


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_spare_copies_of_a_master_are_no_lists(is_filled: list[bool]) -> None:
    """Copies that nobody took lie in the pile as well; they are no people without an opinion."""
    pile: list[ReadPage] = []
    for who, filled in enumerate(is_filled):
        for page in a_pile([(who, [1, 2, 3])]):
            at = replace(page, ref=PageRef("scan.pdf", len(pile) + 1))
            pile.append(at if filled else an_unfilled(at, "scan.pdf"))

    settled = settle(pile, COUNTS)

    assert count_lists(settled.sheets) == sum(is_filled)
    assert len(settled.pages) == len(pile)
    blank = [page for page in settled.pages if page.status is PageStatus.BLANK]
    assert len(blank) == 3 * is_filled.count(False)


def test_a_copy_in_which_a_mark_may_be_lost_is_not_spare() -> None:
    """A pencil that the copier lost is still somebody's answer."""
    (page,) = a_pile([(1, [1])])

    settled = settle([an_unfilled(page, "scan.pdf", Doubt.FAINT)])

    assert len(settled.sheets) == 1


def a_sheet(**told: object) -> Sheet:
    return Sheet("K7F3-02", "lijst", None, "K7F3", 2, **told)  # type: ignore[arg-type]  # as given


def test_a_sheet_of_which_nothing_is_told_is_whole_and_uncontested() -> None:
    """One list, with nothing to remark."""
    sheet = a_sheet()

    assert count_lists([sheet, sheet]) == 2
    assert (sheet.is_loose, sheet.missing_pages, sheet.notes, sheet.contesting) == (
        False,
        (),
        (),
        (),
    )
    assert (sheet.readings, sheet.written, sheet.pages, sheet.others) == ({}, {}, {}, {})
    assert sheet.first_scanned is None


def test_loose_pages_of_two_masters_are_counted_apart() -> None:
    """Three first pages of the one and two of the other are five lists, and a whole one is one."""

    def loose(batch: str, page: int) -> Sheet:
        return replace(
            a_sheet(is_loose=True, pages={page: a_page(1, MASTER, page)}), batch=batch, number=0
        )

    sheets = [loose("AAAA", 1)] * 3 + [loose("AAAA", 2)] * 2 + [loose("CCCC", 3)] * 2

    assert count_lists(sheets) == 5
    assert count_lists([*sheets, a_sheet()]) == 6
    assert count_lists([]) == 0


def test_sheets_come_by_batch_and_number_and_copies_in_the_order_of_the_pile() -> None:
    """Ten copies: the tenth comes after the second."""
    copies = a_pile([(who, [1, 2, 3]) for who in range(1, 12)])
    numbered = [
        replace(a_page(n, n, 1, file="b.pdf"), code=SheetCode(1, 1, 0, 1, n, batch, 7))
        for n, batch in ((12, "K7F3"), (2, "K7F3"), (3, "A7C9"))
    ]

    assert [s.sheet for s in settle([*numbered, *copies], COUNTS).sheets] == [
        "A7C9-03",
        *(f"K7F3-00.{n}" for n in range(1, 12)),
        "K7F3-02",
        "K7F3-12",
    ]


def test_what_is_no_page_of_ours_makes_no_sheet() -> None:
    """Unread, blank, or read by an older program without a code: kept in the account."""
    page = a_page(1, 2, 1)
    others = [
        unread(PageRef("scan.pdf", 2), Reason.NO_CODE),
        replace(page, status=PageStatus.BLANK),
        replace(page, status=PageStatus.UNREAD),
        replace(page, code=None),
    ]

    assert settle(others) == Settled(tuple(others), ())
    assert len(settle([*others, page]).sheets) == 1


def test_a_sheet_says_what_its_pages_say() -> None:
    first, third = a_page(4, 2, 1, ["+", "-"]), a_page(2, 2, 3, ["?"])
    first = replace(first, written={"name": True}, round="gewenst")
    third = replace(third, written={"remark": False}, round="gewenst")
    (sheet,) = settle([third, first], COUNTS).sheets

    assert (sheet.sheet, sheet.instrument, sheet.round) == ("K7F3-02", "lijst", "gewenst")
    assert (sheet.batch, sheet.number) == ("K7F3", 2)
    assert {q: r.option for q, r in sheet.readings.items()} == {"1.1": "+", "1.2": "-", "3.1": "?"}
    assert sheet.written == {"name": True, "remark": False}
    assert sheet.pages == {1: first, 3: third}
    assert list(sheet.pages) == [1, 3]
    assert sheet.first_scanned == third.ref
    assert sheet.missing_pages == (2,)
    assert settle([third, first]).sheets[0].missing_pages == ()


def test_a_page_of_which_nobody_knows_the_questionnaire_is_our_mistake() -> None:
    with pytest.raises(ValueError, match=r"scan.pdf, page 1 has no code"):
        settle([replace(a_page(1, 2, 1), instrument=None)])


def test_of_three_papers_with_one_number_each_names_the_others() -> None:
    """On one page; the other page of this number is nobody's but in doubt as well."""
    papers = [a_page(place, 2, 1, a_person(place)[1]) for place in (1, 2, 3)]
    second = a_page(4, 2, 2, a_person(1)[2])
    settled = settle([*papers, second], {"lijst": 2})
    (sheet,) = settled.sheets

    assert sheet.contesting == tuple(papers)
    assert sheet.others == {1: tuple(papers[1:])}
    for at, page in enumerate(settled.pages[:3]):
        others = [f"scan.pdf, page {n + 1}" for n in range(3) if n != at]
        assert str(page.remark).endswith(": " + ", ".join(others))
    assert settled.pages[3].remark is None
    assert {r.doubt for r in sheet.readings.values()} == {Doubt.TWO_PAPERS}
    withdrawn = replace(papers[0], readings={"1.1": Reading("+", ("-",), confidence=0.7)})
    (again,) = settle([withdrawn, papers[1]]).sheets
    assert again.readings["1.1"] == Reading(None, ("-",), Doubt.TWO_PAPERS, 0.7)


def test_a_page_before_it_was_filled_in_says_which_page_counts() -> None:
    filled = a_page(5, 2, 1, ["+", "-"])
    settled = settle([an_unfilled(a_page(1, 2, 1, ["+", "-"]), "proef.pdf"), filled])

    assert "scan.pdf, page 5" in str(settled.pages[0].remark)
    assert settled.pages[0].status is PageStatus.DUPLICATE
    assert settled.pages[1] == filled


def test_a_copy_that_was_scanned_again_more_clearly_gives_its_answers_and_what_is_written() -> None:
    """Answers, ticks of what is written and notes are of the clear scan; the place is the old."""
    pile = a_pile([(who, [1, 2, 3]) for who in range(1, 6)])
    clear = replace(pile[4], ref=PageRef("again.pdf", 1), written={"name": True},
                    notes=(Note.TOO_LIGHT,))  # fmt: skip
    faint = {"2.1": Reading(None, doubt=Doubt.FAINT)}
    smudged = replace(pile[4], readings={**clear.readings, **faint}, written={"name": False})
    settled = settle([*pile[:4], smudged, *pile[5:], clear], COUNTS)
    sheet = settled.sheets[1]

    assert sheet.pages[2] == replace(clear, ref=PageRef("scan.pdf", 5))
    assert sheet.written == {"name": True}
    assert all(r.doubt is None for r in sheet.readings.values())
    assert len(sheet.readings) == 3 * QUESTIONS
    assert list(sheet.pages) == [1, 2, 3]
    assert str(settled.pages[-1].remark) == "the same paper as scan.pdf, page 5"
    worse = settle([*pile, replace(smudged, ref=PageRef("again.pdf", 1))], COUNTS)
    assert worse.sheets[1] == settle(pile, COUNTS).sheets[1]
    assert worse.pages[-1].status is PageStatus.DUPLICATE


def test_a_spare_copy_says_that_nobody_filled_it_in() -> None:
    """One unfilled page among filled ones is no spare copy: somebody left that page open."""
    (spare,) = settle([an_unfilled(a_page(1, MASTER, 1), "scan.pdf")], {"lijst": 1}).pages
    assert spare.status is PageStatus.BLANK
    assert str(spare.remark) == str(Message("pile.nobody"))

    pages = a_pile([(1, [1, 2, 3])])
    settled = settle([pages[0], an_unfilled(pages[1], "scan.pdf"), pages[2]], COUNTS)
    assert together(settled) == [[1, 2, 3]]
    assert [p.status for p in settled.pages] == [PageStatus.READ] * 3


def test_a_master_of_an_unknown_length_is_as_long_as_its_last_page() -> None:
    settled = settle(a_pile([(1, [1, 2]), (2, [1, 2])]))

    assert together(settled) == [[1, 2], [1, 2]]
    assert [sheet.missing_pages for sheet in settled.sheets] == [(), ()]
    longer = settle(a_pile([(1, [1, 2]), (2, [1, 2])]), {"lijst": 3})
    assert [sheet.missing_pages for sheet in longer.sheets] == [(3,), (3,)]


def test_what_was_remarked_of_a_copy_names_its_first_page() -> None:
    """A note is said once for the pile, with the place, and at each of its pages."""
    pile = [a_page(n, MASTER, 1, a_person(n)[1][:8]) for n in range(1, 9)]
    settled = settle([*pile, a_page(9, MASTER, 1, a_person(3)[1][:8])], {"lijst": 1})
    (note,) = settled.sheets[8].notes

    assert "K7F3-00.3" in str(note)
    assert str(settled.pages[8].remark) == str(note)
    assert [page.remark for page in settled.pages[:8]] == [None] * 8
    (said,) = settled.remarks
    assert str(said).startswith("Sheet K7F3-00.9 (scan.pdf, page 9): ")
    assert str(note) in str(said)
