"""The command that measures accuracy and speed."""

import pytest

from forms.answers import Doubt, Reading
from forms.sheet_code import SheetCode
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from papierkompas.lab.bench import Done, judge, run_bench, show_bench
from papierkompas.lab.simulate.pen import Meant

HERE = PageRef("scan.pdf", 1)
CODE = SheetCode(1, 1, 1, 1, 2, "KDMX", 1)
FAINT = Reading(None, doubt=Doubt.FAINT)


@pytest.mark.parametrize(
    ("done", "reading", "counted"),
    [
        pytest.param(Done(Meant("2"), False), Reading("2"), {}, id="right"),
        pytest.param(Done(Meant("2"), False), Reading("3"), {"silent": 1}, id="another box"),
        pytest.param(Done(Meant("2"), False), Reading(None), {"silent": 1}, id="a lost mark"),
        pytest.param(Done(Meant(None), False), Reading("2"), {"silent": 1}, id="dirt for a mark"),
        pytest.param(Done(Meant("2"), False), FAINT, {"doubts": 1}, id="a doubt"),
        pytest.param(
            Done(Meant("2", second="3"), False), FAINT, {"readable": 0}, id="two marks, in doubt"
        ),
        pytest.param(
            Done(Meant("2", second="3"), False), Reading("2"), {"silent": 1, "readable": 0},
            id="two marks, one not noticed",
        ),
        pytest.param(
            Done(Meant("2", withdrawn=("3",)), True), FAINT, {"readable": 0},
            id="filled in to choose and to withdraw",
        ),
    ],
)  # fmt: skip
def test_an_answer_is_right_a_doubt_or_a_silent_error(
    done: Done, reading: Reading, counted: dict[str, int]
) -> None:
    page = ReadPage(HERE, PageStatus.READ, code=CODE, readings={"1": reading})

    counts = judge([page], {(CODE.sheet, 1): {"1": done}})

    kinds = ("marks", "silent", "doubts", "readable")
    expected = {"marks": 1, "silent": 0, "doubts": 0, "readable": 1, **counted}
    assert {kind: counts[kind] for kind in kinds} == expected


def test_pages_that_were_not_read_hide_no_error() -> None:
    """An unread page is one; the page of a sheet that was never printed is a wrong number."""
    strange = ReadPage(HERE, PageStatus.READ, code=CODE, readings={"1": Reading("2")})

    counts = judge([unread(HERE, Reason.NO_CODE), strange], {})

    assert (counts["pages"], counts["unread"], counts["wrong_sheet"]) == (2, 1, 1)
    assert counts["marks"] == 0


def test_all_cases_of_a_machine_are_added_up() -> None:
    said: list[str] = []
    made = run_bench(1, 1, "grey150,phone,bitonal300", 1, said.append)
    shown: list[str] = []
    show_bench(made, shown.append, markdown=True)
    copiers = [row for row in made["cases"] if row["case"] != "phone"]

    (total,) = made["totals"]  # one case of phones adds up to itself
    assert (total["case"], total["pages"], total["marks"]) == ("all copiers", 12, 236)
    for what in ("silent", "readable", "doubts", "unread"):
        assert total[what] == sum(row[what] for row in copiers)
    assert total["doubt_share"] == pytest.approx(total["doubts"] / total["readable"])
    table = [line for line in "\n".join(shown).splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert table[-1].startswith("| all copiers | 12 | 236 |")
