"""Every paper is a file that an archive keeps: PDF/A-2b, by its rules one by one."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest

from forms.archive import LANGUAGE, colour_profile
from papierkompas.outcome import drawers
from papierkompas.outcome.as_html import write_html
from papierkompas.outcome.everything import papers
from papierkompas.outcome.material import Material
from papierkompas.session.session import Session
from tests.papierkompas.outcome.test_printables import full_session

NAMES = ("Sam Voorbeeld", "Noor Proef", "محمد الاختبار", "Zoë Toets")
NEVER = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/AA", "/OpenAction", "/LZWDecode")


def breaches(data: bytes) -> list[str]:
    """Name the rules of ISO 19005-2 that a file breaks, and what a reader of ours expects."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        if pdf.is_encrypted or "/ID" not in pdf.trailer:
            found.append("6.1.3: no identifier, or locked")
        if "/Metadata" not in root:
            return [*found, "6.6.2: no description"]
        with pdf.open_metadata() as about:
            if (about.get("pdfaid:part"), about.get("pdfaid:conformance")) != ("2", "B"):
                found.append("6.6.4: does not say what it is")
            if about.get("dc:title") != str(pdf.docinfo.Title):
                found.append("6.6.3: two titles")
        intents = [one for one in root.get("/OutputIntents", []) if one.S == "/GTS_PDFA1"]
        if len(intents) != 1 or intents[0].DestOutputProfile.read_bytes() != colour_profile():
            found.append("6.2.3: colours without a profile")
        for one in pdf.objects:
            if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                continue
            if one.get("/Type") == "/Font" and one.get("/Subtype") != "/Type0":
                descriptor = one.get("/FontDescriptor", pikepdf.Dictionary())
                if "/FontFile2" not in descriptor:
                    found.append(f"6.2.11.4: {one.get('/BaseFont')} is not in the file")
                if "/ToUnicode" not in one:
                    found.append(f"{one.get('/BaseFont')} cannot be searched")
                if int(descriptor.get("/Flags", 0)) & 4 and "/Encoding" in one:
                    found.append("6.2.11.6: a symbolic font with an encoding")
            if one.get("/Subtype") == "/Image" and one.get("/Interpolate", False):
                found.append("6.2.8: a picture that is smoothed")
            if one.get("/Subtype") == "/PS" or "/PS" in one:
                found.append("6.2.9: PostScript")
            found += [f"forbidden: {key}" for key in NEVER if key in one]
        preferences = root.get("/ViewerPreferences", pikepdf.Dictionary())
        if not preferences.get("/DisplayDocTitle", False):
            found.append("the window is called after the file")
        if str(root.get("/Lang", "")) != LANGUAGE:
            found.append("no language")
        with pdf.open_outline() as outline:
            if not outline.root:
                found.append("no outline")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_session(tmp_path_factory.mktemp("archive"), NAMES, "Team <Zorg> & Co")


def test_every_paper_is_kept_by_an_archive(folder: Path) -> None:
    """Fonts and colours travel along, and it says what it is."""
    found: dict[str, list[str]] = {}
    with Session.open(folder) as session:
        material = Material(session=session)
        for which, name, choices in papers(material):
            memory = io.BytesIO()
            drawers.draw(which, material, choices, memory)
            if broken := breaches(memory.getvalue()):
                found[name] = broken

    assert found == {}


def test_the_rules_see_what_breaks_them() -> None:
    """A plain PDF of the same library breaks at least four of them."""
    from reportlab.pdfgen.canvas import Canvas

    memory = io.BytesIO()
    canvas = Canvas(memory)
    canvas.drawString(10, 10, "Helvetica")
    canvas.save()

    assert breaches(memory.getvalue()) == ["6.6.2: no description"]


def test_results_have_a_twin_that_is_read_aloud_well(folder: Path) -> None:
    """A heading for each table, heads for columns and rows, a language; and nothing is markup."""
    memory = io.BytesIO()
    with Session.open(folder) as session:
        write_html(memory, Material(session=session).results)
    page = memory.getvalue().decode()

    assert '<html lang="nl">' in page
    assert "Team &lt;Zorg&gt; &amp; Co" in page
    assert "<Zorg>" not in page
    assert page.count("<table>") == page.count("<h2 ") >= 5
    assert page.count('scope="col"') >= page.count("<table>")
    for name in NAMES:
        assert name in page
    ids = re.findall(r'<h2 id="(\w+)"', page)
    assert ids == re.findall(r'href="#(\w+)"', page)
