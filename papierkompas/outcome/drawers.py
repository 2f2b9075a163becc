"""Draw each paper of the table `papierkompas.outcome.printables`.

In:  a paper, its material, and how it is wanted.
Out: a PDF, and facts about it for the screen.

The functions are called as the papers are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from forms.errors import UsageError
from forms.messages import counted
from forms.paper_sizes import Paper, paper_named
from forms.printables.activity_cards import draw_activity_cards, draw_activity_list
from forms.printables.blank_compass import draw_blank_compass
from forms.printables.criteria import draw_criteria
from forms.printables.guide import draw_guide
from forms.printables.key_words import draw_key_words
from forms.printables.score_form import draw_score_form
from forms.printables.second_meeting import draw_second_meeting
from forms.printables.text_paper import draw_text_paper
from forms.printables.to_ask import draw_to_ask
from forms.printables.trial_paper import draw_trial_paper
from forms.printables.wall_markers import draw_statement_cards, draw_wall_markers
from papierkompas.acts.printing import layout_of
from papierkompas.outcome.asking_round import asking_round, rows_to_print
from papierkompas.outcome.handwritten_names import Hands
from papierkompas.outcome.material import Material
from papierkompas.outcome.paper_values import (
    compass_of,
    personal_pages,
    statement_sheet,
    wished_quadrants,
)
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.printables import Choices, PaperOption, Printable, PrintInk, printable
from papierkompas.outcome.quickscan_papers import changes, counted_of, handwriting, heading_of
from papierkompas.outcome.where_to_begin import outset_of, where_to_begin
from papierkompas.session.whole_files import writing
from scoring.agenda import (
    LEAST_MINUTES,
    MOST_MINUTES,
    Agenda,
    draw_agenda,
    questions_agenda,
    statements_agenda,
)
from scoring.groups import MAP_FROM
from scoring.one_list import Quoted, draw_one_list
from scoring.personal import draw_personal
from scoring.poster import Poster, draw_key, draw_poster
from scoring.quickscan_posters import draw_actions, draw_divided, draw_factors
from scoring.roles import by_role
from scoring.shown_names import Naming
from scoring.statements import draw_statements
from scoring.tiles import draw_tiles, whole_sheets

Facts = dict[str, Any]
"""What can be said about a paper that was made; the command prints it as JSON."""

Draw = Callable[[Material, Choices, IO[bytes]], Facts]


def draw(which: Printable, material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw a paper.

    Raises:
        UsageError: what it needs is not there, or what is asked for does not go together.
        InstrumentError: there is no such round.
    """
    if choices.round is not None:
        material.instrument.round(choices.round)
    if PaperOption.NAMES in which.options and material.results.without_names:
        choices = _without_names(which, choices)
    drawer: Draw = globals()[which.drawer]
    return drawer(material, choices, target)


def _without_names(which: Printable, choices: Choices) -> Choices:
    """Let numbers stand for people; a key, handwriting and initials would tell who they are."""
    if which.key == "key" or choices.names is Naming.INITIALS or choices.handwritten:
        raise UsageError("poster.names_inside")
    return replace(choices, names=Naming.NUMBERS) if choices.names is Naming.NAMES else choices


def write(which: Printable, material: Material, choices: Choices, out: Path) -> Facts:
    """Draw a paper to a file, which is written whole or not at all."""
    with writing(out) as target:
        facts = draw(which, material, choices, target)
    return {"file": str(out), **facts}


# For any meeting


