"""Markdown of notices: what is typed can do no harm."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablon.text import as_html, beginning

TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)")
TAGS = {
    *("p", "strong", "em", "ul", "ol", "li", "a", "br", "hr", "code", "pre", "blockquote"),
    "h2",
}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** *b*", "<p><strong>a</strong> <em>b</em></p>\n"),
        ("uno\ndos", "<p>uno<br />\ndos</p>\n"),
        ("# Título", "<h2>Título</h2>\n"),
        ("#### Título", "<h2>Título</h2>\n"),
        ("<script>x()</script>", "<p>&lt;script&gt;x()&lt;/script&gt;</p>\n"),
        (
            "![foto](https://a.es/b.png)",
            '<p>!<a href="https://a.es/b.png" rel="nofollow noopener noreferrer">foto</a></p>\n',
        ),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](/envios/)", "<p>[a](/envios/)</p>\n"),
        ("[a](tel:968)", '<p><a href="tel:968" rel="nofollow noopener noreferrer">a</a></p>\n'),
    ],
)
def test_text_is_shown_as(text: str, html: str) -> None:
    assert as_html(text) == html


@given(st.text(alphabet="<>a\"'=/![]()*_`#\n :.javscriptonl&;-", max_size=80))
def test_no_other_tag_ever_comes_out(text: str) -> None:
    assert set(TAG.findall(as_html(text))) <= TAGS


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("", ""),
        ("Hola", "Hola"),
        ("Una línea\nque sigue.", "Una línea que sigue."),
        ("# Título\n\nTexto.\n\nOtro", "Título · Texto. Otro"),
        ("- uno\n- **dos**\n- [tres](https://x.es)", "uno · dos · tres"),
        ("<b>HTML</b> & `código`", "<b>HTML</b> & código"),
        ("palabra " * 9, "palabra palabra pal…"),
    ],
)
def test_beginning_is_plain_words_on_one_line(text: str, begins: str) -> None:
    assert beginning(text, 20 if text.startswith("palabra") else 100) == begins
