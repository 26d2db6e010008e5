"""QR codes as vectors: for a page and for paper."""

import segno
from django.utils.safestring import SafeString, mark_safe

MARGIN = 4  # modules of white round it, without which phones do not find it


def svg(address: str) -> SafeString:
    """Inline, in black on white whatever the page's colours; its words stand beside it."""
    drawn: str = _made(address).svg_inline(border=MARGIN, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308  # segno's


def modules(address: str) -> list[list[bool]]:
    """Rows of modules, dark or not, without the margin."""
    return [[bool(module) for module in row] for row in _made(address).matrix]


def _made(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m")
