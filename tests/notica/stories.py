"""Short ways to send in tests and to say what came of it."""

from typing import Any

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.models import Delivery, Message, Recipient
from plumier.clock import database_now
from plumier.models import Group, School, User

_keys = iter(range(10**9))


def draft_to(school: School, to: str = "familia", way: str = "telegram_tokapp", **fields: Any) -> Draft:
    """A draft; `groups`, `students` and `everyone` choose whom."""
    groups: list[Group] = fields.pop("groups", [])
    choice = Choice(
        Audience(to),
        groups=tuple(group.pk for group in groups),
        students=tuple(student.pk for student in fields.pop("students", [])),
        staff=tuple(fields.pop("staff", ())),
        everyone=fields.pop("everyone", False),
    )
    defaults = {"body": "Mañana no hay clase.", "client_key": f"key-{next(_keys)}", "kind": "message"}
    return Draft(school=school, choice=choice, way=Way(way), **{**defaults, **fields})


def send_to(school: School, by: User, **fields: Any) -> Message:
    """Send it now."""
    return send(draft_to(school, **fields), by=by, now=database_now())


def outcomes(message: Message) -> list[tuple[str, str, str]]:
    """(who, outcome, reason) of each recipient."""
    rows = Recipient.objects.filter(message=message).select_related("person", "family_of__person")
    return sorted(
        (
            row.person.full_name if row.person else f"familia {row.family_of.person.full_name}",  # type: ignore[union-attr]
            row.outcome,
            row.reason,
        )
        for row in rows
    )


def trail(message: Message) -> list[tuple[int, str, str, str]]:
    """(step, channel, address, state) of each delivery in its order."""
    rows = Delivery.objects.filter(message_id=message.pk)
    return sorted(rows.values_list("step", "channel", "address", "state"))
