"""What pages say in Vietnamese, by the Spanish that stands in the code."""

from typing import Any

from django.utils.translation import gettext, ngettext, override


def vi(words: str, **values: Any) -> str:
    """A text with its values filled in."""
    with override("vi"):
        return gettext(words) % values if values else gettext(words)


def vi_many(one: str, many: str, number: int, **values: Any) -> str:
    """A text about a number."""
    with override("vi"):
        return ngettext(one, many, number) % {"number": number, **values}
