import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.shown_names import Naming, initials, shortest, shown

WORDS = (
    "Sam sam Noor İpek Đặng Zoë Jan-Willem IJsbrand Bo J. van 2 "
    "Voorbeeld Voorbij Proef de (stagiair) O'Proef Ång"
)
words = st.sampled_from(WORDS.split())
names = st.lists(words, min_size=1, max_size=4).map(" ".join)
teams = st.lists(names, max_size=12)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        pytest.param(["Sam Voorbeeld", "Noor Proef"], ["Sam", "Noor"], id="first names"),
        pytest.param(
            ["Noor Proef", "Noor van den Test"], ["Noor P.", "Noor T."], id="last word's initial"
        ),
        pytest.param(
            ["Noor Proef", "Noor Post", "Noor Test"],
            ["Noor Pr.", "Noor Po.", "Noor T."],
            id="two letters, only where needed",
        ),
        pytest.param(
            ["Noor Proef", "Noor Proeven"], ["Noor Proef", "Noor Proeven"], id="whole last word"
        ),
        pytest.param(
            ["Noor de Proef", "Noor van Proef"],
            ["Noor de Proef", "Noor van Proef"],
            id="whole name",
        ),
        pytest.param(["Noor Proef"] * 3, ["Noor Proef", "Noor Proef 2", "Noor Proef 3"], id="same"),
        pytest.param(["Sam", "Sam Voorbeeld"], ["Sam", "Sam V."], id="one word"),
        pytest.param(["J. de Proef"], ["J. de Proef"], id="initials alone say too little"),
        pytest.param(["Jan IJsvogel", "Jan Test"], ["Jan IJ.", "Jan T."], id="the letter IJ"),
        pytest.param(["SAM Voorbeeld", "Sam Proef"], ["SAM V.", "Sam P."], id="capitals"),
        pytest.param(["Bo Li", "Bo Proef"], ["Bo L.", "Bo P."], id="short surname"),
        pytest.param(["Bo Proef (stagiair)", "Bo Test"], ["Bo P.", "Bo T."], id="brackets"),
    ],
)
def test_shortened_names(full: list[str], short: list[str]) -> None:
    """What a teacher would write on the blackboard."""
    assert list(shortest(full)) == short


@given(teams)
@example(["Sam 2", "Sam", "Sam"])
def test_nobody_shares_a_name_on_the_poster(team: list[str]) -> None:
    """Two people with one name on the map cannot find themselves."""
    for short in (shortest(team), initials(team)):
        assert len({name.casefold() for name in short}) == len(team)


@given(teams)
def test_a_name_keeps_its_first_word_whole(team: list[str]) -> None:
    """A first name is never cut: that is who people are to each other."""
    for full, short in zip(team, shortest(team), strict=True):
        assert short.split()[0] == unicodedata.normalize("NFC", full).split()[0]


@given(st.lists(names, unique_by=str.casefold, max_size=12))
def test_the_order_of_the_list_does_not_matter(team: list[str]) -> None:
    """The same team has the same names on both posters, whoever handed in first."""
    assert dict(zip(team, shortest(team), strict=True)) == dict(
        zip(reversed(team), shortest(team[::-1]), strict=True)
    )


@given(teams)
@example(["IJsbrand IJsbrand", "IJsbrand IJsbrand"])
def test_initials_give_no_surname_away(team: list[str]) -> None:
    """Initials are chosen for privacy, so they never grow into half a name."""
    signs = [sign.split()[0].replace("IJ", "Ĳ") for sign in initials(team)]  # one letter, two signs

    assert all(len(sign) <= 4 for sign in signs)


def test_numbers_follow_the_list_and_none_is_silent() -> None:
    """The facilitator's key lists people in the order of the roster."""
    team = ["Noor Proef", "Sam Voorbeeld"]

    assert shown(team, Naming.NUMBERS) == ("1", "2")
    assert shown(team, Naming.NONE) == ("", "")
    assert shown(team, Naming.INITIALS) == ("NP", "SV")
