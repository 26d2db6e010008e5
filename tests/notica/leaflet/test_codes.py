"""QR codes."""

import re

from notica.leaflet.codes import MARGIN, modules, svg


def test_code_is_one_picture_without_styles() -> None:
    drawn = svg("https://t.me/ribera_avisos_bot")
    assert drawn.startswith('<svg aria-hidden="true" focusable="false" ')
    assert (drawn.count("<svg"), "style=" in drawn, "<script" in drawn) == (1, False, False)


def test_page_and_paper_show_the_same_modules() -> None:
    address = "https://plumier.example/folleto/30000001/"
    side = len(modules(address))
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg(address))
    assert found is not None
    assert int(found.group(1)) == side + 2 * MARGIN
    assert [row[:7] for row in modules(address)[:7]] == FINDER


# The corner by which a phone finds a code.
FINDER = [
    [True] * 7,
    [True, *[False] * 5, True],
    *[[True, False, *[True] * 3, False, True]] * 3,
    [True, *[False] * 5, True],
    [True] * 7,
]
