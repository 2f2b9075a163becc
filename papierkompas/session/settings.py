"""How a session is shown; no answer depends on it.

In:  a key and a value as JSON; whether names stay inside.
Out: what was last kept under a key.
"""

from __future__ import annotations

from papierkompas.session.store import Store, now, storable

NAMES = "names"  # the key of the one choice that what leaves the session depends on
LEFT_OUT, SHOWN = "false", "true"
PRINTER = "printer"  # the key of what the school's printer prints in
BLACK, COLOUR = '"black"', '"colour"'

TABLES = (
    """CREATE TABLE settings (  -- how the web page shows things; the last row of a key counts
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        value TEXT NOT NULL,  -- JSON
        made TEXT NOT NULL
    ) STRICT""",
)


class Settings:
    """How a session is shown."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str) -> str | None:
        """Return what was last kept under a key, as JSON."""
        row = self._store.row(
            "SELECT value FROM settings WHERE key = ? ORDER BY id DESC LIMIT 1", key
        )
        return None if row is None else str(row["value"])

    def keep(self, key: str, value: str) -> None:
        """Keep how something is shown."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO settings (key, value, made) VALUES (?, ?, ?)",
                (key, storable(value), now()),
            )

    @property
    def without_names(self) -> bool:
        """Whether no name leaves the session: not in a file, and not on a wall."""
        return self.get(NAMES) == LEFT_OUT

    @property
    def prints_black(self) -> bool:
        """Whether the printer of the school is said to be black and white."""
        return self.get(PRINTER) == BLACK

    def print_black(self, is_black: bool) -> None:
        """Keep what the printer of the school prints in."""
        if is_black != self.prints_black:
            self.keep(PRINTER, BLACK if is_black else COLOUR)

    def leave_out_names(self, leave_out: bool) -> None:
        """Keep names inside the session from now on, or let them out again."""
        if leave_out != self.without_names:
            self.keep(NAMES, LEFT_OUT if leave_out else SHOWN)
