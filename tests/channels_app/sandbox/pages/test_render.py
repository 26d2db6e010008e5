"""HTML from templates."""

import pytest

from channels_app.sandbox.pages.render import Html, join, render


def test_render_escapes_all_but_html() -> None:
    text = render("day", day="<b>\"'&", bubbles=Html("<li>x</li>"))
    assert text == (
        '<h3 class="dia"><span>&lt;b&gt;&quot;&#x27;&amp;</span></h3>\n<ol class="globos"><li>x</li></ol>'
    )


def test_render_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("day", day="Hoy")


def test_render_dollars_of_a_text_stay() -> None:
    assert render("fact", name="$value", value="5 $") == "<div><dt>$value</dt><dd>5 $</dd></div>"


def test_join_is_html_again() -> None:
    assert isinstance(join([Html("<a>"), Html("<b>")]), Html)
