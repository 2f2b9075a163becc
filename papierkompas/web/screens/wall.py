"""The map for the beamer, what was answered to each statement, and the one list."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from forms.answers import Gap
from forms.errors import UsageError
from forms.paper import Drawing
from forms.paper_sizes import Paper
from forms.printables.meanings import explained
from omr.intake.values import Shares
from papierkompas.outcome.attendance import Person
from papierkompas.outcome.in_words import sentence
from papierkompas.outcome.paper_values import ranked_statements
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.questions import AskedQuestion, questions_of, titles_of_parts
from papierkompas.outcome.quickscan_papers import changes
from papierkompas.outcome.results import (
    AnsweredSheet,
    CompassResult,
    Placed,
    Results,
    TallyResult,
    alias_of,
    sheet_key,
)
from papierkompas.outcome.where_to_begin import where_to_begin
from papierkompas.session.session import Session
from papierkompas.web.desk import Beamer, hide
from papierkompas.web.texts import said, text
from papierkompas.web.visit import ProblemError, Visit, go, page, picture
from scoring.compass import Position
from scoring.compass_map import Arrangement
from scoring.groups import TEAM_FROM
from scoring.labels import Method
from scoring.poster import Poster, arranged, map_box, paint, spots, title
from scoring.ranking import RankedStatement
from scoring.roles import by_role
from scoring.shown_names import Naming, in_order
from scoring.signs import is_open

# The wall in three shapes: what is read at 3 m from an A1 is read on a beamer from the last row.
SHAPES = {"wide": Paper("wide", 900, 520), "square": Paper("square", 800, 590),
          "tall": Paper("tall", 594, 841)}  # fmt: skip
PICTURE_PX = 1800
MOST_PX = 5400  # of a map of which a part is cut out
LEAST_PT = 34.0  # of names: 14 pixels on a beamer of 1024 x 768; 40 names of two rounds get 42
NAME_MM = (100.0, 45.0)  # beside and above a dot: a name of fifteen letters
LEAST_SHARE = 0.4  # of the map, however closely people stand together
LEAST_TARGET_MM = 9.0  # of a dot: 12 pixels on a laptop
BOTH = "both"


def compass_map(visit: Visit) -> Response:
    """Show the map with what can be chosen on it."""
    return page(visit, "map.html", **_map_values(visit))


def beamer(visit: Visit) -> Response:
    """Show the map alone, for the wall."""
    return page(visit, "beamer.html", captions=_captions(visit), **_map_values(visit))


def change(visit: Visit) -> Response:
    """Change what the map shows, on every screen."""
    shown = visit.session.beamer
    rounds = visit.asked("rounds", shown.rounds)
    known = {BOTH, *(r.round for c in visit.session.results().compasses for r in c.rounds)}
    naming = visit.asked("naming", shown.naming.value)
    if rounds not in known or naming not in set(Naming):
        raise ProblemError(400, "map.no_choice", where="map#rounds")
    hidden = shown.hidden
    if visit.asked("people"):
        everybody = {key for key, _ in _people(visit.session.results())}
        hidden = frozenset(everybody - set(_strings(visit.form.getlist("shown"))))
    visit.session.show(hide(Beamer(rounds, Naming(naming)), hidden))
    where = "beamer" if visit.asked("from") == "beamer" else "map"
    return go(f"/s/{visit.session.key}/{where}")


def map_picture(visit: Visit) -> Response:
    """Draw the map as a picture; remembered until something on it changes."""
    shape = visit.asked("shape")
    if shape not in SHAPES:
        raise ProblemError(404, "problem.no_picture")
    open_session = visit.session
    try:
        wanted = _poster(open_session.results(), SHAPES[shape], open_session.beamer)
        is_near = visit.asked("zoom") == "1"
        with open_session.drawing:  # who asks for the same map a moment later waits for this one
            known = open_session.pictures.get((wanted, is_near))
            if known is None:
                known, alone = _draw(
                    wanted, lambda: _of_one_round(visit, SHAPES[shape]), is_near=is_near
                )
                open_session.remember((wanted, is_near), known, alone)
    except UsageError:
        if visit.asked("warm"):  # asked for beforehand, by nobody who looks
            return Response(status_code=204)
        raise ProblemError(404, "map.nobody") from None
    return picture(known, "image/png")


def statements(visit: Visit) -> Response:
    """Show what was answered to each statement, in both rounds."""
    made = []
    begin = []
    order = visit.asked("order")
    for compass in visit.session.results().compasses:
        asked = questions_of(compass.instrument)
        ranked = _in_asked_order(ranked_statements(compass), order)
        begin.append(where_to_begin(compass))
        for one in ranked:
            rounds = []
            for key, spread in one.spreads.items():
                counts = Counter(dict(zip(one.pair.options, spread.agreement.counts, strict=True)))
                sign = "open" if is_open(compass.compass.round(key)) else "filled"
                rounds.append((key, sign, counts, max(counts.values(), default=0), spread))
            made.append((asked[one.pair.key], rounds, one.step))

    def words(question: AskedQuestion, counts: Counter[str]) -> str:
        return ", ".join(
            text("statements.count", count=counts[o.value], value=o.label) for o in question.options
        )

    most = max((top for _, rounds, _ in made for _, _, _, top, _ in rounds), default=1)
    return page(
        visit,
        "statements.html",
        statements=made,
        most=max(most, 1),
        chart_words=words,
        begin=[one for one in begin if one],
        order=order if order in ORDERS else ORDERS[0],
        orders=ORDERS,
    )


ORDERS = ("number", "spread", "step")


def _in_asked_order(ranked: Sequence[RankedStatement], order: str) -> list[RankedStatement]:
    """Sort statements by where people lie furthest apart, or move furthest; the rest comes last."""

    def rank(one: RankedStatement) -> int:
        ranks = {
            "spread": [spread.rank for spread in one.spreads.values()][:1],
            "step": [one.step.rank if one.step else None],
        }.get(order, [])
        return next((found for found in ranks if found is not None), len(ranked))

    return sorted(ranked, key=rank) if order in ORDERS[1:] else list(ranked)


def one_list(visit: Visit) -> Response:
    """Show all lists as one: the counts in each box, and what they say together."""
    found = visit.session.results().tallies
    entries, _ = visit.desk.library.entries()
    return page(
        visit,
        "one_list.html",
        lists=[_one_list(t) for t in found],
        earlier=[one for one in entries if one.key != visit.session.key],
        before=visit.asked("before"),
        **_changes(visit),
    )


def _changes(visit: Visit) -> dict[str, Any]:
    """Compare with the earlier session that was asked for; or say why that cannot be done."""
    wanted = visit.asked("before")
    if not wanted:
        return {"changed": (), "why_not": ""}
    folder = visit.desk.library.find(wanted)
    if folder is None:
        raise ProblemError(404, "problem.no_session")
    try:
        with Session.open(folder) as earlier:
            return {"changed": changes(earlier, visit.session.results()), "why_not": ""}
    except UsageError as error:
        return {"changed": (), "why_not": said(error)}


def without(results: Results, hidden: frozenset[str]) -> Results:
    """Leave people out of the results, and out of everything that is said of the team."""
    if not hidden:
        return results
    hidden = left_out(results, hidden)
    compasses = []
    for compass in results.compasses:
        rounds = [
            r.of_people([p for p in r.placed if person_key(p) not in hidden], compass.compass)
            for r in compass.rounds
        ]
        away = {p.sheet.person for r in compass.rounds for p in r.placed if person_key(p) in hidden}
        compasses.append(compass.of_rounds(rounds, len(away)))
    return replace(results, compasses=tuple(compasses))


def person_key(placed: Placed) -> str:
    """Return what a person is called in forms: their seat, their name, or their copy."""
    kind, which = placed.sheet.person
    return sheet_key(placed.sheet) if kind == "copy" else f"{kind}-{which}"


def left_out(results: Results, hidden: frozenset[str]) -> frozenset[str]:
    """Return who is hidden, also who was so under the number of their sheet.

    Names come later than sheets: who was hidden as number 13 does not appear on the map when the
    handwriting on it, or on their other sheet, turns out to be theirs. Nor do they appear when
    names are left out from now on, or no longer.
    """
    prefix = "name-"
    known = hidden | {prefix + alias_of(k.removeprefix(prefix)) for k in hidden if prefix in k}
    return frozenset(
        person_key(placed)
        for compass in results.compasses
        for result in compass.rounds
        for placed in result.placed
        if not known.isdisjoint((person_key(placed), *_other_keys(placed.sheet)))
    )


def _other_keys(sheet: AnsweredSheet) -> Iterator[str]:
    """Yield what somebody is called before the sheet has a name, and where names are left out."""
    yield f"seat-{sheet.sheet.number}" if sheet.sheet.number else sheet_key(sheet)
    if sheet.name:
        yield f"name-{alias_of(sheet.name)}"


def _poster(results: Results, paper: Paper, beamer: Beamer) -> Poster:
    round_key = None if beamer.rounds == BOTH else beamer.rounds
    drawn = poster_of(without(results, beamer.hidden), paper, round_key, beamer.naming)
    return replace(drawn, has_meanings=False)  # they stand beside the picture, on demand


def _of_one_round(visit: Visit, paper: Paper) -> Poster:
    """Return the map of the round that is drawn filled, which says why it is alone."""
    made, shown = visit.session.results(), visit.session.beamer
    asked = next(one for one in made.compasses[0].compass.rounds if not is_open(one))
    poster = _poster(made, paper, replace(shown, rounds=asked.key))
    alone = text("map.one_round", count=len(poster.people), round=asked.name or asked.key)
    return replace(poster, sentences=(alone,))


def _captions(visit: Visit) -> list[tuple[str, str | None]]:
    """Say of each shape why one round is on it; None as long as that map was not drawn."""
    open_session = visit.session
    is_near = visit.asked("zoom") == "1"
    found = []
    for name, paper in SHAPES.items():
        try:
            wanted = _poster(open_session.results(), paper, open_session.beamer)
        except UsageError:
            continue
        found.append((name, open_session.alone.get((wanted, is_near))))
    return found


def on_the_wall(poster: Poster, one_round: Callable[[], Poster]) -> tuple[Poster, Arrangement]:
    """Return what is drawn: of two rounds in which nobody could read the names, one."""
    arrangement = arranged(poster)
    found = arrangement.found
    is_crowded = found.method is Method.CROWDED or found.conflicts or found.size_pt < LEAST_PT
    if is_crowded and len(poster.rounds) > 1 and poster.naming is not Naming.NONE:
        with suppress(UsageError, StopIteration):
            poster = one_round()
            arrangement = arranged(poster)
    return poster, arrangement


def _draw(
    wanted: Poster, one_round: Callable[[], Poster], *, is_near: bool = False
) -> tuple[bytes, str]:
    """Draw the map as it is shown on the wall, or the part of it in which people stand.

    Returns the picture, and why there is one round on it where two were asked for.
    """
    pdf = io.BytesIO()
    poster, arrangement = on_the_wall(wanted, one_round)
    alone = "" if poster is wanted else " ".join(poster.sentences)
    drawing = Drawing(pdf, poster.size, title=title(poster))
    paint(drawing, poster, arrangement)
    drawing.save()
    if not is_near:
        return pdf_picture(pdf.getvalue(), PICTURE_PX), alone
    part = _where_people_stand(poster)
    long_px = round(min(PICTURE_PX / max(part[2:]), MOST_PX))
    long_mm = max(poster.size.width_mm, poster.size.height_mm)
    px = [round(mm * long_px / long_mm) for mm in (poster.size.width_mm, poster.size.height_mm)]
    return pdf_picture(pdf.getvalue(), long_px, size_px=(px[0], px[1]), part=part), alone


def _where_people_stand(poster: Poster) -> Shares:
    """Return the part of the map in which people and their names stand."""
    there = spots(poster).values()
    left, top, right, bottom = map_box(poster)
    x0, x1 = _stretch([spot.x for spot in there], NAME_MM[0], left, right)
    y0, y1 = _stretch([spot.y for spot in there], NAME_MM[1], top, bottom)
    wide, high = poster.size.width_mm, poster.size.height_mm
    return x0 / wide, y0 / high, (x1 - x0) / wide, (y1 - y0) / high


def _stretch(at: list[float], beside: float, low: float, high: float) -> tuple[float, float]:
    """Return the stretch of the map that holds these places, and never a sliver of it."""
    start, end = max(low, min(at) - beside), min(high, max(at) + beside)
    room = max(end - start, LEAST_SHARE * (high - low))
    start = min(max(low, (start + end - room) / 2), high - room)
    return start, start + room


def _map_values(visit: Visit) -> dict[str, Any]:
    made = visit.session.results()
    shown = visit.session.beamer
    hidden = left_out(made, shown.hidden)
    compass = next(iter(made.compasses), None)
    on_map = any(
        p.position is not None and person_key(p) not in hidden
        for r in (compass.rounds if compass else ())
        for p in r.placed
        if shown.rounds in (BOTH, r.round)
    )
    return {
        "compass": compass,
        "explained": explained(compass.compass) if compass else (),
        "shown": shown,
        "hidden": hidden,
        "namings": [Naming.NAMES, Naming.INITIALS, Naming.NUMBERS, Naming.NONE],
        "people": _people(made),
        "on_map": on_map,
        "positions": _positions(compass, shown, hidden) if compass else [],
        "sentence": sentence(compass) if compass and shown.rounds == BOTH else None,
        "zoom": visit.asked("zoom") == "1",
        "dots": _dots(made, shown, hidden) if compass and on_map else [],
        "sheet_key": sheet_key,
        "waiting": [
            (r.round, p, _where_to_go(visit, p))
            for r in (compass.rounds if compass else ())
            for p in r.placed
            if p.position is None
        ],
    }


@dataclass(frozen=True, slots=True)
class MapDot:
    """A dot on the picture of the map that can be clicked, in mm of its paper."""

    x: float
    y: float
    radius: float
    sheet: str  # of one of the people who stand there
    who: str


def _dots(
    results: Results, shown: Beamer, hidden: frozenset[str]
) -> list[tuple[str, Paper, list[MapDot]]]:
    """Find the dots on each shape of the map, with who stands there."""
    standing: dict[Position, list[AnsweredSheet]] = {}
    for result in results.compasses[0].rounds:
        for placed in result.placed:
            is_shown = shown.rounds in (BOTH, result.round) and person_key(placed) not in hidden
            if placed.position and is_shown:
                standing.setdefault(placed.position, []).append(placed.sheet)
    found = []
    for name, paper in SHAPES.items():
        on_paper = spots(_poster(results, paper, shown))
        dots = [
            MapDot(
                round(spot.x, 1),
                round(spot.y, 1),
                round(max(spot.radius, LEAST_TARGET_MM), 1),
                sheet_key(standing[position][0]),
                ", ".join(dict.fromkeys(sheet.label for sheet in standing[position])),
            )
            for position, spot in on_paper.items()
            if position in standing
        ]
        found.append((name, paper, dots))
    return found


def _where_to_go(visit: Visit, placed: Placed) -> str:
    """Say where that is put right which keeps somebody off the map."""
    base, key = f"/s/{visit.session.key}", quote(sheet_key(placed.sheet), safe="")
    if placed.is_twice:
        return f"{base}/names/{key}"
    gaps = placed.gaps
    if doubtful := gaps.get(Gap.DOUBT):
        return f"{base}/check?sheet={key}&question={quote(doubtful[0], safe='')}"
    if blank := gaps.get(Gap.BLANK):
        return f"{base}/row/{key}/{quote(blank[0], safe='')}"
    return f"{base}/answers/{key}"


def _positions(
    compass: CompassResult, shown: Beamer, hidden: frozenset[str]
) -> list[list[tuple[str, Placed]]]:
    """List who stands where, per person, for whoever does not see the picture."""
    found: dict[Person, list[tuple[str, Placed]]] = {}
    for result in compass.rounds:
        for placed in result.placed:
            if person_key(placed) not in hidden and shown.rounds in (BOTH, result.round):
                found.setdefault(placed.sheet.person, []).append((result.round, placed))
    return sorted(found.values(), key=lambda its: in_order(its[0][1].sheet.number))


def _people(results: Results) -> list[tuple[str, str]]:
    """List everybody of whom there is a sheet: key and label."""
    found = {
        person_key(placed): placed.sheet.label
        for compass in results.compasses
        for result in compass.rounds
        for placed in result.placed
    }
    return list(found.items())


def _strings(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _one_list(result: TallyResult) -> dict[str, Any]:
    asked = questions_of(result.instrument)
    rows: list[list[Any]] = []
    for key, question in asked.items():
        if question.is_tick and rows:
            rows[-1][-1] = (question.options[0].label, result.tallies[key].counts)
            continue
        tally = result.tallies[key]
        known = result.summary.questions.get(key) if result.summary is not None else None
        judged = known.agreement if known is not None else None
        blank = tally.blank - result.waiting[key] - result.absent[key]
        rows.append([question, tally, result.waiting[key], blank, judged, None])
    comments = sum(
        name in sheet.written for sheet in result.sheets for name in result.instrument.text_fields
    )
    return {
        "result": result,
        "rows": rows,
        "parts": titles_of_parts(result.instrument),
        "roles": by_role(result.instrument, result.filled) if result.summary else None,
        "factors": [f for f in result.summary.factors if f.shares] if result.summary else [],
        "most": max((n for t in result.tallies.values() for n in t.counts.values()), default=1)
        or 1,
        "comments": comments,
        "too_few": result.lists < TEAM_FROM,
    }
