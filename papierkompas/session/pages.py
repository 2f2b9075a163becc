"""What was read on the pages of the scans, and in their fields for handwriting.

In:  pages as the reader made them, and transcripts of handwriting.
Out: the same, each page as it was read last.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from forms.answers import Doubt, Reading
from forms.compass import Place
from forms.errors import SessionError
from forms.layout import Rect
from forms.sheet_code import SheetCode
from omr.dots import DotDoubt, DotKind, OddKind, OddSpot, SeenDot
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason
from papierkompas.session.store import Store, now, storable
from papierkompas.session.values import Scan, Transcript
from papierkompas.session.withdrawals import PAGE_WITHDRAWN

# Unread for a reason that lies outside the scan: the same file may be read better next time.
MENDABLE = frozenset(
    {
        Reason.OTHER_PRINT,
        Reason.UNKNOWN_INSTRUMENT,
        Reason.ENCRYPTED,
        Reason.NO_PERMISSION,
        Reason.NOT_FOUND,
        Reason.NO_RENDERER,
        Reason.WORKER_DIED,
        Reason.OUR_MISTAKE,
        Reason.NOT_SENT,
    }
)

TABLES = (
    """CREATE TABLE pages (  -- the last row of a (scan, page, part) counts
        id INTEGER PRIMARY KEY,
        scan INTEGER NOT NULL REFERENCES scans,
        page INTEGER NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        detail TEXT NOT NULL,
        code_instrument INTEGER,
        code_edition INTEGER,
        code_round INTEGER,
        code_page INTEGER,
        code_number INTEGER,
        code_batch TEXT,
        code_layout INTEGER,
        instrument TEXT,
        round TEXT,
        rotation INTEGER NOT NULL,
        residual_mm REAL,
        mm_to_px TEXT,  -- a JSON list
        width_px INTEGER,
        height_px INTEGER,
        recorded TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX pages_of_scan ON pages (scan, page, id)",
    """CREATE TABLE readings (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        question TEXT NOT NULL,
        option TEXT,
        withdrawn TEXT NOT NULL,  -- a JSON list
        doubt TEXT,
        confidence REAL NOT NULL,
        UNIQUE (page, question)
    ) STRICT""",
    """CREATE TABLE fields (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        name TEXT NOT NULL,
        written INTEGER NOT NULL CHECK (written IN (0, 1)),
        UNIQUE (page, name)
    ) STRICT""",
)

TRANSCRIPTS = (
    """CREATE TABLE transcripts (  -- what an engine read; the last row of a (page, field) counts
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        field TEXT NOT NULL,
        engine TEXT NOT NULL,  -- its name and the hash of its model
        text TEXT NOT NULL,  -- as it was read; '' where nothing could be
        proposal TEXT NOT NULL,  -- the same words, those unknown replaced by likelier ones
        confidence REAL NOT NULL,
        letters BLOB,  -- of a name: what to match another list with, see omr.hand.whose_name.Seen
        x_mm REAL NOT NULL,  -- where on the sheet it was cut out
        y_mm REAL NOT NULL,
        width_mm REAL NOT NULL,
        height_mm REAL NOT NULL,
        made TEXT NOT NULL
    ) STRICT""",
)

DOTS = (
    """CREATE TABLE dots (  -- on a photo of a blank compass: a row of pages with its code
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        kind TEXT NOT NULL,
        colour TEXT NOT NULL,
        x_mm REAL NOT NULL,  -- on the paper
        y_mm REAL NOT NULL,
        size_mm REAL NOT NULL,
        doel REAL NOT NULL,  -- the nearest quarter point
        relatie REAL NOT NULL,
        off REAL NOT NULL,  -- how far from it, in quarter steps
        doubts TEXT NOT NULL  -- a JSON list
    ) STRICT""",
    "CREATE INDEX dots_of_page ON dots (page)",
)

