"""The printed sheets by which a school hands out log-ins: a card a person, to be cut apart (requirement A7)."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from plumier.accounts.codes import as_written
from plumier.accounts.making import Account
from plumier.models import School

_FONTS: Final = Path(__file__).parent / "fonts"
REGULAR, BOLD, MONO = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono-Bold"
WIDTH, HEIGHT = A4
MARGIN: Final = 12 * mm
HEAD: Final = 14 * mm
COLUMNS, ROWS = 2, 6
CARD_WIDTH: Final = (WIDTH - 2 * MARGIN) / COLUMNS
CARD_HEIGHT: Final = (HEIGHT - 2 * MARGIN - HEAD) / ROWS
LONGEST: Final = 40  # characters of a name on a card
LABEL: Final = 8.5  # points


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on one card."""

    group: str
    name: str
    user_name: str
    code: str


def cards_of(accounts: Iterable[Account], codes: Mapping[int, str]) -> list[Card]:
    """A card for each account that has a code, in the accounts' order."""
    return [
        Card(account.group, account.person.full_name, account.user.username, codes[account.user.pk])
        for account in accounts
        if account.user is not None and account.user.pk in codes
    ]


def print_cards(cards: Sequence[Card], *, school: School, address: str, until: date) -> bytes:
    """A PDF in the school's language: each group begins a page of its own.

    `address` is where to log in for the first time; `until` the last day of the codes.
    """
    register_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    with override(school.language):
        canvas.setTitle(_("Acceso a Plumier"))
        last = date_format(until, "SHORT_DATE_FORMAT")
        lines = (address, _("El código vale una vez, hasta el %(day)s.") % {"day": last})
        for group, members in groupby(cards, attrgetter("group")):
            _print_group(canvas, f"{school.name} · {group}" if group else school.name, list(members), lines)
    canvas.save()
    return file.getvalue()


def register_fonts() -> None:
    """Make our letters, which have Vietnamese in them, known to the library."""
    for name in (REGULAR, BOLD, MONO):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))


def _print_group(canvas: Canvas, title: str, cards: Sequence[Card], lines: Sequence[str]) -> None:
    for start in range(0, len(cards), COLUMNS * ROWS):
        canvas.setFont(BOLD, 12)
        canvas.drawString(MARGIN, HEIGHT - MARGIN - 5 * mm, title)
        for place, card in enumerate(cards[start : start + COLUMNS * ROWS]):
            row, column = divmod(place, COLUMNS)
            left = MARGIN + column * CARD_WIDTH
            top = HEIGHT - MARGIN - HEAD - row * CARD_HEIGHT
            _print_card(canvas, left, top, card, lines)
        canvas.showPage()


def _print_card(canvas: Canvas, left: float, top: float, card: Card, lines: Sequence[str]) -> None:
    canvas.setDash(2, 2)
    canvas.setStrokeGray(0.5)
    canvas.rect(left, top - CARD_HEIGHT, CARD_WIDTH, CARD_HEIGHT)
    canvas.setDash()
    text, inner = left + 5 * mm, top - 7 * mm
    name = card.name if len(card.name) <= LONGEST else f"{card.name[: LONGEST - 1]}…"
    canvas.setFont(BOLD, 10)
    canvas.drawString(text, inner, name)
    _print_access(canvas, text, inner, {_("Usuario"): card.user_name, _("Código"): as_written(card.code)})
    canvas.setFont(REGULAR, 8)
    for number, line in enumerate(lines):
        canvas.drawString(text, inner - (20 + number * 4.5) * mm, line)


def _print_access(canvas: Canvas, left: float, top: float, access: Mapping[str, str]) -> None:
    """By its label, what she logs in with: beside the longest label, in letters that fit in what is left."""
    column = max(pdfmetrics.stringWidth(label, REGULAR, LABEL) for label in access) + 3 * mm
    room = CARD_WIDTH - 10 * mm - column
    for number, (label, value) in enumerate(access.items()):
        down = top - (7 + number * 6) * mm
        canvas.setFont(REGULAR, LABEL)
        canvas.drawString(left, down, label)
        canvas.setFont(MONO, min(10.5, room / pdfmetrics.stringWidth(value, MONO, 1)))
        canvas.drawString(left + column, down, value)
