"""The JSON that the command prints, exactly as the design promises it.

In:  layouts, manifests, piles, results.
Out: plain dictionaries and lists. Lengths in mm from the top left of the upright page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from forms.answers import Gap, Status
from forms.compass import Compass, Place
from forms.instrument import Instrument, Role, find
from forms.layout import Layout, Page
from forms.sheets import PrintedPage
from omr.dots import OddSpot, SeenDot
from omr.page import PageStatus, ReadPage
from papierkompas.acts.reading import Pile
from papierkompas.acts.sticker_maps import HandMap, counted_on, size_of, step_between
from papierkompas.acts.tap_map import WallSheet
from papierkompas.outcome.attendance import Attendance
from papierkompas.outcome.in_words import sentence
from papierkompas.outcome.paper_values import ranked_statements
from papierkompas.outcome.results import (
    AnsweredSheet,
    CompassResult,
    Placed,
    Results,
    RoundResult,
    TallyResult,
)
from papierkompas.session.map_changes import MapChange
from scoring.agreement import GRADES, Agreement, agree
from scoring.compass import TeamSummary, quadrants_of
from scoring.groups import TEAM_FROM
from scoring.hand_made import MeanStep
from scoring.hand_made import in_words as means_in_words
from scoring.quickscan import Group, Summary, Verdict
from scoring.ranking import RankedStatement
from scoring.roles import RoleTable, by_role
from scoring.rounds import Trend

Json = dict[str, Any]
Value = TypeVar("Value")
NO_ROUND = "unknown"  # of a blank compass that was printed without --round


def layout_json(layout: Layout) -> Json:
    """Say where everything on the pages is."""
    return {
        "instrument": layout.instrument,
        "edition": layout.edition,
        "paper": {
            "name": layout.paper.name,
            "width_mm": layout.paper.width_mm,
            "height_mm": layout.paper.height_mm,
        },
        "pages": [_layout_page(page) for page in layout.pages],
    }


def manifest_json(manifest: Iterable[PrintedPage]) -> Json:
    """Say what stands on each page of a PDF file."""
    return {"pages": [asdict(entry) for entry in manifest]}


def read_json(pile: Pile, sheets: Sequence[AnsweredSheet]) -> Json:
    """Say what was read."""
    pages = pile.settled.pages
    answers = [answer for sheet in sheets for answer in sheet.answers.values()]
    statuses = [page.status for page in pages]
    return {
        "pages": [_page(page) for page in pages],
        "sheets": [_sheet(sheet) for sheet in sheets],
        "remarks": [str(remark) for remark in pile.settled.remarks],
        "compasses": [
            _photo(page, pile.asked) for page in pile.photos if page.status is not PageStatus.UNREAD
        ],
        "summary": {
            "pages": len(pages),
            "read": statuses.count(PageStatus.READ),
            "unread": statuses.count(PageStatus.UNREAD),
            "blank": statuses.count(PageStatus.BLANK),
            "duplicate": statuses.count(PageStatus.DUPLICATE),
            "answers": len(answers),
            "review": sum(answer.status is Status.REVIEW for answer in answers),
            "dots": sum(len(page.dots) for page in pile.photos if page.status is PageStatus.READ),
            "seconds": round(pile.seconds, 2),
            "pages_per_second": round(pile.read_now / max(pile.seconds, 1e-6), 1),
        },
    }


def results_json(results: Results) -> Json:
    """Say where everybody stands, and what was counted."""
    made: Json = {
        "team": results.team,
        "date": results.date,
        "in_review": results.in_review,
        "remarks": [str(remark) for remark in results.remarks],
        "rounds": {},
        "comparison": None,
        "quickscan": None,
        "hand_made": _hand_maps(results.hand_maps),
        "hand_made_comparison": _mean_step(step_between(results.hand_maps)),
    }
    maps = {compass.instrument.key: _compass(compass) for compass in results.compasses}
    made |= next(iter(maps.values()), {})
    if len(maps) > 1:
        made["compasses"] = maps
    for counted in results.tallies:
        made[counted.instrument.key] = _tallies(counted)
    return made


def _layout_page(page: Page) -> Json:
    return {
        "page": page.page,
        "markers": [
            {"id": m.id, "x_mm": _mm(m.x_mm), "y_mm": _mm(m.y_mm), "size_mm": _mm(m.size_mm)}
            for m in page.markers
        ],
        "code": _rect(page.code),
        "boxes": [
            {"question": box.question, "option": box.option, **_rect(box.rect)}
            for box in page.boxes
        ],
        "fields": [{"name": place.name, **_rect(place.rect)} for place in page.fields],
    }


def _rect(rect: Any) -> Json:
    return {
        "x_mm": _mm(rect.x_mm),
        "y_mm": _mm(rect.y_mm),
        "width_mm": _mm(rect.width_mm),
        "height_mm": _mm(rect.height_mm),
    }


def _mm(length: float) -> float:
    return round(length, 4)


def _page(page: ReadPage) -> Json:
    is_for_all = page.is_compass or page.is_trial
    return {
        "file": page.ref.file,
        "page": page.ref.page,
        "status": page.status.value,
        "reason": page.sentence,
        "sheet": page.code.sheet if page.code and not is_for_all else None,
        "sheet_page": page.code.page if page.code and not is_for_all else None,
        "rotation": page.rotation,
        "residual_mm": None if page.residual_mm is None else round(page.residual_mm, 3),
    }


def _sheet(sheet: AnsweredSheet) -> Json:
    return {
        "sheet": sheet.sheet.sheet,
        "instrument": sheet.sheet.instrument,
        "round": sheet.sheet.round,
        "participant": sheet.name,
        "answers": {
            question: {
                "value": answer.value,
                "status": answer.status.value,
                "doubt": answer.doubt.value if answer.doubt else None,
                "confidence": round(answer.confidence, 6),
            }
            for question, answer in sheet.answers.items()
        },
        "fields": {name: _field(sheet, name) for name in sheet.sheet.written},
        "missing_pages": list(sheet.missing_pages),
        **_typed(sheet),
    }


def _typed(sheet: AnsweredSheet) -> Json:
    """Say that a sheet was typed in, by whom; nothing where it was scanned alone."""
    return {"typed_by": sheet.typed.who} if sheet.typed is not None else {}


def _field(sheet: AnsweredSheet, name: str) -> Json:
    """Say what stands in a field; `candidates` and `changed` are there where they say something."""
    written = sheet.handwriting[name]
    made: Json = {
        "text": written.text,
        "match": written.match,
        "status": written.status.value,
    }
    if written.correction is not None:
        made["checked_by"] = written.correction.who
    if written.candidates:
        made["candidates"] = list(written.candidates)
    if written.transcript and written.transcript.changed and written.correction is None:
        made["changed"] = list(written.transcript.changed)
    return made


def _photo(page: ReadPage, asked: Sequence[Instrument]) -> Json:
    """Say what hangs on a blank compass, on one photo of it."""
    compass = Compass.of(find(page.instrument, asked)) if page.instrument else None
    return {
        "file": page.ref.file,
        "page": page.ref.page,
        "status": page.status.value,
        "session": page.code.batch if page.code else None,
        "round": page.round,
        "size": str(size_of(page)),
        "dots": [_dot(dot, compass) for dot in page.dots] if compass else [],
        "odd": [_odd(spot) for spot in page.odd],
    }


def _odd(spot: OddSpot) -> Json:
    """Say what is on a map and is no dot, or where nothing can be seen."""
    return {
        "kind": spot.kind.value,
        "x_mm": round(spot.place.x_mm, 1),
        "y_mm": round(spot.place.y_mm, 1),
        "width_mm": round(spot.wide_mm, 1),
        "height_mm": round(spot.high_mm, 1),
    }


def _dot(dot: SeenDot, compass: Compass) -> Json:
    return {
        "kind": dot.kind.value,
        "colour": dot.colour,
        **compass.by_axis(dot.vertical, dot.horizontal),
        "off": round(dot.off, 3),
        "x_mm": round(dot.place.x_mm, 1),
        "y_mm": round(dot.place.y_mm, 1),
        "size_mm": round(dot.size_mm, 1),
        "doubts": [doubt.value for doubt in dot.doubts],
        "counts": dot.counts,
    }


def _hand_maps(maps: Sequence[HandMap]) -> Json:
    """Say what was made by hand, by round; where two questionnaires share one, with its name."""
    made: Json = {}
    for one in maps:
        key = one.round or NO_ROUND
        made[f"{one.instrument}: {key}" if key in made else key] = _hand_map(one)
    return made


def _hand_map(one: HandMap) -> Json:
    return {
        "files": [str(photo.ref) for photo in (*one.photos, *one.elsewhere)],
        "dots": [_dot(dot, one.compass) for dot in one.dots],
        "odd": [_odd(spot) for spot in one.odd],
        "in_doubt": one.in_doubt,
        "counted": len(one.stickers),
        "people": one.people,
        "adds_up": one.adds_up,
        "team": _team(one.team, one.compass),
    }


def wall_sheet_json(sheet: WallSheet, history: Iterable[MapChange]) -> Json:
    """Say what hangs on one large sheet, what counts, and what people put right on it."""
    compass = sheet.map.compass

    def along(vertical: float, horizontal: float) -> str:
        return ",".join(f"{value:.2f}" for value in compass.by_axis(vertical, horizontal).values())

    def said(place: Place | None) -> str | None:
        return None if place is None else along(*sheet.blank.map.position_of(place))

    return {
        "round": sheet.map.round,
        "file": sheet.photo.ref.file,
        "dots": [
            {
                **_dot(dot, compass),
                "place": along(dot.vertical, dot.horizontal),
                "round": dot.round or sheet.map.round,
            }
            for dot in sheet.dots
        ],
        "odd": [_odd(spot) for spot in sheet.photo.odd],
        "counted": sheet.counted,
        "people": counted_on(sheet.map.changes.get(sheet.key, ())),
        "changes": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "place": said(one.place),
                "to": said(one.to),
                "colour": one.colour,
                "round": one.round,
                "people": one.people,
                "undoes": one.undoes,
                "who": one.who,
                "at": one.at.isoformat(),
                "why": one.why,
            }
            for one in history
            if one.sheet == sheet.key
        ],
    }


def _mean_step(step: MeanStep | None) -> Json | None:
    if step is None:
        return None
    return {
        "n": by_round(step.compass, step.n_practice, step.n_wished),
        "mean_step": step.compass.by_axis(step.vertical, step.horizontal),
        "shift": step.shift,
        "sentence": means_in_words(step),
    }


def by_round(compass: Compass, practice: Value, wished: Value) -> dict[str, Value]:
    """Write two values under the keys of the rounds that they are of."""
    asked = (compass.round_of(role) for role in (Role.PRACTICE, Role.WISHED))
    return {each.key: value for each, value in zip(asked, (practice, wished), strict=True) if each}


def _compass(compass: CompassResult) -> Json:
    """Say where everybody stands in each round, and what changed between them."""
    of = compass.compass
    return {
        "people": _people(compass.attendance),
        "statements": {one.pair.key: _statement(one) for one in ranked_statements(compass)},
        "rounds": {r.round: _round(r, of) for r in compass.rounds if r.back or r.given != 0},
        "comparison": _comparison(compass),
    }


def _round(result: RoundResult, compass: Compass) -> Json:
    return {
        "issued": result.given,
        "returned": result.sheets_back,
        "typed": result.typed,
        "unprinted": result.unprinted,
        "unfilled": [sheet.sheet.sheet for sheet in result.unfilled],
        "participants": [_participant(placed, compass) for placed in result.placed],
        "team": _team(result.team, compass),
    }


def _participant(placed: Placed, compass: Compass) -> Json:
    placement = placed.placement
    made: Json = {
        "sheet": placed.sheet.sheet.sheet,
        "number": placed.sheet.number,
        "name": placed.sheet.name,
        **compass.by_axis(placement.vertical, placement.horizontal),
        "quadrant": [each.key for each in placed.quadrants],
        "missing": list(placement.missing),
        "why": {gap.value: list(questions) for gap, questions in placed.gaps.items()},
    }
    made |= _typed(placed.sheet)
    if placed.is_twice:  # another sheet of this round is theirs as well; neither counts
        made["twice"] = True
    return made


def _statement(ranked: RankedStatement) -> Json:
    """Say how far people lie apart on a statement, and how far they move."""
    step = ranked.step
    return {
        "rounds": {
            key: {
                "counts": dict(zip(ranked.pair.options, spread.agreement.counts, strict=True)),
                "n": spread.agreement.n,
                "blank": spread.gaps[Gap.BLANK],
                "review": spread.gaps[Gap.DOUBT],
                "page_missing": spread.gaps[Gap.NOT_SCANNED],
                **_judged(spread.agreement),
                "rank": spread.rank,
            }
            for key, spread in ranked.spreads.items()
        },
        "step": None if step is None else {"n": step.n, "mean": step.mean, "rank": step.rank},
    }


def _people(there: Attendance) -> Json:
    """Say how many people there are; `all` is null where that cannot be known."""
    people = there.people
    return {
        "listed": people.listed,
        "all": people.exact,
        "least": people.least,
        "most": people.most,
        "every_round": there.in_all,
    }


def _team(team: TeamSummary | None, compass: Compass) -> Json | None:
    if team is None:
        return None
    spread = compass.by_axis(team.spread_vertical, team.spread_horizontal)
    return {
        "n": team.n,
        **compass.by_axis(team.mean.vertical, team.mean.horizontal),
        "quadrant": [each.key for each in quadrants_of(team.mean, compass)],
        "spread": {**spread, "total": team.spread},
        "per_quadrant": dict(team.per_quadrant),
        "on_border": team.on_border,
    }


def _comparison(compass: CompassResult) -> Json | None:
    found = compass.together
    if found is None:
        return None
    compared, of = found.comparison, compass.compass
    along = of.by_axis(_trend(compared.trend_vertical), _trend(compared.trend_horizontal))
    for way in compared.ways:
        along[way.axis.key] |= {"towards": way.end, "same_way": way.people}
    return {
        "n": compared.n,
        "is_team": compass.attendance.people.are_spoken_for_by(compared.n),
        "rounds": {key: _team(team, of) for key, team in found.teams.items()},
        "others": {key: _team(team, of) for key, team in found.others.items()},
        "others_apart": list(found.apart),
        "mean_step": of.by_axis(compared.vertical, compared.horizontal),
        "trend": _trend(compared.trend),
        **along,
        "spread": by_round(of, compared.spread_practice, compared.spread_wished),
        "scenario": compared.scenario.value,
        "reason": compared.reason.value if compared.reason else None,
        "close_call": compared.is_close_call,
        "converging": compared.is_converging,
        "sentence": sentence(compass),
    }


def _trend(trend: Trend) -> Json:
    return {
        "shift": trend.shift,
        "step": trend.step,
        "consistency": trend.consistency,
        "along": trend.along,
        "share": trend.share,
        "p": trend.p,
    }


def _tallies(result: TallyResult) -> Json:
    return {
        "n": result.lists,
        "issued": result.given,
        "returned": result.sheets_back,
        "unprinted": result.unprinted,
        "is_team_picture": result.lists >= TEAM_FROM,
        "questions": {
            question: {
                "counts": dict(tally.counts),
                "blank": tally.blank - result.waiting[question] - result.absent[question],
                "review": result.waiting[question],
                "page_missing": result.absent[question],
                **_agreement(
                    tally.counts,
                    tally.n - result.absent[question] - result.waiting[question],
                ),
                **_verdict(result.summary, question),
            }
            for question, tally in result.tallies.items()
        },
        "lists": {
            sheet.sheet.sheet: dict(filled.answers)
            for sheet, filled in zip(result.sheets, result.filled, strict=True)
        },
        "in_review": {  # the answers that are null in `lists`, and yet not blank
            sheet.sheet.sheet: sorted(filled.waiting)
            for sheet, filled in zip(result.sheets, result.filled, strict=True)
            if filled.waiting
        },
        "typed_by": {  # the lists that were typed in, by whom; who also handed in paper among them
            sheet.sheet.sheet: sheet.typed.who for sheet in result.sheets if sheet.typed is not None
        },
        **(_summary(result.summary) if result.summary is not None else {}),
        "comments": [
            {
                "sheet": each.sheet.sheet.sheet,
                "field": each.field,
                "text": each.text,
                "checked_by": each.who or None,
                **_typed(each.sheet),
            }
            for each in result.written
        ],
        "roles": _roles(by_role(result.instrument, result.filled)),
    }


def _verdict(summary: Summary | None, question: str) -> Json:
    if summary is None or question not in summary.questions:
        return {}
    found = summary.questions[question]
    return {
        "verdict": found.verdict.value,
        "mean": found.mean,
        "no_view": found.no_view,
        "ticks": found.ticks,
    }


def _summary(summary: Summary) -> Json:
    """Add what goes well, what to work on and what nobody can see."""
    return {
        "factors": [_group(factor) for factor in summary.factors],
        "aspects": [
            {
                **_group(aspect.group),
                "grade": None
                if aspect.grades is None
                else {
                    "counts": dict(aspect.grades.counts),
                    "n": aspect.grades.n,
                    "mean": aspect.grades.mean,
                    "spread": aspect.grades.spread,
                },
                "written": dict(aspect.written),
            }
            for aspect in summary.aspects
        ],
        "priorities": [
            {"place": p.place, "factor": p.factor.key, "title": p.factor.title, "reason": p.reason}
            for p in summary.priorities
        ],
        "discuss_first": [question.row.key for question in summary.to_discuss],
    }


def _group(group: Group) -> Json:
    shares = group.shares
    return {
        "key": group.key,
        "title": group.title,
        "verdict": group.verdict.value,
        "mean": group.mean,
        "shares": dict(zip(("minus", "neutral", "plus"), shares, strict=True)) if shares else None,
        "no_view": group.no_view_share,
        **{
            name: [question.row.key for question in group.having(verdict)]
            for name, verdict in (
                ("well", Verdict.WELL),
                ("partly", Verdict.PARTLY),
                ("work", Verdict.WORK),
                ("discuss", Verdict.DISCUSS),
                ("unseen", Verdict.NO_VIEW),
            )
        },
    }


def _roles(table: RoleTable | None) -> Json | None:
    """Say what people of each role think; None where that would expose somebody."""
    if table is None:
        return None
    return {
        "groups": [{"label": g.label, "people": g.people} for g in table.groups],
        "factors": [
            {
                "key": row.key,
                "title": row.title,
                "means": list(row.means),
                "people": list(row.people),
                "p": row.p,
                "clear": row.is_clear,
            }
            for row in table.factors
        ],
        "sentences": list(table.sentences()),
    }


def _agreement(counts: Mapping[str, int], n: int) -> Json:
    """Add what a question of five grades says, by the rule of `scoring.agreement`."""
    if not set(GRADES) <= set(counts):
        return {}
    return _judged(agree([counts[grade] for grade in GRADES], n))


def _judged(judged: Agreement) -> Json:
    return {
        "label": judged.label.value,
        "consensus": judged.consensus,
        "agreement_a": judged.agreement_a,
        "few_answers": judged.has_few_answers,
        "sentence": judged.sentence,
    }
