"""How the web page shows things; no answer depends on it.

In:  a key and a value as JSON.
Out: what was last kept under a key.
"""

from __future__ import annotations

from papierkompas.session.store import Store, now, storable

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
