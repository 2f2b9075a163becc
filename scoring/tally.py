"""Count how often each option was chosen.

In:  the settled answers of many sheets, and the options printed at each question.
Out: a `Tally` per question.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers of all sheets to one question."""

    counts: dict[str, int]  # every printed option, in the order of the paper
    blank: int
    n: int  # the sheets, blank ones included

    def __post_init__(self) -> None:
        if self.blank < 0 or any(count < 0 for count in self.counts.values()):
            raise ValueError(f"counts must not be negative, got {self}")
        if (total := sum(self.counts.values()) + self.blank) != self.n:
            raise ValueError(f"counts and blanks must add up to {self.n}, got {total}")


def tally(
    sheets: Iterable[Mapping[str, str | None]],
    questions: Mapping[str, Sequence[str]],
) -> dict[str, Tally]:
    """Count the options chosen at these questions, and pass over all other questions.

    `None` is a blank; so is a question that a sheet does not mention.
    """
    chosen: dict[str, Counter[str | None]] = {name: Counter() for name in questions}
    n = 0
    for sheet in sheets:
        n += 1
        for question, options in questions.items():
            option = sheet.get(question)
            if option is not None and option not in options:
                raise ValueError(
                    f"question {question!r} has no option {option!r}; "
                    f"its options are {', '.join(options)}"
                )
            chosen[question][option] += 1
    return {
        question: Tally(
            counts={option: chosen[question][option] for option in options},
            blank=chosen[question][None],
            n=n,
        )
        for question, options in questions.items()
    }