def guide(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the facilitator's guide."""
    asked, begin = material.instrument, None
    if material.session is not None:
        of = (one for one in material.results.compasses if one.instrument == asked)
        begin = next((where_to_begin(one) for one in of), None)
    draw_guide(target, asked, **_about(material), begin=begin)
    return {"begin": begin}


def invitation(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the letter that invites to the meeting."""
    return _text_paper(material, "invitation", target)


def afterwards(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw what happens with the answers, and how long they are kept."""
    return _text_paper(material, "afterwards", target)


def vision_sheet(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the sheet for a first common vision."""
    return _text_paper(material, "vision-sheet", target)


def quickscan_invitation(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the letter that asks to fill in a quickscan."""
    return _text_paper(material, "quickscan-invitation", target)


def quickscan_guide(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the guide of a meeting about a quickscan."""
    return _text_paper(material, "quickscan-guide", target)


def key_words(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the exercise with words that mean something else in each field."""
    return {"cards": draw_key_words(target, material.instrument, **_about(material))}


def _text_paper(material: Material, key: str, target: IO[bytes]) -> Facts:
    which = printable(key)
    asked = material.asked_by(which)
    return {"pages": draw_text_paper(target, asked, which.text, **_about(material))}


def trial_sheet(_material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the sheet that judges the copier."""
    draw_trial_paper(target)
    return {}


def criteria(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the criteria, to be put in order."""
    draw_criteria(target, material.instrument, **_about(material))
    return {}


def blank_compass(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the empty map; in a session a photo of it is known to belong to it."""
    paper, asked, batch = paper_named(choices.size), material.instrument, None
    if material.session is not None:
        number = layout_of(asked).number
        batch = material.session.given_out.batch_for(asked, number, choices.round)
    draw_blank_compass(
        target, paper, asked, round_key=choices.round, batch=batch, **_about(material)
    )
    return {
        "width_mm": paper.width_mm,
        "height_mm": paper.height_mm,
        "session": batch,
        "round": choices.round,
    }


def score_form(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the form on which people add up their own score."""
    asked = material.instrument
    one = asked.round(choices.round)
    rounds = (one,) if one is not None else asked.rounds
    draw_score_form(target, asked, rounds, **_about(material))
    return {"rounds": [r.key for r in rounds]}


def wall_markers(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the numbers for along a wall."""
    draw_wall_markers(target, material.instrument)
    return {}


def statement_cards(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw each statement pair on a page."""
    draw_statement_cards(target, material.instrument)
    return {}


def cards(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the activities as cards."""
    wanted = _quadrants(material, choices)
    count = draw_activity_cards(target, material.instrument, wanted)
    return {"cards": count, "quadrants": list(wanted)}


def activity_list(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the activities as a list."""
    wanted = _quadrants(material, choices)
    count = draw_activity_list(target, material.instrument, wanted, **_about(material))
    return {"activities": count, "quadrants": list(wanted)}


def _about(material: Material) -> dict[str, str | None]:
    return {"team": material.printed_team, "date": material.printed_day}


def _quadrants(material: Material, choices: Choices) -> tuple[str, ...]:
    """Take the quadrants that were named, else those where the team wants to be, else all."""
    if choices.quadrants is not None:
        return tuple(dict.fromkeys(choices.quadrants))
    return wished_quadrants(material.results) if material.session is not None else ()


# Of what was put off


def to_ask(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw what has to be asked of who filled in a sheet."""
    own = material.session.questionnaires.all() if material.session is not None else material.own
    people = asking_round(material.results, own)
    if not people:
        raise UsageError("to_ask.nothing")
    rows, unseen = rows_to_print(people, material.scans, material.passwords)
    sources = dict.fromkeys(row.instrument.source for one in people for row in one.rows)
    credit = "; ".join(filter(None, sources))
    draw_to_ask(target, rows, credit=credit, **_about(material))
    return {
        "people": len(rows),
        "rows": sum(len(one.rows) for one in rows),
        "unseen": [one.as_json() for one in unseen],
    }


# Of a compass


def poster(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw everybody on one map."""
    made = material.on_wall
    hands = None
    if choices.handwritten:
        if material.session is None:
            raise UsageError("command.which_session")
        hands = Hands(material.session, made, material.passwords)
    drawn = poster_of(
        made,
        _size(choices),
        choices.round,
        choices.names,
        only_means=choices.only_means,
        hands=hands,
    )
    _must_be_enough(len(drawn.people), choices)
    return {
        **_draw_poster(drawn, material, choices, target),
        "unseen": [one.as_json() for one in hands.unseen] if hands else [],
        "handwritten": None
        if hands is None
        else {
            "names": sum(person.ink is not None for person in drawn.people),
            "without": [
                {"name": who, "reason": str(why.message)} for who, why in hands.without.items()
            ],
        },
    }


def sticker_map(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the map that was made by hand."""
    paper = _size(choices)
    drawn = poster_of(
        material.results, paper, choices.round, only_means=choices.only_means, stickers=True
    )
    return {**_draw_poster(drawn, material, choices, target), "unseen": [], "handwritten": None}


def key(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw who is who on a poster with numbers or initials."""
    if choices.names not in printable("key").namings:
        raise UsageError("poster.key")
    drawn = poster_of(material.on_wall, paper_named(choices.size), choices.round, choices.names)
    _must_be_enough(len(drawn.people), choices)
    draw_key(target, drawn)
    return {"people": len(drawn.people) + len(drawn.missing)}


def statements(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw who stands where on each statement."""
    sheet = statement_sheet(material.on_wall, choices.round, choices.names)
    _must_be_enough(len(sheet.people), choices)
    report = draw_statements(target, sheet)
    return {"people": len(sheet.people), "pages": report.pages}


def agenda(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw what to talk about first; of a session with quickscans alone, of those."""
    made = material.on_wall
    if not made.compasses and made.tallies:
        return quickscan_agenda(material, choices, target)
    sheet = statement_sheet(made, None, choices.names)
    _must_be_enough(len(sheet.people), choices)
    asked = compass_of(made).instrument
    return _draw_agenda(statements_agenda(asked, sheet, _minutes(choices)), target)


def second_meeting(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the pack for the second meeting of this team."""
    compass = compass_of(material.results)
    try:
        wished = wished_quadrants(material.results)
    except UsageError:  # only how it is was filled in: the activities of every field
        wished = ()
    outset = outset_of(compass, wished)
    made = draw_second_meeting(target, compass.instrument, outset, **_about(material))
    return {**made, "quadrants": list(wished)}


def _minutes(choices: Choices) -> int:
    if not LEAST_MINUTES <= choices.minutes <= MOST_MINUTES:
        raise UsageError("agenda.minutes", least=LEAST_MINUTES, most=MOST_MINUTES)
    return choices.minutes


def _draw_agenda(made: Agenda, target: IO[bytes]) -> Facts:
    pages = draw_agenda(target, made)
    return {
        "topics": len(made.topics),
        "of": [topic.key for topic in made.topics],
        "minutes": sum(made.minutes),
        "pages": pages,
    }


def personal(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw a page for each participant, with nobody else on it."""
    made = material.results
    pages = personal_pages(made)
    draw_personal(target, compass_of(made).instrument, pages)
    return {"people": len(pages)}


def _must_be_enough(people: int, choices: Choices) -> None:
    """Ask twice before so few people are shown that everybody knows who is who."""
    if people < MAP_FROM and not choices.few:
        raise UsageError("poster.few", people=counted("people", people), least=MAP_FROM)


def _draw_poster(drawn: Poster, material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    tile = _tile(choices)
    is_black = _is_black(material, choices)
    drawn = replace(drawn, has_meanings=not choices.bare, is_black=is_black)
    drawn = replace(drawn, has_small_maps=choices.small_maps if tile is None else False)
    report = draw_poster(target, drawn) if tile is None else draw_tiles(target, drawn, tile)
    return {
        "people": len(drawn.people),
        "missing": [{"name": m.name, "reason": m.reason} for m in drawn.missing],
        "names_pt": report.size_pt,
        "readable_at_m": round(report.readable_at_m, 1),
        "crowded": report.is_crowded,
        "size_mm": [drawn.size.width_mm, drawn.size.height_mm],
        "small_maps": report.has_small_maps,
        "ink": (PrintInk.BLACK if is_black else PrintInk.COLOUR).value,
    }


def _is_black(material: Material, choices: Choices) -> bool:
    """Print as was asked for, or as the school's printer can."""
    if choices.ink is not None:
        return choices.ink is PrintInk.BLACK
    return material.session is not None and material.session.settings.prints_black


def _tile(choices: Choices) -> Paper | None:
    return paper_named(choices.tile) if choices.tile else None


def _size(choices: Choices) -> Paper:
    """Return the size of a poster; over sheets the one nearest to it that fills whole sheets."""
    wanted, sheet = paper_named(choices.size), _tile(choices)
    return wanted if sheet is None else whole_sheets(wanted, sheet)


# Of a quickscan


def one_list(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the form with the counts of all lists in its boxes."""
    counted, summary = counted_of(material.results)
    asked = counted.instrument
    changed = changes(material.earlier, material.results) if material.earlier else ()
    parts = {part.key: part.title for part in asked.parts}
    about = {row.key: parts.get(row.part or "") for row in asked.written}
    draw_one_list(
        target,
        asked,
        layout_of(asked),
        summary,
        heading_of(material.results, counted),
        roles=by_role(asked, counted.filled),
        changes=changed,
        comments=[
            Quoted(f"{title}: {each.asked}" if title else each.asked, each.text, each.who)
            for each in counted.written
            if each.text
            for title in (about[each.field],)
        ],
    )
    return {
        "lists": counted.lists,
        "in_review": sum(counted.waiting.values()),
        "changes": [change.sentence for change in changed],
    }


def success_factors(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw how the programme does on each factor."""
    counted, summary = counted_of(material.results)
    heading = heading_of(material.results, counted)
    draw_factors(target, summary, heading, _size(choices), _tile(choices))
    roles = by_role(counted.instrument, counted.filled)
    return {
        "lists": counted.lists,
        "roles": None if roles is None else list(roles.sentences()),
    }


def divided(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw the questions on which answers lie furthest apart."""
    counted, summary = counted_of(material.results)
    heading = heading_of(material.results, counted)
    draw_divided(target, summary, heading, _size(choices), _tile(choices))
    return {"lists": counted.lists}


def quickscan_agenda(material: Material, choices: Choices, target: IO[bytes]) -> Facts:
    """Draw which questions to talk about first, by factor."""
    counted, summary = counted_of(material.results)
    head = heading_of(material.results, counted)
    made = questions_agenda(counted.instrument, summary, head.team, head.date, _minutes(choices))
    return _draw_agenda(made, target)


def actions(material: Material, _choices: Choices, target: IO[bytes]) -> Facts:
    """Draw what people wrote, with room for what the team agrees on."""
    counted, summary = counted_of(material.results)
    written = handwriting(counted, material.scans, material.passwords)
    draw_actions(
        target,
        counted.instrument,
        summary,
        heading_of(material.results, counted),
        written.crops,
        unseen=written.said,
    )
    return {
        "lists": counted.lists,
        "handwriting": sum(map(len, written.crops)),
        "unseen": [one.as_json() for one in written.missing],
    }
