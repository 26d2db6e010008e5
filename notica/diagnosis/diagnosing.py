"""Everything about one person, as far as somebody may be told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from notica.channel_state import states_of_person
from notica.diagnosis.facts import Check, Diagnosis, LastMessage, Reach, Viewer
from notica.diagnosis.reach import would_reach
from notica.diagnosis.register import register_checks
from notica.diagnosis.ways_out import account_check, way_checks
from notica.models import InboxEntry
from plumier.clock import day_in
from plumier.models import Guardianship, Person

LAST: Final = 10


def diagnose(person: Person, viewer: Viewer, *, now: datetime) -> Diagnosis:
    """Look at a person from every side that the document names, as far as the viewer may see it."""
    today = day_in(person.school, now)
    ties = Guardianship.objects.filter(guardian=person, student__in=viewer.students.values("pk"))
    ways = would_reach(person, ties.values_list("student", flat=True), now, leads=viewer.leads)
    checks = (
        *register_checks(person, viewer, today),
        account_check(person.user),
        *way_checks(person.school, now),
        _reach_check(ways),
    )
    messages = tuple(_last_messages(person, now)) if viewer.leads else ()
    return Diagnosis(person, checks, ways, tuple(states_of_person(person)), messages)


def _reach_check(ways: tuple[Reach, ...]) -> Check:
    working = [reach.way for reach in ways if reach.works]
    return Check(
        _("Algún canal que sirva"),
        bool(working),
        ", ".join(working) or _("ninguno"),
        _("Mire abajo qué falta en cada vía."),
    )


def _last_messages(person: Person, now: datetime) -> Iterator[LastMessage]:
    entries = InboxEntry.objects.filter(person=person, created_at__lte=now).order_by("-created_at", "-id")
    for entry in entries.select_related("message", "recipient")[:LAST]:
        outcome = entry.recipient.get_outcome_display()
        yield LastMessage(entry.created_at, entry.message.subject or entry.message.body[:60], str(outcome))
