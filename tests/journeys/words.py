"""What pages say in Vietnamese, by the Spanish that stands in the code."""

from typing import Any

from django.utils.translation import gettext, ngettext, override


def vi(words: str, /, **values: Any) -> str:
    """A text with its values filled in."""
    with override("vi"):
        return gettext(words) % values if values else gettext(words)


def vi_many(one: str, many: str, count: int, /, **values: Any) -> str:
    """A text about a number, which it calls `number` where `values` do not say otherwise."""
    with override("vi"):
        return ngettext(one, many, count) % {"number": count, **values}
