"""Say who is not on the map, and what brings them there.

In:  results, and who is in.
Out: an `OffTheMap` for everybody who has no place in a round, with the command that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.answers import Status
from forms.messages import Message
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.material import Material
from papierkompas.outcome.open_questions import shown_key
from papierkompas.outcome.results import CompassResult, Placed, Results, is_name_in_review
from papierkompas.outcome.who_is_in import who_is_in
from papierkompas.session.session import Session

MOST_PEOPLE = 12  # are told one by one; of the rest it is said how many


@dataclass(frozen=True, slots=True)
class OffTheMap:
    """Somebody without a place in a round.

    Attributes:
        sheet: the code of their sheet; None where none came back.
        why: they are not on the map.
        how: what brings them there, as commands.
    """

    who: str
    round: str
    sheet: str | None
    why: tuple[Message, ...]
    how: tuple[str, ...]

    def line(self, folder: Path | None) -> str:
        """Say it in one line; of a session in another folder its commands name the folder."""
        where = f" --session {folder}" if folder else ""
        how = " ; ".join(f"{one}{where}" for one in self.how)
        values = {"who": self.who, "round": self.round, "why": list(self.why), "how": how}
        return str(Message("off_map.one" if self.how else "off_map.no_way", values))

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        return {
            "participant": self.who,
            "round": self.round,
            "sheet": self.sheet,
            "why": [str(one) for one in self.why],
            "how": list(self.how),
        }


def off_the_map(session: Session, made: Results, round_key: str | None) -> tuple[OffTheMap, ...]:
    """List everybody who is not on the map of a round, or of any."""
    return tuple(
        one
        for compass in made.compasses
        for one in (*_not_placed(compass), *_not_in(session, made, compass))
        if round_key in (None, one.round)
    )


def absent_from(material: Material, round_key: str | None) -> tuple[OffTheMap, ...]:
    """List who is not on a poster, of what it is made of; a pile without a session names nobody."""
    if material.session is None:
        return ()
    return off_the_map(material.session, material.results, round_key)


def _not_placed(compass: CompassResult) -> Iterator[OffTheMap]:
    for result in compass.rounds:
        for placed in result.placed:
            if placed.position is None:
                sheet = shown_key(placed.sheet)
                how = tuple(_commands(placed))
                yield OffTheMap(placed.sheet.label, result.round, sheet, placed.absent, how)


def _commands(placed: Placed) -> Iterator[str]:
    sheet = shown_key(placed.sheet)
    if placed.is_twice:
        yield f"papierkompas answer {sheet} {NAME} NAME --second replace"
        return
    for question in placed.placement.missing:
        answer = placed.sheet.answers.get(question)
        if answer is not None and answer.status is Status.REVIEW:
            yield f"papierkompas answer {sheet} {question} VALUE"


def _not_in(session: Session, made: Results, compass: CompassResult) -> Iterator[OffTheMap]:
    """List who is on the name list and of whom nothing came back, in rounds that were held."""
    held = {result.round for result in compass.rounds if result.back}
    for one in who_is_in(
        made.sheets,
        session.people.all(),
        session.given_out.batches(),
        session.given_out.sheets(),
    ):
        if one.instrument != compass.instrument.key or one.round not in held or one.round is None:
            continue
        for person in one.missing:
            unnamed = [s for s in one.unnamed if is_name_in_review(s)]
            how = (
                *(f'papierkompas answer {shown_key(s)} {NAME} "NAME"' for s in unnamed[:1]),
                f"papierkompas answer {person.number} --round {one.round} --typed ANSWERS",
            )
            who = f"nr {person.number:02d}" if made.without_names else person.name
            yield OffTheMap(who, one.round, None, (Message("off_map.not_in"),), how)


def told(found: tuple[OffTheMap, ...], folder: Path | None) -> Iterator[str]:
    """Say it line by line; of many people only how many."""
    for one in found[:MOST_PEOPLE]:
        yield one.line(folder)
    if len(found) > MOST_PEOPLE:
        yield str(Message("off_map.more", {"count": len(found) - MOST_PEOPLE}))
