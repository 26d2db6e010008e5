"""A code's short sentence for people, found in the channels' own tables."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from channels_app import network
from channels_app.registry import channel_class, channel_names

FAMILY = "*"


def reason_text(code: str) -> str:
    """In the language in force. A code nobody words itself takes its family's (`sms.21*`), or a general one."""
    tables = list(_tables())
    for table in tables:
        if code in table:
            return str(table[code])
    families = [
        (len(key), str(text))
        for table in tables
        for key, text in table.items()
        if key.endswith(FAMILY) and code.startswith(key.removesuffix(FAMILY))
    ]
    return max(families)[1] if families else _("No se pudo entregar")


def _tables() -> Iterator[Mapping[str, StrOrPromise]]:
    yield network.REASONS
    for name in channel_names():
        yield channel_class(name).reasons
