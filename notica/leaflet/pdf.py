"""A leaflet on paper: both sides of one landscape A4 that is folded twice, three panels a side."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from notica.leaflet.codes import MARGIN as QUIET
from notica.leaflet.codes import modules
from notica.leaflet.panels import Code, Leaflet, Panel
from plumier.accounts.sheets import BOLD, REGULAR, register_fonts

WIDTH, HEIGHT = landscape(A4)
COLUMN: Final = WIDTH / 3
EDGE: Final = 10 * mm
BAND: Final = 48 * mm
RULE: Final = 4 * mm
CODE: Final = 38 * mm
INNER: Final = COLUMN - 2 * EDGE
WHITE, BRAND, INK, SOFT = HexColor("#ffffff"), HexColor("#0a5c63"), HexColor("#1a2530"), HexColor("#4b5865")
LARGEST, SMALLEST, STEP = 12.0, 5.5, 0.25  # points
INSIDE: Final = 3  # ways that stand inside; what else there is is told on the cover alone
_FIRST: Final = ("telegram", "tokapp", "mirador", "email", "sms")  # which ways stand inside


@dataclass(frozen=True, slots=True)
class _Styles:
    title: ParagraphStyle
    lead: ParagraphStyle
    body: ParagraphStyle
    step: ParagraphStyle
    note: ParagraphStyle


def draw(leaflet: Leaflet) -> bytes:
    """The PDF; the same leaflet always makes the same bytes."""
    register_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, lang=leaflet.language)
    canvas.setTitle(f"{leaflet.cover.title} · {leaflet.school}")
    canvas.setAuthor(leaflet.school)
    _draw_outside(canvas, leaflet)
    canvas.showPage()
    _draw_inside(canvas, inside(leaflet.ways))
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def inside(ways: Sequence[Panel]) -> list[Panel]:
    """The ways that stand inside, as they are read: those that need setting up come first."""
    chosen = sorted(ways, key=lambda panel: _FIRST.index(panel.key))[:INSIDE]
    return [panel for panel in ways if panel in chosen]


def _draw_outside(canvas: Canvas, leaflet: Leaflet) -> None:
    """Folded, the right third is the front, the middle one the back, and the left one is folded in."""
    _draw_side(canvas)
    _draw_panel(canvas, leaflet.nothing, 0, HEIGHT - EDGE - RULE)
    _draw_panel(canvas, leaflet.ask, COLUMN, HEIGHT - EDGE - RULE)
    left = 2 * COLUMN
    canvas.setFillColor(BRAND)
    canvas.rect(left, HEIGHT - BAND, COLUMN, BAND, stroke=0, fill=1)
    name = _fitting(
        lambda size: [_paragraph(leaflet.school, _style(size * 1.5, BOLD, WHITE))], BAND - 2 * EDGE
    )
    _stack(canvas, name, left + EDGE, HEIGHT - BAND + EDGE + _height(name))
    _draw_panel(canvas, leaflet.cover, left, HEIGHT - BAND - EDGE)


def _draw_inside(canvas: Canvas, panels: Sequence[Panel]) -> None:
    _draw_side(canvas)
    for number, panel in enumerate(panels):
        _draw_panel(canvas, panel, number * COLUMN, HEIGHT - EDGE - RULE)


def _draw_side(canvas: Canvas) -> None:
    """A rule along the top, and ticks at the edges of the paper where it is folded."""
    canvas.setFillColor(BRAND)
    canvas.rect(0, HEIGHT - RULE, WIDTH, RULE, stroke=0, fill=1)
    canvas.setStrokeColor(SOFT)
    canvas.setLineWidth(0.5)
    for place in (COLUMN, 2 * COLUMN):
        canvas.line(place, HEIGHT - RULE, place, HEIGHT - 2 * RULE)
        canvas.line(place, 0, place, RULE)


def _draw_panel(canvas: Canvas, panel: Panel, left: float, top: float) -> None:
    """Its text from the top, in the largest letters with which it fits; its code at the foot, with its words beside."""
    foot = EDGE if panel.code is None else EDGE + CODE
    text = _fitting(lambda size: list(_flowables(panel, size)), top - foot)
    _stack(canvas, text, left + EDGE, top)
    if panel.code is not None:
        _draw_code(canvas, panel.code, left + EDGE, EDGE)
        words = [_paragraph(panel.code.words, _style(10, BOLD, BRAND))]
        wide = INNER - CODE
        middle = EDGE + CODE / 2 + words[0].wrap(wide, HEIGHT)[1] / 2
        _stack(canvas, words, left + EDGE + CODE, middle, wide)


def _fitting(made: Callable[[float], list[Flowable]], height: float) -> list[Flowable]:
    """In the largest letters that take no more than this height."""
    size = LARGEST
    flowables = made(size)
    while _height(flowables) > height and size > SMALLEST:
        size -= STEP
        flowables = made(size)
    return flowables


def _stack(
    canvas: Canvas, flowables: Sequence[Flowable], left: float, top: float, wide: float = INNER
) -> None:
    for flowable in flowables:
        _wide, high = flowable.wrap(wide, HEIGHT)
        top -= high
        flowable.drawOn(canvas, left, top)
        top -= flowable.getSpaceAfter()


def _height(flowables: Sequence[Flowable]) -> float:
    needed: float = sum(flowable.wrap(INNER, HEIGHT)[1] + flowable.getSpaceAfter() for flowable in flowables)
    return needed


def _flowables(panel: Panel, size: float) -> Iterator[Flowable]:
    styles = _styles(size)
    yield _paragraph(panel.title, styles.title)
    if panel.lead:
        yield _paragraph(panel.lead, styles.lead)
    for number, step in enumerate(panel.steps, 1):
        yield Paragraph(escape(step), styles.step, bulletText=f"{number}")
    for line in panel.lines:
        yield Paragraph(
            f'<font name="{BOLD}">{escape(line.name)}</font><br/>{escape(line.text)}', styles.body
        )
    for note in panel.notes:
        yield _paragraph(note, styles.note)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _styles(size: float) -> _Styles:
    return _Styles(
        title=_style(size * 1.6, BOLD, BRAND, after=size * 0.6),
        lead=_style(size * 1.05, BOLD, INK, after=size * 0.9),
        body=_style(size, REGULAR, INK, after=size * 0.7),
        step=_style(
            size,
            REGULAR,
            INK,
            after=size * 0.6,
            leftIndent=size * 1.9,
            bulletFontName=BOLD,
            bulletFontSize=size,
            bulletColor=BRAND,
        ),
        note=_style(size * 0.92, REGULAR, SOFT, after=size * 0.6),
    )


def _style(size: float, font: str, colour: Any, after: float = 0, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        "", fontName=font, fontSize=size, leading=size * 1.3, textColor=colour, spaceAfter=after, **more
    )


def _draw_code(canvas: Canvas, code: Code, left: float, bottom: float) -> None:
    """With its white margin; each run of dark modules of a row is one rectangle. On a screen it can be touched."""
    rows = modules(code.address)
    side = CODE / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for first, length in _runs(row):
            down = bottom + CODE - (number + 1 + QUIET) * side
            path.rect(left + (first + QUIET) * side, down, length * side, side)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.linkURL(code.address, (left, bottom, left + CODE, bottom + CODE))


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    start: int | None = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None
