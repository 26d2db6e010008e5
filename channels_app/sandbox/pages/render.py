"""HTML from small templates (`$name`), everything escaped that does not say that it is HTML."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def render(template: str, /, **values: object) -> Html:
    """Fill a template, by its name; KeyError if it wants a value that is not given."""
    escaped = {key: value if isinstance(value, Html) else escape(str(value)) for key, value in values.items()}
    return Html(_template(template).substitute(escaped).strip())


def join(parts: Iterable[Html], between: str = "\n") -> Html:
    """Several pieces as one."""
    return Html(between.join(parts))


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))
