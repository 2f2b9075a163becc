"""Every paper beside the sheets that people fill in: one table for command, page, zip and gallery.

In:  nothing. What draws a paper is looked up when it is drawn, so that `--help` answers at once.
Out: `PRINTABLES`.

A new paper is a row here, a function of the same name in `papierkompas.outcome.drawers`, and its
words in `forms.messages`: what it is called (`printable`) and what it is for (`printable_use`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forms.companions import Kind
from forms.messages import Message
from forms.paper_sizes import A4, PAPERS
from scoring.shown_names import Naming

COMMON = "a1"  # of a poster: what hangs in most rooms
SIZES = (COMMON, *(name for name in PAPERS if name not in (A4.name.lower(), COMMON)))
TILES = ("a4", "a3")
USUAL_MINUTES = 60  # of a talk


class PrintInk(StrEnum):
    """What a paper is printed in."""

    COLOUR = "colour"
    BLACK = "black"  # for a printer or copier without colours


class Needs(StrEnum):
    """What must be there before a paper can be made."""

    NOTHING = "nothing"
    COMPASS = "compass"  # lists with a map
    QUICKSCAN = "quickscan"  # lists that are put together into one
    TO_ASK = "to_ask"  # doubts that were put off, to be asked of who filled in the sheet
    STICKERS = "stickers"  # a photo of a map that was made by hand


class PaperOption(StrEnum):
    """What can be given with a paper."""

    SIZE = "size"
    TILE = "tile"
    ROUND = "round"  # by default every round
    ONE_ROUND = "one_round"  # by default none stands on it
    NAMES = "names"
    ONLY_MEANS = "only_means"
    HANDWRITTEN = "handwritten"
    FEW = "few"  # also of so few people that everybody knows who is who
    SMALL_MAPS = "small_maps"  # a page with a map for each person
    INK = "ink"  # colours, or black on white
    BARE = "bare"  # without what the fields and places of the map mean
    QUADRANTS = "quadrants"
    BEFORE = "before"  # an earlier session, to compare with
    PASSWORDS = "passwords"  # of locked scans
    INSTRUMENT = "instrument"  # another questionnaire than the session's
    TEAM = "team"  # another name than the session's
    MINUTES = "minutes"  # how long the talk may take
    DATE = "date"  # another day than the session's


@dataclass(frozen=True, slots=True)
class Choices:
    """How a paper is wanted.

    Args:
        small_maps: None where it depends on the people and rounds.
        ink: None where it is that of the school's printer.
        quadrants: whose activities; empty for all, None for where the team wants to be.
    """

    size: str = COMMON
    tile: str | None = None
    round: str | None = None
    names: Naming = Naming.NAMES
    only_means: bool = False
    handwritten: bool = False
    few: bool = False
    bare: bool = False
    ink: PrintInk | None = None
    small_maps: bool | None = None
    quadrants: tuple[str, ...] | None = None
    minutes: int = USUAL_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Printable:
    """A paper.

    Args:
        key: in addresses and messages, and as `papierkompas extras KEY`.
        needs: what must be there first.
        options: what can be given with it.
        file: what its file is called, without `.pdf`; in Dutch, as everything on paper.
        done: what the command says of it, with the facts of its drawer.
        command: what makes it, where that is not `extras KEY`.
        one_for: the option of which the zip holds one paper for each value.
        namings: what may stand on it for a person; by default the first.
        beside: what the questionnaire has to bring along, in a file beside it.
        text: the key of the text that this is, in the file of talk.
        of_lists: it is about lists that are put together into one, not about a map.
    """

    key: str
    needs: Needs
    file: str
    done: str
    options: tuple[PaperOption, ...] = ()
    command: str = ""
    one_for: PaperOption | None = None
    namings: tuple[Naming, ...] = tuple(Naming)
    beside: Kind | None = None
    text: str = ""
    of_lists: bool = False

    @property
    def drawer(self) -> str:
        """The function in `papierkompas.outcome.drawers` that draws it."""
        return self.key.replace("-", "_")

    @property
    def choices(self) -> Choices:
        """How it is made when nobody says how."""
        return Choices(names=self.namings[0])

    @property
    def name(self) -> Message:
        """What it is called."""
        return Message(f"printable.{self.key}")

    @property
    def use(self) -> Message:
        """What it is for."""
        return Message(f"printable_use.{self.key}")


_ABOUT = (PaperOption.TEAM, PaperOption.DATE)

PRINTABLES = (
    Printable(
        key="guide",
        needs=Needs.NOTHING,
        file="draaiboek",
        done="two pages.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.GUIDE,
    ),
    Printable(
        key="invitation",
        needs=Needs.NOTHING,
        file="uitnodiging",
        done="{pages:pages}.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.TALK,
        text="invitation",
    ),
    Printable(
        key="afterwards",
        needs=Needs.NOTHING,
        file="wat-er-met-je-antwoorden-gebeurt",
        done="{pages:pages}.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.TALK,
        text="afterwards",
    ),
    Printable(
        key="key-words",
        needs=Needs.NOTHING,
        file="zelfde-woord-andere-betekenis",
        done="a sheet, and {cards:cards} to cut: eight a page.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.GUIDE,
    ),
    Printable(
        key="vision-sheet",
        needs=Needs.NOTHING,
        file="visieblad",
        done="{pages:pages}.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.TALK,
        text="vision-sheet",
    ),
    Printable(
        key="quickscan-invitation",
        needs=Needs.NOTHING,
        file="uitnodiging-quickscan",
        done="{pages:pages}.",
        options=_ABOUT,
        beside=Kind.TALK,
        text="quickscan-invitation",
        of_lists=True,
    ),
    Printable(
        key="quickscan-guide",
        needs=Needs.NOTHING,
        file="draaiboek-quickscan",
        done="{pages:pages}.",
        options=_ABOUT,
        beside=Kind.TALK,
        text="quickscan-guide",
        of_lists=True,
    ),
    Printable(
        key="trial-sheet",
        needs=Needs.NOTHING,
        file="proefblad",
        done="one page. Print it at 100 %, scan it as you scan the sheets, and read that.",
        command="print proefblad",
    ),
    Printable(
        key="blank-compass",
        needs=Needs.NOTHING,
        file="lege-kaart",
        done="an empty map of {width_mm:.0f} x {height_mm:.0f} mm.",
        options=(PaperOption.SIZE, PaperOption.ONE_ROUND, *_ABOUT, PaperOption.INSTRUMENT),
        one_for=PaperOption.ONE_ROUND,
    ),
    Printable(
        key="score-form",
        needs=Needs.NOTHING,
        file="scoreformulier",
        done="one page per round ({rounds}). Photocopy it for everybody.",
        options=(PaperOption.ROUND, *_ABOUT, PaperOption.INSTRUMENT),
    ),
    Printable(
        key="wall-markers",
        needs=Needs.NOTHING,
        file="muurnummers",
        done="one number a page, A4 on its side.",
        options=(PaperOption.INSTRUMENT,),
    ),
    Printable(
        key="statement-cards",
        needs=Needs.NOTHING,
        file="stellingen-voor-de-muur",
        done="one statement a page, A4 on its side.",
        options=(PaperOption.INSTRUMENT,),
    ),
    Printable(
        key="cards",
        needs=Needs.NOTHING,
        file="activiteitenkaarten",
        done="{cards:activities} of {quadrants}. Cut each sheet in four.",
        options=(PaperOption.QUADRANTS, PaperOption.INSTRUMENT),
        one_for=PaperOption.QUADRANTS,
        beside=Kind.ACTIVITIES,
    ),
    Printable(
        key="activity-list",
        needs=Needs.NOTHING,
        file="activiteitenlijst",
        done="{activities:activities} of {quadrants}.",
        options=(PaperOption.QUADRANTS, *_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.ACTIVITIES,
    ),
    Printable(
        key="criteria",
        needs=Needs.NOTHING,
        file="criteria-van-ouders",
        done="one page.",
        options=(*_ABOUT, PaperOption.INSTRUMENT),
        beside=Kind.CRITERIA,
    ),
    Printable(
        key="to-ask",
        needs=Needs.TO_ASK,
        file="te-vragen",
        done="{rows:questions} for {people:people}. For the facilitator alone.",
        options=(PaperOption.PASSWORDS,),
    ),
    Printable(
        key="poster",
        needs=Needs.COMPASS,
        file="poster",
        done="poster of {people:people}.",
        options=(
            PaperOption.SIZE,
            PaperOption.TILE,
            PaperOption.ROUND,
            PaperOption.NAMES,
            PaperOption.ONLY_MEANS,
            PaperOption.HANDWRITTEN,
            PaperOption.FEW,
            PaperOption.BARE,
            PaperOption.SMALL_MAPS,
            PaperOption.INK,
            PaperOption.PASSWORDS,
        ),
        command="poster",
        one_for=PaperOption.ROUND,
    ),
    Printable(
        key="key",
        needs=Needs.COMPASS,
        file="wie-is-wie",
        done="{people:people}. For the facilitator alone.",
        options=(PaperOption.ROUND, PaperOption.NAMES, PaperOption.FEW),
        namings=(Naming.NUMBERS, Naming.INITIALS),
    ),
    Printable(
        key="agenda",
        needs=Needs.COMPASS,
        file="gespreksagenda",
        done="{topics:topics} in {minutes:minutes}, on {pages:pages}.",
        options=(PaperOption.MINUTES, PaperOption.NAMES, PaperOption.FEW),
        namings=(Naming.NAMES, Naming.NONE),
    ),
    Printable(
        key="second-meeting",
        needs=Needs.COMPASS,
        file="tweede-bijeenkomst",
        done="{worksheets:worksheets}, {activities:activities} of {quadrants}, and more.",
        options=_ABOUT,
        beside=Kind.TALK,
        text="second-programme",
    ),
    Printable(
        key="statements",
        needs=Needs.COMPASS,
        file="stellingen",
        done="{people:people} on {pages:pages} of A3.",
        options=(PaperOption.ROUND, PaperOption.NAMES, PaperOption.FEW),
    ),
    Printable(
        key="personal",
        needs=Needs.COMPASS,
        file="eigen-bladen",
        done="{people:pages}. Give everybody their own.",
    ),
    Printable(
        key="sticker-map",
        needs=Needs.STICKERS,
        file="stickerkaart",
        done="poster of {people:stickers}.",
        options=(
            PaperOption.SIZE,
            PaperOption.TILE,
            PaperOption.ROUND,
            PaperOption.ONLY_MEANS,
            PaperOption.BARE,
            PaperOption.INK,
        ),
        command="poster --stickers",
        one_for=PaperOption.ROUND,
    ),
    Printable(
        key="one-list",
        needs=Needs.QUICKSCAN,
        file="een-lijst",
        done="one list of {lists:quickscans}.",
        options=(PaperOption.BEFORE, PaperOption.PASSWORDS),
        command="one-list",
    ),
    Printable(
        key="success-factors",
        needs=Needs.QUICKSCAN,
        file="succesfactoren",
        done="poster of {lists:quickscans}.",
        options=(PaperOption.SIZE, PaperOption.TILE),
    ),
    Printable(
        key="divided",
        needs=Needs.QUICKSCAN,
        file="bespreek-eerst",
        done="poster of {lists:quickscans}.",
        options=(PaperOption.SIZE, PaperOption.TILE),
    ),
    Printable(
        key="quickscan-agenda",
        needs=Needs.QUICKSCAN,
        file="gespreksagenda-quickscan",
        done="{topics:topics} in {minutes:minutes}, on {pages:pages}.",
        options=(PaperOption.MINUTES,),
    ),
    Printable(
        key="actions",
        needs=Needs.QUICKSCAN,
        file="actieblad",
        done="A3, with what people wrote in {handwriting:fields}.",
        options=(PaperOption.PASSWORDS,),
    ),
)


def printable(key: str) -> Printable:
    """Find a paper; `KeyError` where there is none of that key."""
    return {one.key: one for one in PRINTABLES}[key]
