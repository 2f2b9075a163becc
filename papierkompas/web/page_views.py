"""Pictures of pages and parts of them, for a person to look at.

In:  a session, a page that was read, a rectangle in mm.
Out: JPEG or PNG bytes that we made ourselves: an upload is never sent back as it came.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import cv2

from forms.layout import Layout, Rect
from omr.geometry import Image, cut_out
from omr.many.bounded import run
from omr.page import ReadPage
from papierkompas.acts.page_picture import (
    PagePicture,
    flat_colour,
    page_picture,
    source_in,
    sources_in,
)
from papierkompas.session.session import Session
from papierkompas.web.passwords import passwords_in

KEPT = 12  # decoded pages; 4 MB each at 200 dpi
MOST_KEPT_PIXELS = 20_000_000
PAGE_LONG_PX = 1400
THUMB_LONG_PX = 420
MARK_BGR = (0, 65, 194)  # the orange of the style sheet


class _Decoded:
    """The last few pages that were looked at; a person goes from row to row on one page."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], PagePicture] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, page: ReadPage) -> PagePicture:
        scan = session.scans.of(page.ref)
        key = (str(scan.path), page.ref.page)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        fetched = page_picture(page, scan.path, passwords_in(session.folder))
        with self._lock:
            if fetched.image.size <= MOST_KEPT_PIXELS:
                self._kept[key] = fetched
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return fetched

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


_decoded = _Decoded()


def forget_pictures() -> None:
    """Let go of every picture, when a session is deleted."""
    _decoded.forget()


def part(session: Session, page: ReadPage, rect: Rect, px_per_mm: float) -> bytes:
    """Cut a part of a sheet out, upright and flat."""
    fetched = _decoded.get(session, page)
    if fetched.mm_to_px is None:
        raise ValueError("the page must be registered, got none")
    place = (rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
    return _jpeg(cut_out(fetched.image, fetched.mm_to_px, *place, px_per_mm))


def map_part(session: Session, page: ReadPage, rect: Rect, px_per_mm: float) -> bytes:
    """Cut a part of a large sheet out of its photo, upright, flat and in colour."""
    scan = session.scans.of(page.ref)
    sources = sources_in(scan.path, page.ref.file, passwords_in(session.folder))
    source = source_in(sources, page.ref)
    place = (rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
    return _jpeg(run(flat_colour, source, page.mm_to_px, page.size_px, place, px_per_mm))


def whole(
    session: Session,
    page: ReadPage,
    layout: Layout | None = None,
    mark: Rect | None = None,
    long_px: int = PAGE_LONG_PX,
) -> bytes:
    """Show a whole page, upright where that is known, with a frame round a row."""
    fetched = _decoded.get(session, page)
    if fetched.mm_to_px is None or layout is None:
        return _jpeg(_smaller(fetched.image, long_px))
    paper = layout.paper
    scale = long_px / max(paper.width_mm, paper.height_mm)
    size = (paper.width_mm, paper.height_mm)
    flat: Any = cut_out(fetched.image, fetched.mm_to_px, 0, 0, *size, scale)
    if mark is not None:
        flat = cv2.cvtColor(flat, cv2.COLOR_GRAY2BGR)
        near = (round(mark.x_mm * scale), round(mark.y_mm * scale))
        far = (
            round((mark.x_mm + mark.width_mm) * scale),
            round((mark.y_mm + mark.height_mm) * scale),
        )
        cv2.rectangle(flat, near, far, MARK_BGR, 4)
    return _jpeg(flat)


def _smaller(image: Image, long_px: int) -> Image:
    factor = max(image.shape) / long_px
    if factor <= 1:
        return image
    size = (max(1, round(image.shape[1] / factor)), max(1, round(image.shape[0] / factor)))
    made: Any = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    small: Image = made
    return small


def _jpeg(image: Any) -> bytes:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 82])
    if not done:
        raise ValueError("the picture must be encoded, but was not")
    return bytes(data)
