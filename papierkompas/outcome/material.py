"""What papers are made of.

In:  a session, or the little that is known without one.
Out: `Material`: whose paper it is, which questionnaire, and what was answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from forms.errors import UsageError
from forms.instrument import Instrument, builtin
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.printables import Needs, Printable
from papierkompas.outcome.results import Results, results
from papierkompas.outcome.to_settle import to_ask
from papierkompas.session.session import Session
from scoring.quickscan import can_sum_up


@dataclass(frozen=True)
class Material:
    """What papers are made of.

    Args:
        session: whose papers.
        team: the name that is printed; by default the session's.
        day: the date that is printed; by default the session's.
        own: questionnaires that go before those of the session.
        passwords: of locked scans.
        earlier: a session to compare with.
        known: the results, where they are known already.
        shown: the same without the people who are left out on the wall.
    """

    session: Session | None = None
    team: str | None = None
    day: dt.date | None = None
    own: tuple[Instrument, ...] = ()
    passwords: tuple[str, ...] = ()
    earlier: Session | None = None
    known: Callable[[], Results] | None = None
    shown: Callable[[], Results] | None = None

    @cached_property
    def results(self) -> Results:
        """What was answered.

        Raises:
            UsageError: there is no session to know it from.
        """
        if self.known is not None:
            return self.known()
        if self.session is None:
            raise UsageError("command.which_session")
        return results(self.session)

    @cached_property
    def on_wall(self) -> Results:
        """The same, of the people who may be shown to everybody."""
        return self.results if self.shown is None else self.shown()

    @cached_property
    def instrument(self) -> Instrument:
        """The questionnaire with a map: a given one, the one that was filled in, or another.

        Raises:
            UsageError: the given one has no map; another in its place would be a mistake.
        """
        if self.own and not any(one.axes for one in self.own):
            raise UsageError("compass.no_map", paper=self.own[0].paper)
        kept: tuple[Instrument, ...] = ()
        if self.session is not None:
            filled = tuple(compass.instrument for compass in self.results.compasses)
            kept = (*filled, *self.session.questionnaires.all())
        return next(one for one in (*self.own, *kept, *builtin()) if one.axes)

    def asked_by(self, which: Printable) -> Instrument:
        """Return the questionnaire that a paper is about."""
        return self.listed if which.of_lists else self.instrument

    @cached_property
    def listed(self) -> Instrument:
        """The questionnaire that is put together into one list: filled in, or built in."""
        known = self.session is not None or self.known is not None
        tallies = self.results.tallies if known else ()
        filled = tuple(one.instrument for one in tallies if one.summary)
        return next(one for one in (*self.own, *filled, *builtin()) if can_sum_up(one))

    def rounds(self, needs: Needs) -> tuple[str, ...]:
        """List the rounds of which there is what a paper needs."""
        if needs is Needs.NOTHING:
            return tuple(asked.key for asked in self.instrument.rounds)
        if needs is Needs.STICKERS:
            return tuple(one.round for one in self.results.hand_maps if one.round is not None)
        filled = (r for one in self.results.compasses for r in one.rounds if r.placed)
        return tuple(dict.fromkeys(result.round for result in filled))

    @property
    def printed_team(self) -> str | None:
        """The name of the team as it is printed."""
        return self.team or (self.session.team if self.session else None)

    @property
    def printed_day(self) -> str | None:
        """The date as it is printed."""
        day = self.day or (self.session.date if self.session else None)
        return in_dutch(day) if day else None

    @property
    def scans(self) -> dict[str, Path]:
        """Where the scans are kept, by name; a pile without a session lies where it lay."""
        return {scan.name: scan.path for scan in self.session.scans.all()} if self.session else {}

    def has(self, which: Printable) -> bool:
        """Say whether there is what a paper needs: answers first, as lists may have no map."""
        return self._has(which.needs) and self._has_beside(which)

    def _has_beside(self, which: Printable) -> bool:
        """Say whether the questionnaire brings along what a paper is made of."""
        if which.beside is None:
            return True
        beside = self.asked_by(which).beside
        talk = beside.talk
        has_text = talk is not None and talk.paper(which.text) is not None
        return beside.has(which.beside) and (not which.text or has_text)

    def _has(self, needs: Needs) -> bool:
        match needs:
            case Needs.NOTHING:
                return True
            case Needs.COMPASS:
                return any(r.placed for one in self.results.compasses for r in one.rounds)
            case Needs.QUICKSCAN:
                return any(one.summary and one.lists for one in self.results.tallies)
            case Needs.TO_ASK:
                return bool(to_ask(self.results.sheets))
            case Needs.STICKERS:
                return bool(self.results.hand_maps)
