"""A session inside a zip: put it in, and take it out again.

In:  an open session, and a zip that is being written; or a zip that anybody may have made.
Out: the zip with the session in it; or the same session in a folder, to the last correction.

The database lies in the zip as it was at one moment. A scan is known there by the hash of its
bytes, which the database names: no name out of a zip ever becomes a path here. What a stranger
put into the database (views, triggers, paths of their own) is found before it is used.
"""

from __future__ import annotations

import re
import sqlite3
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import RawIOBase
from pathlib import Path
from typing import IO

from forms.errors import SessionError
from forms.instrument import files_beside
from papierkompas.file_names import plain_file_name
from papierkompas.session.folder import DATABASE, QUESTIONNAIRES, SCANS
from papierkompas.session.kept_files import copied, give_place
from papierkompas.session.rights import make_folder
from papierkompas.session.schema import STEPS
from papierkompas.session.session import Session

INSIDE = "sessie"  # the folder in the zip
NOT_COUNTED = "telt-niet-mee"  # among the scans in the zip: those that were taken away
BEING_OPENED = ".being-opened-"  # how folders are called in which a zip is unpacked
CHUNK = 1 << 20

# What a zip may be. A session of 300 quickscans in colour has 1,500 pages in some dozens of files.
MOST_FILES = 5_000
MOST_LISTED_BYTES = 4_000_000  # of the list of files at its end, which is read at once
MOST_BYTES = 4_000_000_000  # of all that comes out of it
MOST_OF_DATABASE = 1_000_000_000

_END, _END_BYTES, _LONGEST_NOTE = b"PK\x05\x06", 22, 0xFFFF  # APPNOTE 4.3.16
_SCAN = re.compile(r"scans/([0-9a-f]{64})\.[a-z0-9]{1,5}")
_QUESTIONNAIRE = re.compile(r"instruments/[-\w.]+-\d+-([0-9a-f]{12})\.toml")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)", re.IGNORECASE)


# Put it in --------------------------------------------------------------------------------------


def put_session(zipped: zipfile.ZipFile, session: Session) -> None:
    """Put a session with all its scans into a zip: the database first, as it is now."""
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / DATABASE
        session.copy_database(database)
        _put(zipped, database, f"{INSIDE}/{DATABASE}")
    for own in sorted((session.folder / QUESTIONNAIRES).glob("*.toml")):
        _put(zipped, own, f"{INSIDE}/{QUESTIONNAIRES}/{own.name}")
    out = session.withdrawals.files()
    for scan in session.scans.all():
        # the name is ours already, unlike every other; what Windows or a zip refuses goes out
        plain = plain_file_name(scan.name)
        place = f"{SCANS}/{NOT_COUNTED}" if scan.name in out else SCANS
        _put(zipped, scan.path, f"{place}/{scan.id:03d}-{plain}")


def _put(zipped: zipfile.ZipFile, source: Path, name: str) -> None:
    with source.open("rb") as file, zipped.open(name, "w", force_zip64=True) as inside:
        while chunk := file.read(CHUNK):
            inside.write(chunk)


# Take it out ------------------------------------------------------------------------------------


