"""Every message has its words in every language, and every word belongs to a message."""

from __future__ import annotations

import ast
import errno
import pickle
import string
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from forms import errors
from forms.answers import Doubt, Gap
from forms.errors import InstrumentError, PapierkompasError, UsageError, because
from forms.instrument import parse
from forms.messages import DUTCH, ENGLISH, Message, catalogue, counted
from forms.roster import Part
from omr.dots import DotDoubt, OddKind
from omr.page import Note, Reason
from papierkompas.outcome.handwritten_names import NoInk
from papierkompas.outcome.printables import PRINTABLES

ROOT = Path(__file__).parents[2]
PACKAGES = ("forms", "omr", "scoring", "papierkompas")
ERRORS = {
    "ChangedMeanwhileError",
    *(
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, PapierkompasError)
    ),
}
CALLS = {*ERRORS, "ChangedMeanwhileError", "Message", "wrong", "inside", "_NotFoundError"}
"""What takes a key as its first argument, and its values behind it."""

MEMBERS: dict[str, Iterable[str]] = {
    "reason": Reason,
    "note": Note,
    "doubt": Doubt,
    "dot": DotDoubt,
    "odd_spot": OddKind,
    "no_ink": NoInk,
    "gap": Gap,
    "part": Part,
    "printable": tuple(paper.key for paper in PRINTABLES),
    "printable_use": tuple(paper.key for paper in PRINTABLES),
}
"""Tables that hold one text for each member of a closed set."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8")))
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
    )


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def literals(node: ast.AST) -> list[str]:
    """Every text that is written out in a piece of code; not the pieces of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return []
    own = [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
    return own + [text for child in ast.iter_child_nodes(node) for text in literals(child)]


def values_of(call: ast.Call) -> set[str] | None:
    """Names of the values that a call fills in; None where they are not written out."""
    names: set[object] = {keyword.arg for keyword in call.keywords}
    for extra in call.args[1:]:
        if not isinstance(extra, ast.Dict):
            return None
        names |= {key.value if isinstance(key, ast.Constant) else None for key in extra.keys}
    return None if None in names else {str(name) for name in names}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call that says something: where, by which name, and the call itself."""
    for file, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) in CALLS and node.args:
                yield f"{file}:{node.lineno}", name_of(node), node


@cache
def used() -> frozenset[str]:
    """Every key that is written out somewhere."""
    known = set(catalogue(ENGLISH))
    found: set[str] = set()
    for _, tree in modules():
        found |= known & set(literals(tree))
        found |= {
            f"count.{what}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and name_of(node) == "counted"
            for what in literals(node.args[0])
        }
    words = (spec for one in PRINTABLES for _, _, spec, _ in string.Formatter().parse(one.done))
    return frozenset(found | (known & {f"count.{word}" for word in words}))


def test_the_catalogues_have_the_same_keys() -> None:
    """A message that one language lacks is an error in the middle of an error."""
    files = (file.name for file in resources.files("forms.messages").iterdir())
    languages = {name.removesuffix(".toml") for name in files if name.endswith(".toml")}

    assert {ENGLISH, DUTCH} <= languages
    for language in languages:
        assert set(catalogue(language)) == set(catalogue(ENGLISH)), language


@pytest.mark.parametrize("key", sorted(catalogue(ENGLISH)))
def test_a_text_says_the_same_values_in_every_language(key: str) -> None:
    """Where and what must not get lost on the way from English to Dutch."""
    english, dutch = catalogue(ENGLISH)[key], catalogue(DUTCH)[key]

    assert fields(english) == fields(dutch)
    if key.endswith("_one"):
        whole = catalogue(ENGLISH)[key.removesuffix("_one")]
        assert fields(english) | {"count"} == fields(whole)
    if len(string.Formatter().vformat(english, (), dict.fromkeys(fields(english), "")).split()) > 2:
        assert english != dutch, "said in English twice"


def test_every_key_that_is_used_exists_with_its_values() -> None:
    """A key or a value that is misspelt would be our bug on top of the user's."""
    wrong = []
    for where, _, call in calls():
        keys = literals(call.args[0])
        values = values_of(call)
        for key in keys:
            text = catalogue(ENGLISH).get(key)
            if text is None:
                wrong.append(f"{where}: there is no text '{key}'")
            elif values is not None and fields(text) != values:
                wrong.append(f"{where}: '{key}' needs {sorted(fields(text))}, got {sorted(values)}")

    assert wrong == []


def test_an_error_is_a_key_and_not_a_sentence() -> None:
    """A sentence in the code has no Dutch, and nobody notices."""
    sentences = [
        where
        for where, name, call in calls()
        if name in ERRORS
        if isinstance(call.args[0], ast.JoinedStr) or any(" " in s for s in literals(call.args[0]))
    ]

    assert sentences == []


def test_no_text_is_there_for_nothing() -> None:
    """A text that nobody says is a text that nobody keeps right."""
    known = {key for key in catalogue(ENGLISH) if key.partition(".")[0] not in MEMBERS}

    assert {key for key in known if key.removesuffix("_one") not in used()} == set()


@pytest.mark.parametrize(("table", "kind"), MEMBERS.items())
def test_every_member_has_its_text(table: str, kind: Iterable[str]) -> None:
    """A new reason or doubt comes with its words."""
    told = {key for key in catalogue(ENGLISH) if key.startswith(f"{table}.")}

    assert told == {f"{table}.{member}" for member in kind}


def test_an_error_ends_its_sentence() -> None:
    """It stands alone on the screen."""
    for _, name, call in calls():
        for key in literals(call.args[0]) if name in ERRORS else ():
            for language in (ENGLISH, DUTCH):
                text = catalogue(language).get(key, "")
                assert not text or text.endswith((".", "}")), key


def test_a_message_in_a_message_is_said_in_the_same_language() -> None:
    where = Message(
        "place.inside", {"outer": Message("place.section", {"number": 2}), "inner": "x"}
    )

    assert where.said(ENGLISH) == "section 2, x"
    assert where.said(DUTCH) == "onderdeel 2, x"


def test_a_list_is_said_with_commas_and_an_empty_one_as_none() -> None:
    some = UsageError("print.no_round", paper="p", key="k", rounds=["nu", "straks"])
    none = UsageError("print.no_round", paper="p", key="k", rounds=())

    assert str(some).endswith("Rounds: nu, straks.")
    assert none.said(DUTCH).endswith("Dit zijn de rondes: geen.")


def test_one_is_said_in_the_singular() -> None:
    assert counted("pages", 1).said(DUTCH) == "1 bladzijde"
    assert counted("pages", 0).said(ENGLISH) == "0 pages"


def test_an_error_says_where_in_a_file_as_values() -> None:
    """A page can point at the place, and say the rest in its own language."""
    with pytest.raises(InstrumentError) as refused:
        parse('title = ""', "eigen.toml")
    found = refused.value.message

    assert found.values["file"] == "eigen.toml"
    assert found.values["what"].key.startswith("instrument.")
    assert refused.value.said(DUTCH).startswith("eigen.toml: ")


def test_an_error_comes_through_another_process_whole() -> None:
    """Workers read pages; what they raise is said in Dutch as well."""
    error = InstrumentError("instrument.in_file", file="a", what=Message("instrument.no_questions"))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 our own, a line ago

    assert (type(again), str(again)) == (InstrumentError, str(error))
    assert again.said(DUTCH) == error.said(DUTCH)


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EPIPE])
def test_what_the_system_refuses_is_said_in_words(number: int) -> None:
    why = because(OSError(number, "as the system says it"))

    assert why.said(DUTCH)
    assert (why.key == "os.other") == (number == errno.EPIPE)
