"""The program that draws a page of a PDF with PDFium, for `omr.intake.drawing`.

In:  on standard input a line of JSON, and after it the PDF where no path was given.
Out: on standard output a line "height width bytes-a-row channels", and the rows, blue first.

It is a program of its own because PDFium can end the process that it runs in.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

LOCKED = 4  # the exit code where the password is not the right one
_LOCKED_SAYS = "assword"


def main() -> int:
    """Draw one page."""
    import pypdfium2

    asked = json.loads(sys.stdin.buffer.readline())
    # Opened here: PDFium takes no name that is not UTF-8.
    data = Path(asked["path"]).open("rb") if asked["path"] else sys.stdin.buffer.read()  # noqa: SIM115 until the program ends
    try:
        pdf = pypdfium2.PdfDocument(data, password=asked["password"])
    except pypdfium2.PdfiumError as error:
        return LOCKED if _LOCKED_SAYS in str(error) else 1
    with closing(pdf):
        if pdf.get_formtype():
            pdf.init_forms()
        with closing(pdf[asked["page"] - 1]) as page:
            page.set_cropbox(*page.get_mediabox())  # as poppler: nothing outside is left out
        with closing(pdf[asked["page"] - 1]) as page:
            width, height = page.get_size()
            left, top, wide, high = asked["part"]
            right, bottom = 1 - left - wide, 1 - top - high
            cut = (left * width, bottom * height, right * width, top * height)
            scale = min(asked["scale"] or float("inf"), asked["long_px"] / max(width, height))
            drawn = page.render(scale=scale, crop=cut, draw_annots=True)
            out = sys.stdout.buffer
            out.write(f"{drawn.height} {drawn.width} {drawn.stride} {drawn.n_channels}\n".encode())
            out.write(bytes(drawn.buffer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
