"""Which tables a session has, version by version.

In:  the tables of each part of a session.
Out: what to do for each version, oldest first. A new database gets them all, an older one those
     that came after it; tables stay, and rows are never changed.

A change of the tables is a new step at the end, never a change of an older one. So is a new word
in a closed set that is stored (`Reason`, `Doubt`, `PageStatus`, ...): an older program cannot read
it. Such a step is empty.
"""

from __future__ import annotations

from papierkompas.session import (
    corrections,
    given_out,
    map_changes,
    pages,
    people,
    questionnaires,
    refused,
    scans,
    settings,
    withdrawals,
)

_SESSION = (
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        team TEXT NOT NULL,
        date TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT""",
)

STEPS: tuple[tuple[str, ...], ...] = (
    (
        *_SESSION,
        *people.TABLES,
        *questionnaires.TABLES,
        *given_out.TABLES,
        *scans.TABLES,
        *pages.TABLES,
        *corrections.TABLES,
    ),
    pages.TRANSCRIPTS,
    settings.TABLES,
    pages.DOTS,
    pages.NOTES,
    (*pages.PARTS, *corrections.PARTS),
    pages.AXES,
    (),  # reasons: how a picture is packed, what takes too long
    (*refused.TABLES, *withdrawals.TABLES),  # and a reason: withdrawn
    (),  # reasons: what is skipped in the watched folder
    (),  # notes: what the trial sheet says of the copier
    (  # and what a correction may be about: typed in, asked later
        *people.CHANGES,
        *given_out.PRINTS,
        """CREATE TABLE about (  -- what the session is called from then on; the last row counts
            id INTEGER PRIMARY KEY,
            team TEXT NOT NULL,
            date TEXT NOT NULL,
            who TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT""",
    ),
    (),  # a doubt and a note: the file is damaged
    (*pages.ODD_SPOTS, *map_changes.TABLES),  # and a doubt about a dot: white
    (),  # doubts: no square boxes, too coarse
    map_changes.ROUNDS,
)

VERSION = len(STEPS)
