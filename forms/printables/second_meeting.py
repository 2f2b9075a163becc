"""The pack for the second meeting: programme, worksheets, questions, examples, activities, sources.

In:  the papers and the guide that lie beside a questionnaire, and where the team stands.
Out: one A4 PDF; its pages are listed by what they are about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from forms.companions import TalkPart
from forms.instrument import Instrument
from forms.paper import Drawing
from forms.paper_sizes import A4
from forms.printables import aside
from forms.printables.activity_cards import activities_of, activity_list_on
from forms.printables.criteria import criteria_on
from forms.printables.text_flow import TextFlow
from forms.printables.text_paper import field_names, in_own_words, text_paper_of, with_own

PROGRAMME = "second-programme"
FIELD = "second-field"
BEFORE_ACTIVITIES = ("second-questions", "second-examples", "second-trust")
READING = "second-reading"

_TEXTS = {"here": "Hier staan jullie", "wished": "{field} (hier wil het team staan)"}


@dataclass(frozen=True, slots=True)
class Outset:
    """Where a team begins its second meeting.

    Attributes:
        said: what its lists say.
        wished: the fields in which it wants to be; empty where nobody knows.
    """

    said: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()


def draw_second_meeting(
    target: Path | IO[bytes],
    asked: Instrument,
    outset: Outset,
    *,
    team: str | None = None,
    date: str | None = None,
) -> dict[str, int]:
    """Draw the pack; return how many worksheets and activities are in it.

    Raises:
        UsageError: the questionnaire brings no papers for it.
    """
    title = text_paper_of(asked, PROGRAMME).title
    pack = _Pack(
        Drawing(target, A4, title=title, credit=asked.source), asked, aside(team, date), outset
    )
    pack.paper(PROGRAMME, first=TalkPart(title=_TEXTS["here"], items=outset.said))
    guide = asked.beside.guide
    fields = guide.fields.named if guide is not None else ()
    for field in fields:
        pack.paper(FIELD, {"{field}": field.name, "{question}": field.text})
    for key in BEFORE_ACTIVITIES:
        pack.paper(key)
    activities = 0
    if asked.beside.activities:
        pack.next_page()
        activities = activity_list_on(
            pack.drawing, asked, activities_of(asked, outset.wished), pack.at_right
        )
    if asked.beside.criteria is not None:
        pack.next_page()
        criteria_on(pack.drawing, asked.beside.criteria, pack.at_right)
    pack.paper(READING)
    pack.drawing.save()
    return {"worksheets": len(fields), "activities": activities}


class _Pack:
    """The pack under way."""

    def __init__(
        self, drawing: Drawing, asked: Instrument, at_right: Sequence[str], outset: Outset
    ) -> None:
        self.drawing = drawing
        self.asked = asked
        self.at_right = at_right
        self.names = field_names(asked)
        self.in_tables = {
            **self.names,
            **{
                f"{{{each.key}}}": _TEXTS["wished"].format(field=each.title)
                for each in asked.quadrants
                if each.key in outset.wished
            },
        }
        self.is_begun = False

    def next_page(self) -> None:
        if self.is_begun:
            self.drawing.next_page()
        self.is_begun = True

    def paper(
        self, key: str, values: Mapping[str, str] | None = None, first: TalkPart | None = None
    ) -> None:
        """Draw a paper on pages of its own."""
        found = text_paper_of(self.asked, key)
        names = {**self.names, **(values or {})}
        titled = in_own_words(TalkPart(title=found.title), names).title
        self.next_page()
        self.drawing.entry(titled)
        flow = TextFlow(self.drawing, titled, self.at_right)
        if first is not None and first.items:
            flow.part(first)
        for part in found.parts:
            rows = in_own_words(TalkPart(rows=part.rows), {**names, **self.in_tables}).rows
            flow.part(replace(in_own_words(with_own(part, self.asked), names), rows=rows))