ODD_SPOTS = (
    """CREATE TABLE odd_spots (  -- on a photo of a blank compass: no dot, or nothing to be seen
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        kind TEXT NOT NULL,
        x_mm REAL NOT NULL,  -- the middle of a box round it, on the paper
        y_mm REAL NOT NULL,
        wide_mm REAL NOT NULL,
        high_mm REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX odd_spots_of_page ON odd_spots (page)",
)

NOTES = ("ALTER TABLE pages ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'",)  # a JSON list

AXES = (  # a map has whatever axes its questionnaire gives it
    "ALTER TABLE dots RENAME COLUMN doel TO vertical",
    "ALTER TABLE dots RENAME COLUMN relatie TO horizontal",
)

PARTS = (  # of several sheets in one picture
    "ALTER TABLE pages ADD COLUMN part INTEGER NOT NULL DEFAULT 1",
    "CREATE INDEX parts_of_scan ON pages (scan, page, part, id)",
)


class Pages:
    """The pages of the scans of a session."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def done(self, scan: Scan) -> set[int]:
        """Return the pages that need not be read again, whatever was installed or given since."""
        rows = self._store.rows(
            "SELECT page, reason, max(id) FROM pages WHERE scan = ? GROUP BY page, part", scan.id
        )
        mendable = {row["page"] for row in rows if row["reason"] in MENDABLE}
        return {row["page"] for row in rows} - mendable

    def record(self, scan: Scan, page: ReadPage) -> bool:
        """Store a page of a scan, with what lies beside it; it counts as read once this returns.

        A page that is stored already stays as it is, unless it was unread before. Returns whether
        anything was added.
        """
        return self.record_all([(scan, page)]) > 0

    def record_all(self, pages: Iterable[tuple[Scan, ReadPage]]) -> int:
        """Store a small group of pages, all of them or none; return how many were added."""
        added = 0
        recorded = now()
        with self._store.write() as db:
            parts = ((scan, part) for scan, page in pages for part in page.in_picture)
            for scan, page in parts:
                last = db.execute(
                    "SELECT status, reason, detail FROM pages"
                    " WHERE (scan, page, part) = (?, ?, ?) ORDER BY id DESC LIMIT 1",
                    (scan.id, page.ref.page, page.ref.part),
                ).fetchone()
                outcome = (page.status, page.reason, storable(page.detail))
                if last and (last["status"] != PageStatus.UNREAD or tuple(last) == outcome):
                    continue
                insert_page(db, scan.id, page, recorded)
                added += 1
        return added

    def all(self) -> Iterator[ReadPage]:
        """Yield every page that counts of every scan, in the order of scans added and pages."""
        return load_pages(self._store, MENDABLE)

    def record_transcripts(self, transcripts: Iterable[Transcript]) -> None:
        """Store what was read in the fields for handwriting of pages that are stored already."""
        with self._store.write() as db:
            for t in transcripts:
                db.execute(
                    "INSERT INTO transcripts (page, field, engine, text, proposal, confidence,"
                    " letters, x_mm, y_mm, width_mm, height_mm, made)"
                    " SELECT max(pages.id), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM pages"
                    " JOIN scans ON scans.id = pages.scan"
                    " WHERE (scans.name, pages.page, pages.part) = (?, ?, ?)"
                    " HAVING max(pages.id) IS NOT NULL",
                    (
                        t.field, t.engine, storable(t.text), storable(t.proposal), t.confidence,
                        t.letters, t.place.x_mm, t.place.y_mm, t.place.width_mm,
                        t.place.height_mm, now(), t.ref.file, t.ref.page, t.ref.part,
                    ),
                )  # fmt: skip

    def transcripts(self) -> dict[tuple[PageRef, str], Transcript]:
        """Return what was read by page and field: of each the newest reading."""
        rows = self._store.rows(
            "SELECT t.*, scans.name AS file, pages.page AS number, pages.part"
            " FROM transcripts AS t"
            " JOIN pages ON pages.id = t.page JOIN scans ON scans.id = pages.scan ORDER BY t.id"
        )
        return {(t.ref, t.field): t for t in map(_as_transcript, rows)}


def insert_page(db: sqlite3.Connection, scan: int, page: ReadPage, recorded: str) -> None:
    """Add what was read on a page, with its readings, inside a transaction."""
    code = page.code
    width, height = page.size_px or (None, None)
    row = db.execute(
        "INSERT INTO pages (scan, page, part, status, reason, detail, notes, code_instrument,"
        " code_edition, code_round, code_page, code_number, code_batch, code_layout, instrument,"
        " round, rotation, residual_mm, mm_to_px, width_px, height_px, recorded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            scan,
            page.ref.page,
            page.ref.part,
            page.status,
            page.reason,
            storable(page.detail),
            json.dumps(page.notes),
            *(getattr(code, name, None) for name in _CODE),
            page.instrument,
            page.round,
            page.rotation,
            page.residual_mm,
            None if page.mm_to_px is None else json.dumps(page.mm_to_px),
            width,
            height,
            recorded,
        ),
    ).lastrowid
    db.executemany(
        "INSERT INTO readings (page, question, option, withdrawn, doubt, confidence)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (row, question, r.option, json.dumps(r.withdrawn), r.doubt, r.confidence)
            for question, r in page.readings.items()
        ),
    )
    db.executemany(
        "INSERT INTO fields (page, name, written) VALUES (?, ?, ?)",
        ((row, name, int(written)) for name, written in page.written.items()),
    )
    db.executemany(
        "INSERT INTO dots (page, kind, colour, x_mm, y_mm, size_mm, vertical, horizontal, off,"
        " doubts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (row, d.kind, d.colour, *d.place, d.size_mm, d.vertical, d.horizontal, d.off,
             json.dumps(d.doubts))
            for d in page.dots
        ),
    )  # fmt: skip
    db.executemany(
        "INSERT INTO odd_spots (page, kind, x_mm, y_mm, wide_mm, high_mm)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ((row, o.kind, *o.place, o.wide_mm, o.high_mm) for o in page.odd),
    )


def load_pages(store: Store, mended: Collection[Reason], at_once: int = 200) -> Iterator[ReadPage]:
    """Yield every page that was not withdrawn, by scan, page and part: of each the last row.

    Args:
        mended: what said of a whole file no longer counts once a page of it was read later.
        at_once: how many pages are fetched at a time; memory does not grow with their number.
    """
    scan, page, part = 0, -1, 0
    while True:
        rows = store.rows(_PAGES, scan, page, part, json.dumps(list(mended)), at_once)
        if not rows:
            return
        yield from _with_readings(store, rows)
        scan, page, part = (rows[-1][name] for name in ("scan", "page", "part"))


