"""The JSON that the command prints, exactly as the design promises it.

In:  layouts, manifests, piles, results.
Out: plain dictionaries and lists. Lengths in mm from the top left of the upright page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from forms.answers import Status
from forms.layout import Layout, Page
from forms.sheets import PrintedPage
from omr.page import PageStatus, ReadPage
from papierkompas.reading import Pile
from papierkompas.results import (
    AnsweredSheet,
    CompassResult,
    Placed,
    Results,
    RoundResult,
    TallyResult,
)
from scoring.agreement import GRADES, agree
from scoring.compass import TeamSummary
from scoring.rounds import Comparison, Trend, in_words

Json = dict[str, Any]


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
        "summary": {
            "pages": len(pages),
            "read": statuses.count(PageStatus.READ),
            "unread": statuses.count(PageStatus.UNREAD),
            "blank": statuses.count(PageStatus.BLANK),
            "duplicate": statuses.count(PageStatus.DUPLICATE),
            "answers": len(answers),
            "review": sum(answer.status is Status.REVIEW for answer in answers),
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
        "rounds": {},
        "comparison": None,
        "quickscan": None,
    }
    for compass in results.compasses:
        made["rounds"] = {r.round: _round(r) for r in compass.rounds if r.placed or r.issued}
        made["comparison"] = _comparison(compass)
    for counted in results.tallies:
        made["quickscan" if counted.instrument.key == "quickscan" else counted.instrument.key] = (
            _tallies(counted)
        )
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
    return {
        "file": page.ref.file,
        "page": page.ref.page,
        "status": page.status.value,
        "reason": page.sentence if page.reason else (page.detail or None),
        "sheet": page.code.sheet if page.code else None,
        "sheet_page": page.code.page if page.code else None,
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
    }


def _field(sheet: AnsweredSheet, name: str) -> Json:
    if name == "name" and sheet.name:
        return {"text": sheet.name, "match": sheet.name, "status": Status.READ.value}
    status = Status.REVIEW if sheet.sheet.written[name] else Status.BLANK
    return {"text": None, "match": None, "status": status.value}


def _round(result: RoundResult) -> Json:
    return {
        "issued": result.issued,
        "participants": [_participant(placed) for placed in result.placed],
        "team": _team(result.team),
    }


def _participant(placed: Placed) -> Json:
    placement = placed.placement
    position = placed.position
    return {
        "sheet": placed.sheet.sheet.sheet,
        "name": placed.sheet.name,
        "doel": placement.doel,
        "relatie": placement.relatie,
        "quadrant": [q.value for q in position.quadrants] if position else [],
        "missing": list(placement.missing),
    }


def _team(team: TeamSummary | None) -> Json | None:
    if team is None:
        return None
    return {
        "n": team.n,
        "doel": team.mean.doel,
        "relatie": team.mean.relatie,
        "quadrant": [q.value for q in team.mean.quadrants],
        "spread": {"doel": team.spread_doel, "relatie": team.spread_relatie, "total": team.spread},
        "per_quadrant": {q.value: count for q, count in team.per_quadrant.items()},
        "on_border": team.on_border,
    }


def _comparison(compass: CompassResult) -> Json | None:
    compared = compass.comparison
    if compared is None:
        return None
    issued = max((r.issued for r in compass.rounds), default=compared.n)
    return {
        "n": compared.n,
        "mean_step": {"doel": compared.doel, "relatie": compared.relatie},
        "trend": _trend(compared.trend),
        "doel": _trend(compared.trend_doel),
        "relatie": _trend(compared.trend_relatie),
        "spread": {"huidig": compared.spread_nu, "gewenst": compared.spread_gewenst},
        "scenario": compared.scenario.value,
        "reason": compared.reason.value if compared.reason else None,
        "close_call": compared.is_close_call,
        "converging": compared.is_converging,
        "sentence": sentence(compared, issued),
    }


def sentence(compared: Comparison, colleagues: int) -> str:
    """Say in Dutch what the rounds show; `colleagues` is how many there could have been."""
    return in_words(compared, max(colleagues, compared.n))


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
        "n": len(result.sheets),
        "issued": result.issued,
        "questions": {
            question: {
                "counts": dict(tally.counts),
                "blank": tally.blank - result.waiting[question] - result.absent[question],
                "review": result.waiting[question],
                "page_missing": result.absent[question],
                **_agreement(tally.counts, tally.n),
            }
            for question, tally in result.tallies.items()
        },
    }


def _agreement(counts: Mapping[str, int], n: int) -> Json:
    """Add what a question of five grades says, by the rule of `scoring.agreement`."""
    if not set(GRADES) <= set(counts):
        return {}
    judged = agree([counts[grade] for grade in GRADES], n)
    return {
        "label": judged.label.value,
        "consensus": judged.consensus,
        "agreement_a": judged.agreement_a,
        "few_answers": judged.has_few_answers,
        "sentence": judged.sentence,
    }
