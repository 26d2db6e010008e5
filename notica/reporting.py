"""A message's plan and result as plain data: for `--json`, for tables, for whoever asks a machine."""

from collections.abc import Iterable, Iterator
from typing import Any

from notica.choices import Outcome
from notica.models import Delivery, Message, Recipient
from notica.preparing import Prepared
from notica.progress import totals
from notica.summaries import name_of, recipient_pages, students_about
from plumier.contacts import mask
from plumier.models import Person, Student


def report(message: Message) -> dict[str, Any]:
    """What came of a message, person by person; addresses masked."""
    return {
        "message_id": message.pk,
        "state": message.state,
        "totals": _with_zeros(totals(message.pk)),
        "recipients": [row for page in recipient_pages(message.pk) for row in _rows(message, page)],
    }


def forecast(message: Message, prepared: Iterable[Prepared]) -> dict[str, Any]:
    """What would be tried, in the same form: `outcome` is null where there is something to try."""
    planned = list(prepared)
    counted: dict[str, int] = {}
    for one in planned:
        counted[one.outcome] = counted.get(one.outcome, 0) + 1
    return {
        "message_id": None,
        "state": "plan",
        "totals": _with_zeros(counted),
        "recipients": list(_planned_rows(planned)),
    }


def _with_zeros(counted: dict[str, int]) -> dict[str, int]:
    named = {outcome.value or "open": counted.get(outcome.value, 0) for outcome in Outcome}
    return {**named, "recipients": sum(counted.values())}


def _rows(message: Message, page: list[Recipient]) -> Iterator[dict[str, Any]]:
    about = students_about(page)
    tries: dict[int, list[dict[str, Any]]] = {recipient.pk: [] for recipient in page}
    rows = Delivery.objects.filter(message_id=message.pk, recipient_id__in=list(tries))
    for delivery in rows.order_by("recipient_id", "step", "id"):
        tries[delivery.recipient_id].append(_delivery(delivery))
    for recipient in page:
        yield {
            "recipient": name_of(recipient),
            "about": [student.expediente for student in about[recipient.pk]],
            "plan": _plan(recipient.plan),
            "excluded": _excluded(recipient.outcome, recipient.reason),
            "outcome": recipient.outcome or None,
            "deliveries": tries[recipient.pk],
        }


def _planned_rows(prepared: list[Prepared]) -> Iterator[dict[str, Any]]:
    students = Student.objects.select_related("person").in_bulk(
        {child.student_id for one in prepared for child in one.candidate.about}
    )
    people = Person.objects.in_bulk({one.candidate.person_id for one in prepared} - {None})
    for one in prepared:
        candidate = one.candidate
        person = people[candidate.person_id] if candidate.person_id is not None else None
        yield {
            "recipient": str(person or students[candidate.family_of or 0]),
            "about": [students[child.student_id].expediente for child in candidate.about],
            "plan": _plan(one.plan.as_json()),
            "excluded": _excluded(one.outcome, one.reason),
            "outcome": one.outcome or None,
            "deliveries": [],
        }


def _excluded(outcome: str, reason: str) -> str | None:
    return reason if outcome in (Outcome.EXCLUDED, Outcome.NO_CHANNEL) else None


def _plan(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "step": number,
            "channel": target["channel"],
            "address": mask(target["address"]),
            "reason": target["reason"],
        }
        for number, targets in enumerate(plan["steps"], start=1)
        for target in targets
    ]


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "address": mask(delivery.address),
        "state": delivery.state,
        "tries": delivery.tries,
        "reason": delivery.reason or None,
    }
