"""A school's own questionnaire comes in on the page: checked, seen, and only then kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forms.companions import Kind
from forms.handbook import wording_of
from forms.instrument import builtin, find
from papierkompas.outcome.own_wording import OpenWord, Proposal
from papierkompas.web.own_drafts import OwnDraft
from papierkompas.web.texts import text
from tests.forms.test_handbook import PAIRS, handbook_text, made_up_questions, quickscan_text
from tests.invented import invented
from tests.papierkompas.outcome.test_without_names import words_of
from tests.papierkompas.web.conftest import Page

COMPASS = next(made.text for made in map(invented, range(9)) if made.is_compass)


def give(page: Page, data: bytes, name: str) -> Any:
    """Upload a file and follow where it leads."""
    answer = page.post("/own/upload", {}, files={"own": (name, data)})
    if answer.status_code != 303:
        return answer
    return page.client.get(answer.headers["location"])


def address_of(answer: Any) -> str:
    found = re.search(r"/own/([0-9a-f]{16})", answer.text)
    assert found, answer.text
    return f"/own/{found[1]}"


def kept(page: Page) -> list[tuple[str, int]]:
    session = page.desk.open(page.desk.library.key_of(page.folder))
    assert session is not None
    return [(own.key, own.edition) for own in session.session.questionnaires.all()]


def test_a_file_is_checked_seen_and_kept(page: Page) -> None:
    """Nothing is kept before somebody saw it; then it can be printed."""
    seen = give(page, COMPASS.encode(), "onze lijst.toml")

    assert "Deze vragenlijst werkt" in seen.text
    assert kept(page) == []
    at = address_of(seen)
    picture = page.get(f"{at}/page/1.png")
    assert picture.content.startswith(b"\x89PNG")
    assert page.get(f"{at}/page/9.png").status_code == 404
    assert page.get(f"{at}.toml").text == COMPASS
    done = page.post(f"{at}/keep", {})
    assert done.status_code == 303
    ((key, edition),) = kept(page)
    shown = page.client.get(done.headers["location"])
    assert f'value="{key}-{edition}" checked' in shown.text
    assert page.get(f"/own/kept/{key}-{edition}.toml").text == COMPASS


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"key = 3", "x.toml", "x.toml"),
        (b"key = ", "x.toml", "Op regel 1"),
        (b"\xff\xfe\xfd", "x.toml", "UTF-8"),
        (b"", "x.toml", "leeg bestand"),
        (b"geen lijst", "brief.txt", "Geen van beide"),
        (b"%PDF-1.4 stuk", "stuk.pdf", "stuk.pdf"),
        (COMPASS.replace("left = ", 'left = "a').encode(), "../../etc/lijst.toml", "lijst.toml"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    page: Page, data: bytes, name: str, says: str
) -> None:
    """The words of the check in Dutch, with the name of the file and no folder of ours."""
    seen = give(page, data, name)
    wrong = re.search(r'role="alert">(.+?)</p>', seen.text)

    assert seen.status_code == 400
    assert wrong, seen.text
    assert says in wrong[1]
    assert "papierkompas-" not in wrong[1]
    assert kept(page) == []


def test_whatever_may_lie_beside_a_questionnaire_has_a_name_on_the_page() -> None:
    """Else the page of one's own questionnaires is broken for everybody."""
    assert all(text(f"own.kind_{kind}") for kind in Kind)


def test_an_edition_of_other_words_is_not_given_away(page: Page) -> None:
    """Paper that was printed of an edition stays readable."""
    first = give(page, COMPASS.encode(), "a.toml")
    page.post(f"{address_of(first)}/keep", {})
    changed = COMPASS.replace('subtitle = "', 'subtitle = "X', 1)
    assert changed != COMPASS
    second = give(page, changed.encode(), "b.toml")
    answer = page.post(f"{address_of(second)}/keep", {})

    assert answer.status_code == 400
    assert "andere woorden: daar" in answer.text
    assert len(kept(page)) == 1


def test_our_own_edition_is_not_given_away(page: Page) -> None:
    """A changed copy of a built-in questionnaire needs a number of its own."""
    folder = Path(__file__).parents[3] / "forms" / "instruments"
    for asked in builtin():
        seen = give(page, (folder / f"{asked.key}.toml").read_bytes(), "kopie.toml")
        answer = page.post(f"{address_of(seen)}/keep", {})

        assert answer.status_code == 400
        assert "32 tot 63" in answer.text
    assert kept(page) == []


def test_the_words_of_a_handbook_are_taken_over(page: Page) -> None:
    """Its literal sentences, once somebody compared them; the next wording gets the next number."""
    for edition in (32, 33):
        seen = give(page, handbook_text(PAIRS).encode(), "handboek.txt")
        at = address_of(seen)

        assert "Kloppen deze zinnen?" in seen.text
        assert page.post(at, {}).status_code == 400
        texts = {"text-1": "Zelf getypt."} if edition == 33 else {}
        done = page.post(at, {"compared": "1", **texts})
        assert done.status_code == 303
        assert page.post(f"{at}/keep", {}).status_code == 303
        own = find("stellingenlijst", own_of(page))
        assert own.edition == edition
        first = "Zelf getypt." if edition == 33 else PAIRS[0][0]
        assert next((p.left, p.right) for p in own.pairs) == (first, PAIRS[0][1])


def own_of(page: Page) -> tuple[Any, ...]:
    session = page.desk.open(page.desk.library.key_of(page.folder))
    assert session is not None
    return session.session.questionnaires.all()


