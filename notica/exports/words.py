"""The texts of the message about a file: made of the message alone, which outlives the file."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from notica.models import Message
from notica.models.exports import OWN_DATA, SEND_RESULT, STUDENT_DATA, TOKAPP_ROSTER

KINDS: Final = frozenset({STUDENT_DATA, TOKAPP_ROSTER, SEND_RESULT, OWN_DATA})


def context_of(message: Message) -> dict[str, Any]:
    """What they are filled with."""
    params = message.params
    page = reverse("notica:export", args=[params["token"]])
    return {**params, "until": date.fromisoformat(params["until"]), "link": f"{settings.LINK_ROOT}{page}"}
