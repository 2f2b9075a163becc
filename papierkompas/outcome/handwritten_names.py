"""Names as people wrote them themselves, for the map.

In:  a session whose scans are kept, and the sheets of somebody.
Out: the ink of the name, cut out of the scan; or why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.errors import SessionError
from forms.layout import Field
from forms.messages import Message
from forms.paper import Stamp
from omr.hand.crops import ink_mask, whole_crop
from omr.intake.values import Unreadable
from omr.page import ReadPage, Reason
from papierkompas.acts.page_picture import NotShown
from papierkompas.acts.printing import layout_of
from papierkompas.acts.transcribe import NAME, crop_png
from papierkompas.outcome.results import AnsweredSheet, Results
from papierkompas.session.session import Session


class NoInk(StrEnum):
    """Why no handwriting stands on the map for somebody."""

    BLANK = "blank"
    NO_SCAN = "no_scan"
    LOCKED = "locked"

    @property
    def message(self) -> Message:
        """Why, in words."""
        return Message(f"no_ink.{self.value}")


class Hands:
    """The handwritten names of a session, cut out when they are asked for.

    Attributes:
        without: who has no handwritten name, and why; not those whose name was printed.
        has_numbers: one of them is called by the number of the sheet.
    """

    def __init__(self, session: Session, results: Results, passwords: Sequence[str] = ()) -> None:
        self.without: dict[str, NoInk] = {}
        self._unseen: list[tuple[str, Reason]] = []
        self._passwords = passwords
        self.has_numbers = False
        self._session = session
        self._printed = {
            (given.batch, given.number)
            for given in session.given_out.sheets()
            if given.participant is not None
        }
        self._fields = {
            (compass.instrument.key, page.page): field
            for compass in results.compasses
            for page in layout_of(compass.instrument).pages
            for field in page.fields
            if field.name == NAME
        }

    @property
    def unseen(self) -> tuple[NotShown, ...]:
        """The scans that do not open, with the names that are missing for it."""
        return NotShown.counted(self._unseen)

    def ink_of(self, sheets: Iterable[AnsweredSheet]) -> Stamp | None:
        """Find the name on the sheets of one person: the first that can be cut out."""
        anonymous = [s for s in sheets if (s.sheet.batch, s.sheet.number) not in self._printed]
        if not anonymous:
            return None
        why = NoInk.BLANK
        for sheet in anonymous:
            found = self._cut(sheet)
            if isinstance(found, Stamp):
                return found
            if found is not NoInk.BLANK:
                why = found
        self.without[anonymous[0].label] = why
        self.has_numbers |= anonymous[0].name is None
        return None

    def _cut(self, sheet: AnsweredSheet) -> Stamp | NoInk:
        for number, page in sheet.sheet.pages.items():
            field = self._fields.get((sheet.sheet.instrument, number))
            if field is None or not page.written.get(NAME):
                continue
            try:
                mask = ink_mask(self._crop(page, field))
            except Unreadable as trouble:
                self._unseen.append((page.ref.file, trouble.reason))
                return NoInk.LOCKED if trouble.reason is Reason.ENCRYPTED else NoInk.NO_SCAN
            except (SessionError, ValueError):
                return NoInk.NO_SCAN
            if mask is not None:
                return stamp_of(mask)
        return NoInk.BLANK

    def _crop(self, page: ReadPage, field: Field) -> NDArray[np.uint8]:
        made = crop_png(self._session, page, field, passwords=self._passwords, cut=whole_crop)
        png = np.frombuffer(made, np.uint8)
        return np.asarray(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE), np.uint8)


def stamp_of(mask: NDArray[np.bool_]) -> Stamp:
    """Pack the pixels of a mask as they are printed."""
    high, wide = mask.shape
    return Stamp(wide, high, np.packbits(mask, axis=1).tobytes())