def take_session(path: Path, name: str, folder: Path) -> None:
    """Take the session out of a zip into an empty folder.

    Args:
        path: where the zip lies.
        name: what it is called for people.
        folder: an empty one.

    Raises:
        SessionError: there is none in it, it is not whole, or it is not to be trusted.
    """
    try:
        with path.open("rb") as file:
            _look_at_list(file, name)
            with zipfile.ZipFile(file) as zipped:
                _Taking(name, zipped).into(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SessionError("zip.damaged", file=name) from error


def _look_at_list(file: IO[bytes], name: str) -> None:
    """Refuse a zip whose list of files is too long to be read at once."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_NOTE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise SessionError("zip.none", file=name)
    (listed,) = struct.unpack_from("<I", tail, at + 12)
    # all ones: the real length stands in a record before it (4.4.1.4), as in a zip of over 4 GB
    if listed > MOST_LISTED_BYTES:
        raise SessionError("zip.too_large", file=name)
    file.seek(0)


class _Taking:
    """Takes a session out of one zip, and counts the bytes that come out."""

    def __init__(self, name: str, zipped: zipfile.ZipFile) -> None:
        self._file = name
        self._zipped = zipped
        self._left = MOST_BYTES
        self._members = self._looked_at()

    def into(self, folder: Path) -> None:
        """Take out the database, look through it, and then what it names."""
        name = f"{INSIDE}/{DATABASE}"
        if name not in self._members:
            raise self._refusal("zip.no_session")
        database = folder / DATABASE
        with self._open(name, MOST_OF_DATABASE) as source, database.open("xb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
        scans, own = self._kept(database)
        self._take_questionnaires(folder, own)
        for member in [m for m in self._members if m.startswith(f"{SCANS}/")]:
            with self._open(member) as source, copied(source, folder, SCANS) as copy:
                if kept := scans.pop(copy.sha256, None):
                    give_place(copy, folder / kept)
        if scans:
            raise self._refusal("zip.not_whole", count=len(scans))

    def _looked_at(self) -> dict[str, zipfile.ZipInfo]:
        """List the files, after a look at what they are and what they are called."""
        found = self._zipped.infolist()
        if len(found) > MOST_FILES or sum(one.file_size for one in found) > MOST_BYTES:
            raise self._refusal("zip.too_large")
        members: dict[str, zipfile.ZipInfo] = {}
        for one in found:
            if not _is_harmless(one) or one.filename in members:
                raise self._refusal("zip.foreign", name=one.filename[:80])
            if not one.is_dir():
                members[one.filename] = one
        return members

    @contextmanager
    def _open(self, name: str, most: int = MOST_BYTES) -> Iterator[IO[bytes]]:
        with self._zipped.open(self._members[name]) as inside:
            counted = _Counted(inside, min(most, self._left), self._refusal("zip.too_large"))
            yield counted  # type: ignore[misc]  # it reads, and that is all that is asked
            self._left -= counted.taken

    def _kept(self, database: Path) -> tuple[dict[str, str], dict[str, str]]:
        """Look through the database; return which scans and questionnaires it names, by hash."""
        try:
            with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
                db.execute("PRAGMA trusted_schema = OFF")
                db.execute("PRAGMA cell_size_check = ON")
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version > len(STEPS):
                    newest = len(STEPS)
                    raise self._refusal("zip.newer", version=version, newest=newest)
                if _tables_in(db) != _tables_of(version):
                    raise self._refusal("zip.damaged")
                if db.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise self._refusal("zip.damaged")
                rows = [
                    dict(db.execute(f"SELECT sha256, kept FROM {table}").fetchall())  # noqa: S608 ours
                    for table in ("scans", "instruments")
                ]
        except sqlite3.Error as error:
            raise self._refusal("zip.damaged") from error
        for ours, kept in zip((_SCAN, _QUESTIONNAIRE), rows, strict=True):
            for sha256, place in kept.items():
                found = ours.fullmatch(place)
                if not found or not sha256.startswith(found[1]):
                    raise self._refusal("zip.damaged")
        return rows[0], rows[1]

    def _take_questionnaires(self, folder: Path, own: dict[str, str]) -> None:
        for sha256, kept in own.items():
            place = folder / kept
            if f"{INSIDE}/{kept}" not in self._members:
                raise self._refusal("zip.not_whole", count=1)
            for path in (place, *files_beside(place).values()):
                member = f"{INSIDE}/{QUESTIONNAIRES}/{path.name}"
                if member in self._members:
                    with (
                        self._open(member) as source,
                        copied(source, folder, QUESTIONNAIRES) as copy,
                    ):
                        if path == place and copy.sha256 != sha256:
                            raise self._refusal("zip.damaged")
                        give_place(copy, path)

    def _refusal(self, key: str, **values: object) -> SessionError:
        return SessionError(key, file=self._file, **values)


class _Counted(RawIOBase):
    """Reads on until too much came out: what a zip says of its own sizes need not be true."""

    def __init__(self, inside: IO[bytes], most: int, refusal: SessionError) -> None:
        self._inside = inside
        self._most = most
        self._refusal = refusal
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._inside.read(CHUNK if size < 0 else size)
        self.taken += len(chunk)
        if self.taken > self._most:
            raise self._refusal
        return chunk


def _is_harmless(one: zipfile.ZipInfo) -> bool:
    """Say whether a file in a zip is a plain file of which no part of the name does anything."""
    mode = one.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR) or one.flag_bits & 0x1:  # a link
        return False
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return False
    name = one.filename.removesuffix("/")
    if "\\" in name or ":" in name or not name.isprintable():
        return False
    return all(
        part not in ("", ".", "..") and not _DEVICE.match(part.strip()) for part in name.split("/")
    )


def _tables_of(version: int) -> set[tuple[str, str]]:
    """Return the tables that a version has, as our own steps make them."""
    with closing(sqlite3.connect(":memory:")) as db:
        for step in STEPS[: max(0, version)]:
            for statement in step:
                db.execute(statement)
        return _tables_in(db)


def _tables_in(db: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return what a database is made of: tables and indexes, and anything else that is in it."""
    rows = db.execute("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master")
    return {(what, " ".join(re.sub(r"--[^\n]*", "", sql).split())) for what, sql in rows}


def staging_in(parent: Path) -> Path:
    """Make a folder beside where a session is to be, that no list of sessions shows."""
    make_folder(parent)
    return Path(tempfile.mkdtemp(prefix=BEING_OPENED, dir=parent))
