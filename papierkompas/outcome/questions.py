"""What was asked, in words, for whoever looks at an answer.

In:  a questionnaire.
Out: an `AskedQuestion` for each question, with its texts and its boxes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms.instrument import (
    ChoiceQuestion,
    Instrument,
    Scaled,
    ScaleQuestion,
    StatementPair,
    TextField,
)

MOST_SHORT = 22  # letters over a column


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """A box that can be chosen."""

    value: str
    label: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of a questionnaire."""

    key: str
    text: str = ""
    left: str = ""
    right: str = ""
    heading: str = ""
    options: tuple[AnswerBox, ...] = ()
    part: str = ""  # the title of the part of the questionnaire that it is about

    def label_of(self, value: str) -> str:
        """Return how a box is called on paper."""
        return next((o.label for o in self.options if o.value == value), value)

    @property
    def number(self) -> str:
        """What stands before it on paper; the front page and the grades have no number."""
        return self.key.partition("/")[0] if self.key[0].isdecimal() else ""

    @property
    def short(self) -> str:
        """What stands over a column of answers."""
        if self.number:
            return f"{self.number} {self.options[0].label}" if self.is_tick else self.number
        words = self.text or self.key
        short = words if len(words) <= MOST_SHORT else f"{words[: MOST_SHORT - 1].rstrip()}…"
        return f"{short} ({self.part})" if self.part else short

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        if self.number:
            return self.short
        return f"{self.text} ({self.part})" if self.part else self.text

    @property
    def is_tick(self) -> bool:
        """Whether this is a lone box behind another question."""
        return len(self.options) == 1

    @property
    def is_pair(self) -> bool:
        """Whether two statements stand opposite each other."""
        return bool(self.left)


def questions_of(instrument: Instrument) -> dict[str, AskedQuestion]:
    """List everything that is asked with boxes, in the order of the paper."""
    asked: dict[str, AskedQuestion] = {}
    parts = titles_of_parts(instrument)
    for section in instrument.sections:
        for row in section.rows:
            if isinstance(row, TextField):
                continue
            asked[row.key] = replace(
                _question(row, section.title),
                part="" if row.key[0].isdecimal() else parts.get(row.key, ""),
            )
            if isinstance(row, ScaleQuestion) and (tick := row.tick):
                asked[tick.key] = AskedQuestion(
                    tick.key,
                    text=f"{row.text} ({tick.label})",
                    heading=section.title,
                    options=(AnswerBox(tick.option, tick.label, tick.meaning),),
                )
    return asked


def titles_of_parts(instrument: Instrument) -> dict[str, str]:
    """Say of each question and field of a part what that part is called."""
    titles = {part.key: part.title for part in instrument.parts}
    return {
        row.key: titles[part]
        for row in instrument.rows
        if (part := getattr(row, "part", None)) and part in titles
    }


def _question(row: Scaled | ChoiceQuestion, heading: str) -> AskedQuestion:
    match row:
        case ChoiceQuestion():
            named = tuple(AnswerBox(choice.key, choice.label) for choice in row.choices)
            return AskedQuestion(row.key, row.text, heading=heading, options=named)
        case ScaleQuestion():
            return AskedQuestion(row.key, row.text, heading=heading, options=_options(row))
        case StatementPair():
            return AskedQuestion(row.key, row.label, row.left, row.right, heading, _options(row))


def _options(row: Scaled) -> tuple[AnswerBox, ...]:
    return tuple(AnswerBox(o, o, row.scale.legend.get(o, "")) for o in row.options)
