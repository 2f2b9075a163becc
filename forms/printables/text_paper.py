"""A paper of text alone: an invitation, a sheet for the vision, what happens with the answers.

In:  a paper from the file of talk that lies beside a questionnaire; the team and the date.
Out: an A4 PDF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from forms.companions import Kind, TalkPaper, TalkPart
from forms.errors import UsageError
from forms.instrument import Instrument
from forms.paper import Drawing
from forms.paper_sizes import A4
from forms.printables import aside
from forms.printables.text_flow import TextFlow


def text_paper_of(asked: Instrument, key: str) -> TalkPaper:
    """Find a paper.

    Raises:
        UsageError: the questionnaire brings none.
    """
    talk = asked.beside.talk
    found = talk.paper(key) if talk is not None else None
    if found is None:
        raise UsageError("companions.none", paper=asked.paper, kind=Kind.TALK.value)
    return found


def draw_text_paper(
    target: Path | IO[bytes],
    asked: Instrument,
    key: str,
    *,
    team: str | None = None,
    date: str | None = None,
) -> int:
    """Draw a paper; return how many pages it has.

    Raises:
        UsageError: the questionnaire brings none.
    """
    paper = text_paper_of(asked, key)
    drawing = Drawing(target, A4, title=paper.title, credit=asked.source)
    flow = TextFlow(drawing, paper.title, aside(team, date))
    names = field_names(asked)
    for part in paper.parts:
        flow.part(in_own_words(with_own(part, asked), names))
    drawing.save()
    return flow.page


def field_names(asked: Instrument) -> dict[str, str]:
    """Say what stands for each field of the map in a text, such as `{samen}`, and its name."""
    return {f"{{{each.key}}}": each.title for each in asked.quadrants}


def in_own_words(part: TalkPart, names: Mapping[str, str]) -> TalkPart:
    """Put the names of the fields in a part."""

    def said(text: str) -> str:
        for key, name in names.items():
            text = text.replace(key, name)
        return text

    return replace(
        part,
        title=said(part.title),
        says=said(part.says),
        items=tuple(map(said, part.items)),
        rows=tuple(tuple(map(said, row)) for row in part.rows),
    )


_COLUMNS, _SHARES = ("", "succesfactor", "wat die vraagt", "onderdeel"), (1, 4, 11, 5)


def with_own(part: TalkPart, asked: Instrument) -> TalkPart:
    """Put in a part what the questionnaire itself says: its stages, or its factors."""
    match part.of:
        case "stages":
            numbered = (
                f"{number}  {stage.title}: {stage.text}"
                for number, stage in enumerate(asked.stages, 1)
            )
            return replace(part, items=(*part.items, *numbered))
        case "factors":
            aspects = {each.key: each.title for each in asked.parts}
            rows = tuple(
                (str(one.number), one.title, one.text, aspects.get(one.part, one.part))
                for one in asked.factors
            )
            return replace(part, columns=_COLUMNS, shares=_SHARES, rows=rows)
        case _:
            return part
