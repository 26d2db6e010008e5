"""The texts of the message about a workbook: made of the message alone, which outlives the workbook."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from notica.models import Message

KIND: Final = "student_data"


def context_of(message: Message) -> dict[str, Any]:
    """What they are filled with."""
    params = message.params
    page = reverse("notica:student_data", args=[params["token"]])
    return {**params, "until": date.fromisoformat(params["until"]), "link": f"{settings.LINK_ROOT}{page}"}
