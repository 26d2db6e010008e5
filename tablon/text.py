"""The text of a notice: Markdown, of which HTML stays text, pictures are not shown and links vouch for nobody."""

from collections.abc import MutableMapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_HEADING: Final = "h2"  # below the page's own, whatever its writer began with: no level is ever skipped


def _is_safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _open_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    tokens[index].attrSet("rel", "nofollow noopener noreferrer")
    return renderer.renderToken(tokens, index, options, env)


def _heading(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    tokens[index].tag = _HEADING
    return renderer.renderToken(tokens, index, options, env)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
    reader.validateLink = _is_safe  # type: ignore[method-assign]  # a link that is none of these stays text
    reader.add_render_rule("link_open", _open_link)
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("heading_close", _heading)
    return reader


_READER: Final = _reader()


def as_html(text: str) -> SafeString:
    """The text as a page shows it."""
    html: str = _READER.render(text)
    return mark_safe(html)  # noqa: S308  # made by a renderer that escapes what was typed


def beginning(text: str, most: int) -> str:
    """How the text begins, as plain words on one line, up to `most` letters; a dot parts what no sign parts."""
    found = ""
    for token in _READER.parse(text):
        if words := " ".join(_plain(token).split()):
            between = "" if not found else " " if found[-1] in ".:;!?…" else " · "
            found = f"{found}{between}{words}"
    return Truncator(found).chars(most)


def _plain(token: Token) -> str:
    inner = token.children or []
    if not inner:
        return token.content
    return "".join(" " if one.type in ("softbreak", "hardbreak") else one.content for one in inner)