_CODE = ("instrument", "edition", "round", "page", "number", "batch", "layout")

_PAGES = f"""
SELECT pages.*, scans.name AS file
FROM pages JOIN scans ON scans.id = pages.scan
WHERE (pages.scan, pages.page, pages.part) > (?, ?, ?)
  AND pages.id = (SELECT max(id) FROM pages AS p
                  WHERE (p.scan, p.page, p.part) = (pages.scan, pages.page, pages.part))
  AND NOT (
    pages.page = 0 AND pages.reason IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM pages AS p
                WHERE p.scan = pages.scan AND p.page > 0 AND p.id > pages.id)
  )
  AND NOT {PAGE_WITHDRAWN}
ORDER BY pages.scan, pages.page, pages.part
LIMIT ?
"""  # noqa: S608 a constant


def _with_readings(store: Store, rows: Sequence[sqlite3.Row]) -> Iterator[ReadPage]:
    ids = json.dumps([row["id"] for row in rows])
    readings: dict[int, dict[str, Reading]] = {row["id"]: {} for row in rows}
    written: dict[int, dict[str, bool]] = {row["id"]: {} for row in rows}
    dots: dict[int, list[SeenDot]] = {row["id"]: [] for row in rows}
    odd: dict[int, list[OddSpot]] = {row["id"]: [] for row in rows}
    chosen = "WHERE page IN (SELECT value FROM json_each(?)) ORDER BY id"
    try:
        for row in store.rows(f"SELECT * FROM readings {chosen}", ids):  # noqa: S608 a constant
            readings[row["page"]][row["question"]] = _reading(row)
        for row in store.rows(f"SELECT * FROM fields {chosen}", ids):  # noqa: S608 a constant
            written[row["page"]][row["name"]] = bool(row["written"])
        for row in store.rows(f"SELECT * FROM dots {chosen}", ids):  # noqa: S608 a constant
            dots[row["page"]].append(_dot(row))
        for row in store.rows(f"SELECT * FROM odd_spots {chosen}", ids):  # noqa: S608 a constant
            odd[row["page"]].append(_odd_spot(row))
        pages = [
            _page(
                row,
                readings[row["id"]],
                written[row["id"]],
                tuple(dots[row["id"]]),
                tuple(odd[row["id"]]),
            )
            for row in rows
        ]
    except ValueError as error:
        raise SessionError("session.unknown", folder=store.folder, said=str(error)) from None
    yield from pages


def _reading(row: sqlite3.Row) -> Reading:
    return Reading(
        option=row["option"],
        withdrawn=tuple(json.loads(row["withdrawn"])),
        doubt=None if row["doubt"] is None else Doubt(row["doubt"]),
        confidence=row["confidence"],
    )


def _dot(row: sqlite3.Row) -> SeenDot:
    return SeenDot(
        kind=DotKind(row["kind"]),
        colour=row["colour"],
        place=Place(row["x_mm"], row["y_mm"]),
        size_mm=row["size_mm"],
        vertical=row["vertical"],
        horizontal=row["horizontal"],
        off=row["off"],
        doubts=tuple(DotDoubt(doubt) for doubt in json.loads(row["doubts"])),
    )


def _odd_spot(row: sqlite3.Row) -> OddSpot:
    return OddSpot(
        OddKind(row["kind"]), Place(row["x_mm"], row["y_mm"]), row["wide_mm"], row["high_mm"]
    )


def _page(
    row: sqlite3.Row,
    readings: dict[str, Reading],
    written: dict[str, bool],
    dots: tuple[SeenDot, ...],
    odd: tuple[OddSpot, ...],
) -> ReadPage:
    code: dict[str, Any] = {name: row[f"code_{name}"] for name in _CODE}
    return ReadPage(
        ref=PageRef(row["file"], row["page"], row["part"]),
        status=PageStatus(row["status"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        detail=row["detail"],
        notes=tuple(Note(note) for note in json.loads(row["notes"])),
        code=None if row["code_batch"] is None else SheetCode(**code),
        instrument=row["instrument"],
        round=row["round"],
        rotation=row["rotation"],
        residual_mm=row["residual_mm"],
        mm_to_px=None if row["mm_to_px"] is None else tuple(json.loads(row["mm_to_px"])),
        size_px=None if row["width_px"] is None else (row["width_px"], row["height_px"]),
        readings=readings,
        written=written,
        dots=dots,
        odd=odd,
    )


def _as_transcript(row: sqlite3.Row) -> Transcript:
    return Transcript(
        ref=PageRef(row["file"], row["number"], row["part"]),
        field=row["field"],
        engine=row["engine"],
        text=row["text"],
        proposal=row["proposal"],
        confidence=row["confidence"],
        letters=row["letters"],
        place=Rect(row["x_mm"], row["y_mm"], row["width_mm"], row["height_mm"]),
    )
