"""The screens on which a school's own questionnaire comes in: checked, seen, and then kept."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from forms.companions import Kind
from forms.errors import InstrumentError, UsageError
from forms.instrument import MAX_EDITION, OWN_WORDING_EDITION, Instrument, builtin
from forms.own_questionnaire import edition_ours
from forms.toml_tables import MAX_BYTES
from papierkompas.outcome.own_wording import OpenWord, Proposal, settled
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.web.desk import OpenSession
from papierkompas.web.own_drafts import OwnDraft, draft_of, lying, proven
from papierkompas.web.texts import said, text
from papierkompas.web.visit import ProblemError, Visit, download, go, page, picture

PAGE_PX = 1100
MAX_SENTENCE = 1000  # characters that can be typed for one sentence


def overview(visit: Visit) -> Response:
    """Show the questionnaires that this session keeps, with room for another."""
    return _overview(visit, 200, "")


def upload(visit: Visit) -> Response:
    """Look at a file; nothing is kept yet."""
    visit.session.session.must_be_changeable()
    given = visit.file("own")
    if given is None:
        return _overview(visit, 400, text("own.no_file"))
    try:
        draft = draft_of(given.file, given.filename or "", _beside(visit))
    except InstrumentError as error:
        return _overview(visit, 400, said(error))
    visit.session.draft(draft)
    return go(f"/s/{visit.session.key}/own/{draft.key}")


def show(visit: Visit) -> Response:
    """Show the words that are open, or the questionnaire as it will be printed."""
    draft = _draft(visit)
    if draft.tried is not None and not visit.asked("words"):
        return _checked(visit, draft, 200, "")
    return _words(visit, draft, 200, "")


def settle(visit: Visit) -> Response:
    """Take in what a person chose and typed, and prove the questionnaire that it makes."""
    draft = _draft(visit)
    if draft.proposal is None:
        raise ProblemError(404, "own.gone")
    proposal = draft.proposal
    try:
        wording = settled(proposal, _chosen(visit, proposal), _typed(visit, proposal))
        if not visit.asked("compared"):
            return _words(visit, draft, 400, text("own.not_compared"))
        edition = _free_edition(visit.session, wording.instrument)
        made = proven(draft, wording.as_toml(draft.file, edition))
    except InstrumentError as error:
        return _words(visit, draft, 400, said(error))
    visit.session.draft(made)
    return go(f"/s/{visit.session.key}/own/{draft.key}")


def keep(visit: Visit) -> Response:
    """Keep a questionnaire that was proven; from then on it can be printed."""
    draft = _draft(visit)
    if draft.tried is None:
        return _words(visit, draft, 400, text("own.not_compared"))
    asked = draft.tried.instrument
    if any((i.key, i.edition) == (asked.key, asked.edition) for i in builtin()):
        return _checked(visit, draft, 400, said(edition_ours(asked)))
    with lying(draft) as path:
        try:
            visit.session.session.questionnaires.keep(path)
        except InstrumentError as error:
            return _checked(visit, draft, 400, said(error))
    visit.session.touch()
    return go(f"/s/{visit.session.key}/print?notice=own&paper={asked.key}-{asked.edition}")


def page_picture(visit: Visit) -> Response:
    """Show a page as it will be printed."""
    draft = _draft(visit)
    number = int(visit.part("number"))
    if draft.tried is None or not 1 <= number <= draft.tried.pages:
        raise ProblemError(404, "problem.no_picture")
    try:
        return picture(pdf_picture(draft.pdf, PAGE_PX, number), "image/png")
    except UsageError as error:
        raise ProblemError.of(503, error) from None


def word_picture(visit: Visit) -> Response:
    """Show a word as it stands on the scan."""
    found = [word for word in _proposal(visit).words if word.number == int(visit.part("number"))]
    place = int(visit.part("place"))
    if not found or not 0 <= place < len(found[0].crops):
        raise ProblemError(404, "problem.no_picture")
    return picture(found[0].crops[place], "image/png")


def file(visit: Visit) -> Response:
    """Hand out a questionnaire file, to use it elsewhere."""
    draft = _draft(visit)
    if not draft.text:
        raise ProblemError(404, "own.gone")
    return _toml(draft.text.encode(), draft.file)


def kept_file(visit: Visit) -> Response:
    """Hand out a questionnaire file that this session keeps."""
    for own, path in visit.session.session.questionnaires.files():
        if f"{own.key}-{own.edition}" == visit.part("paper"):
            return _toml(path.read_bytes(), f"{own.key}-{own.edition}")
    raise ProblemError(404, "print.no_paper")


def _beside(visit: Visit) -> dict[Kind, tuple[str, bytes]]:
    """Take in the files that belong to a questionnaire, as far as they were given."""
    given = {kind: visit.file(f"beside-{kind}") for kind in Kind}
    return {
        kind: (file.filename or f"{kind}.toml", file.file.read(MAX_BYTES + 1))
        for kind, file in given.items()
        if file is not None
    }


def _overview(visit: Visit, status: int, wrong: str) -> Response:
    own = visit.session.session.questionnaires.all()
    kept = {(i.key, i.edition): i for i in reversed(own)}
    return page(
        visit,
        "own.html",
        status=status,
        wrong=wrong,
        faulty="own" if wrong else "",
        kept=list(kept.values()),
        kinds=list(Kind),
    )


def _words(visit: Visit, draft: OwnDraft, status: int, wrong: str) -> Response:
    proposal = _proposal(visit)
    chosen = {word.number: visit.asked(f"word-{word.number}") for word in proposal.words}
    typed = {word.number: visit.asked(f"typed-{word.number}") for word in proposal.words}
    sentences = [
        {
            "number": number,
            "question": question,
            "part": part if len(proposal.wording.sentences[question]) > 1 else "",
            "text": visit.asked(f"text-{number}") or sentence.text,
            "is_typed": visit.asked(f"text-{number}") not in ("", sentence.text),
            "pieces": _pieces(sentence.text, proposal.words_of(question, part)),
            "words": proposal.words_of(question, part),
        }
        for number, (question, part, sentence) in enumerate(proposal.wording, 1)
    ]
    return page(
        visit,
        "own_words.html",
        status=status,
        wrong=wrong,
        faulty=_first_left(visit, proposal, sentences) if wrong else "",
        draft=draft,
        proposal=proposal,
        sentences=sentences,
        chosen=chosen,
        typed=typed,
        compared=bool(visit.asked("compared")),
    )


def _first_left(visit: Visit, proposal: Proposal, sentences: Sequence[dict[str, Any]]) -> str:
    """Name the first field that still asks for something."""
    said = _chosen(visit, proposal)
    for sentence in sentences:
        for word in sentence["words"]:
            if word.number not in said and not sentence["is_typed"]:
                return f"word-{word.number}"
    return "" if visit.asked("compared") else "compared"


def _checked(visit: Visit, draft: OwnDraft, status: int, wrong: str) -> Response:
    tried = draft.tried
    if tried is None:
        raise ProblemError(404, "own.gone")
    return page(
        visit,
        "own_checked.html",
        status=status,
        wrong=wrong,
        draft=draft,
        asked=tried.instrument,
        pages=tried.pages,
        papers=len(tried.papers),
        beside=[(kind, name) for kind, (name, _) in draft.beside.items()],
    )


def _pieces(sentence: str, words: tuple[OpenWord, ...]) -> list[tuple[str, int]]:
    """Cut a sentence where words are open: each piece with the number of its word, or 0."""
    pieces, at = [], 0
    for word in words:
        pieces.append((sentence[at : word.start], 0))
        at = word.start + len(word.read)
        pieces.append((word.read, word.number))
    return [*pieces, (sentence[at:], 0)]


def _chosen(visit: Visit, proposal: Proposal) -> dict[int, str]:
    """Take in what stands on the paper, for each word of which a person said so."""
    found = {}
    for word in proposal.words:
        typed = " ".join(visit.asked(f"typed-{word.number}").split())[:MAX_SENTENCE]
        match visit.asked(f"word-{word.number}"):
            case "read":
                found[word.number] = word.read
            case "other" if word.other:
                found[word.number] = word.other
            case "typed" if typed:
                found[word.number] = typed
    return found


def _typed(visit: Visit, proposal: Proposal) -> dict[tuple[str, str], str]:
    """Take in the sentences that a person typed anew."""
    found = {}
    for number, (question, part, sentence) in enumerate(proposal.wording, 1):
        given = " ".join(visit.asked(f"text-{number}").split())[:MAX_SENTENCE]
        if given and given != sentence.text:
            found[question, part] = given
    return found


def _free_edition(open_session: OpenSession, instrument: Instrument) -> int:
    """Return the first edition that no other wording in this session has."""
    taken = {i.edition for i in open_session.instruments() if i.key == instrument.key}
    free = (n for n in range(OWN_WORDING_EDITION, MAX_EDITION + 1) if n not in taken)
    return next(free, MAX_EDITION)


def _draft(visit: Visit) -> OwnDraft:
    found = visit.session.drafts.get(visit.part("draft"))
    if found is None:
        raise ProblemError(404, "own.gone")
    return found


def _proposal(visit: Visit) -> Proposal:
    proposal = _draft(visit).proposal
    if proposal is None:
        raise ProblemError(404, "own.gone")
    return proposal


def _toml(data: bytes, name: str) -> Response:
    stem = re.sub(r"\.(toml|txt|pdf)$", "", name, flags=re.IGNORECASE)
    return download(io.BytesIO(data), f"{stem}.toml", "application/toml")
