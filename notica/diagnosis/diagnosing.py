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
        *_reach_checks(ways),
    )
    messages = tuple(_last_messages(person, now)) if viewer.leads else ()
    states = () if viewer.kept else tuple(states_of_person(person))
    return Diagnosis(person, viewer.kept, checks, ways, states, messages)


def _reach_checks(ways: tuple[Reach, ...]) -> Iterator[Check]:
    """Whether there is any way at all, and where there is, each that does not reach her, with what is missing there."""
    working = [reach.way for reach in ways if reach.works]
    yield Check(
        _("Algún canal que sirva"),
        bool(working),
        ", ".join(working) or _("ninguno"),
        _("Mire abajo qué falta en cada vía."),
    )
    for reach in ways:
        if working and not reach.works:
            missing = "; ".join(words for words, _fix in reach.missing)
            yield Check(
                reach.way, False, missing or _("por ningún sitio"), _("Mire abajo qué falta en esta vía.")
            )


def _last_messages(person: Person, now: datetime) -> Iterator[LastMessage]:
    entries = InboxEntry.objects.filter(person=person, created_at__lte=now).order_by("-created_at", "-id")
    for entry in entries.select_related("message", "recipient")[:LAST]:
        outcome = entry.recipient.get_outcome_display()
        yield LastMessage(entry.created_at, entry.message.subject or entry.message.body[:60], str(outcome))
