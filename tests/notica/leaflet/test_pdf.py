"""A leaflet on paper: two sides of a landscape A4, complete, the same each time."""

import io
from datetime import time
from typing import Any

import pytest
from django.utils.translation import override
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4

from notica.leaflet import pdf
from notica.leaflet.panels import Panel
from notica.leaflet.pdf import _flowables, _runs, draw, inside
from plumier.accounts.sheets import register_fonts
from plumier.models import School
from tests.notica.leaflet.schools import of, rules, with_bot

LONG = "Instituto de Educación Secundaria Obligatoria y Bachillerato Nuestra Señora de los Desamparados de Arriba"


def closed(text: str) -> str:
    """Without its spaces: a long word is broken where the line ends."""
    return "".join(text.split())


def texts(school: School) -> list[str]:
    reader = PdfReader(io.BytesIO(draw(of(school))))
    return [closed(page.extract_text()) for page in reader.pages]


@pytest.fixture
def whole(school: School) -> School:
    """Everything that can be said is said."""
    with_bot(handle="a" * 32)
    rules(
        school,
        registration_required=True,
        quiet_from=time(22),
        quiet_until=time(6),
        tokapp_own_account=True,
        tokapp_code="RIBERA",
        school_phone="968 12 34 56",
        school_email="secretaria.del.centro@ribera-de-los-molinos.example",
        tokapp_url=f"https://tokapp.example/{'ayuda/' * 20}",
        tokapp_phone="+34 886 00 00 00",
        support_name="CLIP",
        support_url="https://soporte.example",
    )
    return school


def test_sheet_is_a_landscape_a4_of_two_sides(school: School) -> None:
    reader = PdfReader(io.BytesIO(draw(of(school))))
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages] == [
        (round(A4[1]), round(A4[0]))
    ] * 2
    assert reader.metadata is not None
    assert reader.metadata.title == "Los avisos del centro, en su móvil · IES Ribera de los Molinos"


def test_both_sides_say_everything(whole: School) -> None:
    outside, within = texts(whole)
    found = of(whole)
    said = [found.school, found.cover.title, *found.nothing.steps, *found.ask.notes]
    assert [one for one in said if closed(one) not in outside] == []
    assert [step for panel in inside(found.ways) for step in panel.steps if closed(step) not in within] == []


def test_same_leaflet_makes_the_same_bytes(whole: School) -> None:
    assert draw(of(whole)) == draw(of(whole))


def test_codes_can_be_touched(whole: School) -> None:
    reader = PdfReader(io.BytesIO(draw(of(whole))))
    links: list[Any] = [note.get_object()["/A"]["/URI"] for page in reader.pages for note in page["/Annots"]]
    assert sorted(links) == sorted(
        [
            f"https://plumier.example/folleto/{whole.code}/",
            f"https://t.me/{'a' * 32}",
            "https://www.tokappschool.com/",
            "https://plumier.example/entrar/",
        ]
    )


@pytest.mark.parametrize("language", ["es", "vi", "en"])
def test_nothing_runs_over_the_foot(whole: School, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    School.objects.update(name=LONG)
    lowest: list[float] = []
    stack = pdf._stack

    def watched(canvas: Any, flowables: Any, left: float, top: float, wide: float = pdf.INNER) -> None:
        needed = sum(one.wrap(wide, pdf.HEIGHT)[1] + one.getSpaceAfter() for one in flowables)
        lowest.append(top - needed)
        stack(canvas, flowables, left, top, wide)

    monkeypatch.setattr(pdf, "_stack", watched)
    with override(language):
        draw(of(School.objects.get()))
    assert min(lowest) >= 0


def test_letters_shrink_until_it_fits() -> None:
    register_fonts()
    panel = Panel("x", "Título", steps=("palabra " * 40,) * 6)
    fitted = pdf._fitting(lambda size: list(_flowables(panel, size)), 400)
    assert pdf._height(fitted) <= 400
    assert pdf._height(list(_flowables(panel, pdf.LARGEST))) > 400


def test_three_ways_stand_inside_the_ones_to_set_up_first() -> None:
    ways = [Panel(key, key) for key in ("telegram", "tokapp", "email", "sms", "mirador")]
    assert [panel.key for panel in inside(ways)] == ["telegram", "tokapp", "mirador"]
    assert [panel.key for panel in inside(ways[2:])] == ["email", "sms", "mirador"]
    assert [panel.key for panel in inside(ways[4:])] == ["mirador"]


def test_runs_of_dark_modules_are_found() -> None:
    assert list(_runs([True, True, False, True])) == [(0, 2), (3, 1)]
    assert list(_runs([False])) == []


def test_marks_in_names_are_text(school: School) -> None:
    School.objects.update(name="IES <b>A & B</b>")
    assert "IES<b>A&B</b>" in texts(School.objects.get())[0]
