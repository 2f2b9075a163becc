"""The picture of a page that was read, whoever asks for it and whatever lock is on its file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omr.intake.values import Unreadable
from omr.page import PageRef, ReadPage, Reason
from papierkompas.acts.page_picture import NotShown, locked_scans, page_picture
from papierkompas.acts.reading import read_files
from papierkompas.session.session import Session
from tests.papierkompas.web.pile import lock, make_session, scan_pile

WORD = "geheim"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team of three whose six sheets were scanned into one PDF, open and locked."""
    place = tmp_path_factory.mktemp("pictures")
    make_session(place / "sessie")
    open_file = scan_pile(place / "sessie", place / "open.pdf")
    lock(open_file, place / "slot.pdf", WORD)
    with Session.open(place / "sessie") as session:
        read_files([place / "slot.pdf"], session, workers=1, passwords=["mis", WORD])
    return place


def pages_of(folder: Path) -> list[ReadPage]:
    with Session.open(folder / "sessie") as session:
        return list(session.pages.all())


def test_a_locked_page_is_the_same_picture_with_its_password(folder: Path) -> None:
    """A copier that locks its mail must not cost anybody their handwriting."""
    page = pages_of(folder)[0]
    opened = page_picture(page, folder / "open.pdf")
    unlocked = page_picture(page, folder / "slot.pdf", ["mis", WORD])

    assert np.array_equal(opened.image, unlocked.image)
    assert opened.mm_to_px is not None
    assert unlocked.mm_to_px is not None
    assert np.array_equal(opened.mm_to_px, unlocked.mm_to_px)


@pytest.mark.parametrize("passwords", [(), ("mis",)])
def test_without_the_password_it_says_that_the_file_is_locked(
    passwords: tuple[str, ...], folder: Path
) -> None:
    with pytest.raises(Unreadable) as trouble:
        page_picture(pages_of(folder)[0], folder / "slot.pdf", passwords)

    assert trouble.value.reason is Reason.ENCRYPTED


def test_a_page_that_the_file_no_longer_has_is_said(folder: Path) -> None:
    """Somebody put another file under the same name."""
    page = replace(pages_of(folder)[0], ref=PageRef("open.pdf", 99))
    with pytest.raises(Unreadable):
        page_picture(page, folder / "open.pdf")


def test_threads_that_look_at_one_file_do_not_disturb_each_other(folder: Path) -> None:
    """The screens of the page and its reader share the PDF that is open."""
    pages = pages_of(folder)
    alone = [page_picture(page, folder / "slot.pdf", [WORD]).image for page in pages]
    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda page: page_picture(page, folder / "slot.pdf", [WORD]), pages * 6)
        )

    for number, found in enumerate(together):
        assert np.array_equal(found.image, alone[number % len(pages)])


def test_a_scan_that_the_command_unlocked_is_still_locked_for_the_page(folder: Path) -> None:
    """Whoever opens that session in the browser is asked for the word."""
    with Session.open(folder / "sessie") as session:
        assert [scan.name for scan in locked_scans(session)] == ["slot.pdf"]
        assert locked_scans(session, [WORD]) == ()


def test_what_is_missing_is_said_per_file_with_what_to_do() -> None:
    fields = [("a.pdf", Reason.ENCRYPTED), ("b.pdf", Reason.NOT_FOUND), ("a.pdf", Reason.ENCRYPTED)]
    locked, gone = NotShown.counted(fields)

    assert str(locked.message).startswith("a.pdf is locked, so the handwriting in 2 fields")
    assert "--password" in str(locked.message)
    assert locked.message.said("nl").startswith("a.pdf zit op slot.")
    assert str(gone.message).startswith("b.pdf can no longer be opened")
