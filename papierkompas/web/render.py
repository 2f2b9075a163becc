"""Make pages out of templates, and hand out our own files by their exact names.

In:  the name of a template and its values; the name of a file.
Out: HTML in which everything that people wrote is escaped; the bytes of the file and their kind.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.what_changed import tells_all
from papierkompas.web.texts import said, text


def render(template: str, **values: Any) -> str:
    """Fill in a template."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("papierkompas.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["t"] = text
    made.globals["said"] = said
    made.globals["tells_all"] = tells_all
    made.filters["dutch"] = in_dutch
    made.filters["signed"] = _signed
    return made


def _signed(value: float) -> str:
    """Write a mean with its sign, in Dutch; nothing is less than nothing.

    >>> _signed(0.75), _signed(-0.04)
    ('+0,8', '0,0')
    """
    rounded = round(value, 1)
    return (f"{rounded:+.1f}" if rounded else "0.0").replace(".", ",")


@cache
def static_file(name: str) -> tuple[bytes, str] | None:
    """Return one of our own files by its exact name."""
    fonts = {"noto-sans.ttf": "notos", "noto-sans-bold.ttf": "notosbo"}
    if name in fonts:
        import pymupdf_fonts

        return bytes(pymupdf_fonts.myfont(fonts[name])), "font/ttf"
    kinds = {
        "style.css": "text/css",
        "page.js": "text/javascript",
        "phone.js": "text/javascript",
        "icon.svg": "image/svg+xml",
    }
    if name not in kinds:
        return None
    place = resources.files("papierkompas.web") / "static" / name
    return place.read_bytes(), kinds[name]
