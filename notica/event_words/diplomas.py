"""What is said of a title that waits at the school's office, in the language in force (requirement E6)."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from notica.kinds import DIPLOMA
from notica.models import Message
from notica.plain_sms import ROOM, cut, plain

_LEAST_SCHOOL: Final = 30  # signs that the school's name keeps beside a long title


def waits_text(school: str, title: str) -> str:
    """The usual text, as Notica shows it."""
    return _(
        "%(school)s: su título de %(title)s ya está en la Secretaría del centro. Puede venir a recogerlo."
    ) % {"school": school, "title": title}


def waits_sms(school: str, title: str) -> str:
    """The same as one SMS: in signs of the 7-bit alphabet, the names cut where they are too long."""
    room = ROOM - len(plain(waits_text("", "")))
    of_school = cut(school, max(room - len(plain(title)), _LEAST_SCHOOL))
    return plain(waits_text(of_school, cut(title, room - len(of_school)))).strip()


def diploma_context(message: Message) -> dict[str, Any]:
    """What somebody wrote goes out as it is; the usual text in each reader's language."""
    if message.body:
        return {"body": message.body, "sms": message.body}
    school, title = message.school.name, message.params["title"]
    return {"body": waits_text(school, title), "sms": waits_sms(school, title)}


CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {DIPLOMA: diploma_context}
