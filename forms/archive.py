"""What makes a PDF one that an archive keeps and a screen reader names: PDF/A-2b.

In:  what a document is called, and by what it was made.
Out: its description in XMP, and the profile that says what its colours look like.
"""

from __future__ import annotations

import struct
from functools import cache
from xml.sax.saxutils import escape

LANGUAGE = "nl-NL"
ANY_DATE = "2000-01-01T00:00:00+00:00"  # the same drawing gives the same bytes

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{maker}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{maker}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def description(title: str, maker: str, producer: str) -> bytes:
    """Write what a document is, as an archive reads it."""
    values = {"title": title, "maker": maker, "producer": producer}
    said = {name: escape(value) for name, value in values.items()}
    return _XMP.format(**said, language=LANGUAGE, date=ANY_DATE).encode()


# The colours of sRGB as ICC writes them: XYZ of white and of the three inks under D50, and a
# curve of one power.
_WHITE = (0.9642, 1.0, 0.8249)
_INKS = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_GAMMA = 2.2
_NAME = b"sRGB"
_FRACTION = 65536  # of a number in a profile
_CURVE_FRACTION = 256
_HEADER, _ENTRY, _WHOLE = 128, 12, 4


@cache
def colour_profile() -> bytes:
    """Build the profile of the colours on screen, so that they look the same in twenty years."""
    curve = struct.pack(">4sIIHH", b"curv", 0, 1, round(_GAMMA * _CURVE_FRACTION), 0)
    named = struct.pack(f">4sII{len(_NAME) + 1}s", b"desc", 0, len(_NAME) + 1, _NAME)
    tags = {
        b"desc": named + bytes(4 + 4 + 2 + 1 + 67),  # no name in other alphabets
        b"cprt": b"text\0\0\0\0public domain\0",
        b"wtpt": _xyz(_WHITE),
        **{key: _xyz(ink) for key, ink in _INKS.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at = _HEADER + 4 + _ENTRY * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for key, tag in tags.items():
        table += struct.pack(">4sII", key, at + len(data), len(tag))
        data += tag + bytes(-len(tag) % _WHOLE)
    header = struct.pack(
        ">I4sI4s4s4s6H4sI4sIIQI12s4s44x",
        _HEADER + len(table) + len(data), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        2000, 1, 1, 0, 0, 0, b"acsp", 0, b"\0\0\0\0", 0, 0, 0, 0, _xyz(_WHITE)[8:], b"\0\0\0\0",
    )  # fmt: skip
    return header + table + data


def _xyz(numbers: tuple[float, float, float]) -> bytes:
    fixed = (round(number * _FRACTION) for number in numbers)
    return struct.pack(">4sIiii", b"XYZ ", 0, *fixed)
