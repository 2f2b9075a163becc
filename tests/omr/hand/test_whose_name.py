"""Handwritten names go to the right person, or to somebody who looks."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from omr.hand.first_names import FIRST_NAMES
from omr.hand.recogniser import NullRecogniser, SeenLetters
from omr.hand.whose_name import (
    FOLDED,
    Candidate,
    Seen,
    aliases,
    ctc_log_likelihoods,
    fold,
    has_other_initial,
    match,
    match_team,
    scores,
)

ALPHABET = (*FOLDED, " ")
TEAM = ("Sam Voorbeeld", "Noor van den Berg", "Zoë Toets", "Milan Specimen")


def seen(text: str, sure: float = 0.9) -> Seen:
    """Keep what a network would see of a neat hand: each letter one step, a blank between."""
    steps = []
    for char in fold(text):
        for column in (ALPHABET.index(char) + 1, 0):
            step = np.full(len(ALPHABET) + 1, (1 - sure) / len(ALPHABET))
            step[column] = sure
            steps.append(step)
    return Seen.of(SeenLetters(np.array(steps), ALPHABET))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4),
    st.integers(0, 1000),
)
def test_the_likelihood_is_the_sum_over_all_alignments(
    steps: int, words: list[str], seed: int
) -> None:
    """Graves et al. 2006, equation 3, counted out by hand on small cases."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.ones(len(FOLDED) + 1), steps)
    found = ctc_log_likelihoods(np.log(chances), words)

    for word, value in zip(words, found, strict=True):
        expected = sum(
            np.prod([chances[t, c] for t, c in enumerate(path)])
            for path in product(range(3), repeat=steps)
            if collapse(path) == word
        )
        assert np.exp(value) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def collapse(path: tuple[int, ...]) -> str:
    """Take repeats and blanks out of an alignment."""
    kept = [c for n, c in enumerate(path) if n == 0 or c != path[n - 1]]
    return "".join(FOLDED[c - 1] for c in kept if c)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("Jan van den Berg", {"janvandenberg", "jvandenberg", "jan", "janvdberg", "bergjanvanden"}),
        ("Noor Proef", {"noorproef", "nproef", "noor", "proefnoor"}),
        ("Inge-Lise Staal", {"ingelisestaal", "ingelise", "ingestaal"}),
        ("Fatima el Amrani-Bos", {"fatimaelamrani", "fatimaelamranibos", "fatima"}),
        ("Łukasz Đorđević", {"lukaszdordevic"}),
        ("Madonna", {"madonna"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_people_write_their_name_in_many_ways(name: str, ways: set[str]) -> None:
    """First name only, an initial, `v.d.`, the surname first: all are the same person."""
    assert ways <= set(aliases(name))


@pytest.mark.parametrize(
    "written", ["Noor van den Berg", "N. van den Berg", "noor vd berg", "Noor"]
)
def test_a_neat_name_finds_its_person(written: str) -> None:
    """The spelling of the list wins, whatever way was chosen to write it."""
    found = match(seen(written), TEAM)

    assert found.candidates[0].place == 1
    assert len(found.candidates) == 3


@pytest.mark.parametrize("written", ["Specimen", "Milan S.", "van den Berg", "Noor vdB", "Noor B"])
def test_a_short_way_that_only_one_of_them_can_mean_is_enough(written: str) -> None:
    """A surname, or a first name and a letter, is how colleagues sign."""
    found = match(seen(written, sure=0.98), TEAM)

    assert found.place == (3 if written in ("Specimen", "Milan S.") else 1)


@pytest.mark.parametrize("written", ["Berg", "van den Berg", "Sam V", "Piet Specimen"])
def test_a_short_way_that_two_may_mean_is_asked_about(written: str) -> None:
    """Two people of one surname or one initial, and a stranger of a surname that is unique."""
    team = ("Noor van den Berg", "Jan Berg", "Sam Voorbeeld", "Sam Visser", "Milan Specimen")

    assert match(seen(written, sure=0.98), team).place is None


@pytest.mark.parametrize("written", ["Q. Specimen", "Q. van den Berg", "Q Voorbeeld", "@. Toets"])
def test_another_initial_before_the_same_surname_is_asked_about(written: str) -> None:
    """One letter is all that tells them apart, so it is not weighed: it has to be there."""
    read = replace(seen(written, sure=0.98), text=written)

    assert match(read, TEAM).place is None
    assert match(replace(seen("M. Specimen", sure=0.98), text="M. Specimen"), TEAM).place == 3


def test_a_name_of_one_word_is_not_lost_by_a_gap_in_it() -> None:
    """The network sees spaces where a hand lifts the pen; a word behind it is another name."""
    team = ("Wilhelmina", *TEAM)
    gap = replace(seen("Wilhelmima", sure=0.8), text="Wilhel mima")
    more = replace(seen("Wilhelmina Bos", sure=0.98), text="Wilhelmina Bos")

    assert match(gap, team).candidates[0].place == 0
    assert not has_other_initial(gap, match(gap, team).candidates[0])
    assert match(more, team).place is None


@pytest.mark.parametrize("pair", ["Marjan/Marjon", "Martijn/Martin", "Cees/Kees", "Erik/Erika"])
def test_a_first_name_that_people_have_is_no_slip_of_another(pair: str) -> None:
    """A hand that leaves one letter open is the colleague, unless what was read is a name too."""
    for stranger, colleague in (pair.split("/"), pair.split("/")[::-1]):
        written = seen(f"{stranger} van den Berg", sure=0.8)

        assert match(written, (f"{colleague} van den Berg", *TEAM[2:])).place is None
        assert match(written, (f"{stranger} van den Berg", *TEAM[2:])).place == 0


@pytest.mark.parametrize("written", ["", "N", "Sa", "S."])
def test_a_fragment_proposes_nobody(written: str) -> None:
    """Of two letters anybody may be meant: three names beside them would only mislead."""
    both = match_team([seen(written) if written else empty(), seen(TEAM[2])], TEAM)

    assert both[0] is not None
    assert not both[0].candidates
    assert both[1] is not None
    assert both[1].place == 2


def empty() -> Seen:
    """Keep what a network sees of a smudge: no letter at all."""
    return replace(seen("a"), text="")


def test_the_first_names_are_folded_and_stand_there_once() -> None:
    """They are compared with what was read, letter by letter."""
    assert all(name == fold(name) for name in FIRST_NAMES)
    assert len(set(FIRST_NAMES)) == len(FIRST_NAMES)


def test_a_stranger_is_nobody_on_the_list() -> None:
    """Better a question to the facilitator than another's name on the map."""
    assert match(seen("Wilhelmina Onbekend"), TEAM).place is None


ALIKE = (
    "Cees/Kees", "Marjan/Marjon", "Ingrid/Astrid", "Mieke/Marieke", "Jan/Jaap", "Johan/Johanna",
    "Els/Ellis", "Daan/Dana", "Karin/Karen", "Sanne/Susanne", "Wim/Willem", "Bas/Bart", "Tim/Tom",
    "Yolanda/Jolanda", "Marieke/Maaike", "Linda/Lindsay", "Henk/Henny", "Monique/Monica",
)  # fmt: skip  # one letter more or less, as Erik and Erika, a hand may leave open
SURNAMES = ("Voorbeeld", "van den Berg", "de Vries-Proef", "Bos")


@pytest.mark.parametrize("pair", ALIKE)
@pytest.mark.parametrize("surname", SURNAMES)
def test_a_stranger_with_a_similar_first_name_is_asked_about(pair: str, surname: str) -> None:
    """A long surname that both have must not make Marieke of Mieke, who is not on the list."""
    for stranger, colleague in (pair.split("/"), pair.split("/")[::-1]):
        others = ("Noor Toets", "Milan Specimen", "Zoë Staal")
        written = seen(f"{stranger} {surname}", sure=0.995)

        found = match(written, (f"{colleague} {surname}", *others))
        own = match(written, (f"{stranger} {surname}", *others))

        assert found.place is None
        assert found.text == fold(f"{stranger} {surname}")
        assert own.place == 0


def test_a_similar_surname_is_another_person_as_well() -> None:
    """Bos and Vos, Meijer and Meulder: each word is judged alone, not the first name only."""
    written = seen("Maximiliaan Bakkerhof", sure=0.995)

    assert match(written, ("Maximiliaan Bakkerman", *TEAM)).place is None
    assert match(written, ("Maximiliaan Bakkerhof", *TEAM)).place == 0


@given(st.sampled_from(TEAM), st.integers(0, 40), st.sampled_from(FOLDED))
def test_one_letter_that_was_hardly_read_is_still_the_colleague(
    name: str, at: int, wrong: str
) -> None:
    """A poor stroke is no other person: evidence is counted, not letters."""
    crisp = seen(name, sure=0.99)
    levels = crisp.levels.copy()
    step = 2 * (at % (len(levels) // 2))
    column = FOLDED.index(wrong) + 1
    levels[step, :] = np.maximum(levels[step].min(), 40)
    levels[step, column] = levels[step, np.argmin(crisp.levels[step])] = 11  # a half each
    found = match(Seen(crisp.text, crisp.confidence, levels), TEAM)

    assert found.candidates[0].place == TEAM.index(name)
    assert found.place is not None


def test_a_name_that_fits_two_sheets_is_certain_for_neither() -> None:
    """Somebody wrote a colleague's name, or handed in two sheets: only a person can tell."""
    both = match_team([seen(TEAM[0]), seen(TEAM[0])], TEAM)

    assert all(m is not None and m.place is None for m in both)
    assert all(m is not None and m.candidates[0].place == 0 for m in both)


def test_a_first_name_that_two_people_share_is_not_decided() -> None:
    """`Noor` alone says nothing in a team with two of them."""
    team = ("Noor Proef", "Noor Sjabloon", "Sam Voorbeeld")
    found = match(seen("Noor"), team)
    best = sorted(scores(seen("Noor"), team), key=lambda c: -c.score)

    assert best[0].score == pytest.approx(best[1].score)
    assert found.place is None


def test_without_a_list_or_ink_there_is_only_the_reading() -> None:
    """An anonymous sheet gets a proposal, never a name."""
    assert match(seen("Sam"), ()).place is None
    assert match(seen("Sam"), ()).text == "sam"
    assert match_team([None], TEAM) == [None]


def test_the_null_recogniser_reads_nothing_and_says_so() -> None:
    """Everything else works without the network."""
    assert NullRecogniser().read(np.zeros((48, 100), np.uint8)) is None
    assert NullRecogniser().name == "none"


def test_candidates_are_values() -> None:
    """They are stored and compared."""
    assert Candidate(1, 2.0, ("sam",)) == Candidate(1, 2.0, ("sam",))


def test_reading_collapses_repeats_and_blanks() -> None:
    """The free reading is for people: what the network saw, without doubled steps."""
    steps: NDArray[np.float64] = np.full((5, len(ALPHABET) + 1), 0.001)
    for row, column in enumerate([1, 1, 0, 1, 2]):
        steps[row, column] = 0.96
    letters = SeenLetters(steps, ALPHABET)

    assert letters.text == "aab"
    assert letters.confidence == pytest.approx(0.96)