LOST = "Is van elke bakker duidelijk met wie hij het contact onder\nhoudt in de winkel?"


def with_lost_hyphen() -> tuple[str, str]:
    """A quickscan of which the extractor lost a hyphen, and the key of the question."""
    questions = made_up_questions()
    key = "3.4"
    text = quickscan_text({**questions, key: "Is dit de plek?"})
    assert "Is dit de plek?" in text
    return re.sub(r"Is dit de plek\?", LOST, text), key


@pytest.mark.parametrize("choice", ["read", "other", "typed"])
def test_a_lost_hyphen_is_asked_about(page: Page, choice: str) -> None:
    """'contact onder houdt' may be 'onderhoudt': a person says so, and nothing is chosen before."""
    text, key = with_lost_hyphen()
    seen = give(page, text.encode(), "quickscan.txt")
    at = address_of(seen)
    number = re.search(r'name="word-(\d+)" value="other"> <span>(onder ?houdt)', seen.text)

    assert number, seen.text
    assert "checked" not in seen.text.partition("<form")[2]
    left = page.post(at, {"compared": "1"})
    assert left.status_code == 400
    answers = {
        f"word-{n}": "read" for n in re.findall(r'name="word-(\d+)" value="read"', seen.text)
    }
    answers |= {f"word-{number[1]}": choice, f"typed-{number[1]}": "onder-houdt"}
    assert page.post(at, {"compared": "1", **answers}).status_code == 303
    page.post(f"{at}/keep", {})
    asked = next(row for row in find("quickscan", own_of(page)).rows if row.key == key)
    other = number[2]
    read = "onder houdt" if other == "onderhoudt" else "onderhoudt"
    assert {"read": read, "other": other, "typed": "onder-houdt"}[choice] in asked.words[0]


def test_a_draft_that_is_gone_says_so(page: Page) -> None:
    """After a restart nothing of it is left; it is chosen again."""
    for path in ("", ".toml", "/page/1.png"):
        answer = page.get(f"/own/0123456789abcdef{path}")

        assert answer.status_code == 404
        assert "Kies het opnieuw" in answer.text


def test_a_word_of_a_scan_is_shown_beside_its_picture(page: Page) -> None:
    """It is taken over only when somebody chose it or typed another."""
    found = Proposal("scan.pdf", wording_of([handbook_text(PAIRS)], "scan.pdf"), ())
    question, part, sentence = next(iter(found.wording))
    word = OpenWord(1, question, part, 0, sentence.text.split()[0], "", 2, (b"\x89PNG scan",))
    session = page.desk.open(page.desk.library.key_of(page.folder))
    assert session is not None
    session.draft(OwnDraft("0" * 16, "scan.pdf", replace(found, words=(word,))))
    at = f"/own/{'0' * 16}"
    shown = page.get(at).text

    assert f"{at}/word/1-0.png" in shown
    assert "bladzijde 2" in shown
    assert 'value="other"' not in shown
    assert page.get(f"{at}/word/1-0.png").content == b"\x89PNG scan"
    assert page.get(f"{at}/word/1-1.png").status_code == 404
    for chosen in ({}, {"word-1": "other"}, {"word-1": "typed", "typed-1": " "}):
        assert page.post(at, {"compared": "1", **chosen}).status_code == 400
    assert page.post(at, {"compared": "1", "word-1": "typed", "typed-1": "Deeg"}).status_code == 303
    assert '"Deeg ' in page.get(f"{at}.toml").text


OURS = Path(__file__).parents[3] / "forms" / "instruments"
OWN_LIST = (
    (OURS / "schoolwaardenkompas.toml").read_text("utf-8").replace("edition = 1", "edition = 40")
)
CRITERIA = (OURS / "schoolwaardenkompas.criteria.toml").read_text("utf-8")


def give_with(page: Page, data: bytes, criteria: bytes, name: str = "onze punten.toml") -> Any:
    files = {"own": ("eigen.toml", data), "beside-criteria": (name, criteria)}
    answer = page.post("/own/upload", {}, files=files)
    return page.client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def test_what_belongs_to_a_questionnaire_comes_with_it(page: Page) -> None:
    """Own criteria are checked, shown, kept, and printed."""
    ours = CRITERIA.replace("Helder vertellen wat er speelt", "Onze eigen Zwaluwestaart")
    assert ours != CRITERIA
    seen = give_with(page, OWN_LIST.encode(), ours.encode())

    assert "onze punten.toml" in seen.text
    assert page.post(f"{address_of(seen)}/keep", {}).status_code == 303
    session = page.desk.open(page.desk.library.key_of(page.folder))
    assert session is not None
    (own,) = session.session.questionnaires.all()
    assert own.beside.criteria is not None
    assert "Onze eigen Zwaluwestaart" in own.beside.criteria.criteria
    paper = page.get("/papers/criteria.pdf")
    assert paper.status_code == 200
    assert "Zwaluwestaart" in words_of(paper.content)


@pytest.mark.parametrize(
    "criteria",
    [b"key = ", b"\xff\xfe", CRITERIA.replace("criteria = [", "criteria = 3\nx = [").encode()],
)
def test_what_is_wrong_in_what_belongs_to_it_is_said_of_that_file(
    page: Page, criteria: bytes
) -> None:
    """By the name that it was given by, not that of the questionnaire."""
    seen = give_with(page, OWN_LIST.encode(), criteria)
    wrong = re.search(r'role="alert">(.+?)</p>', seen.text)

    assert seen.status_code == 400
    assert wrong, seen.text
    assert wrong[1].startswith("onze punten.toml"), wrong[1]
    assert kept(page) == []
