"""«Preparar incidencia»: all that the support service asks for, as a text that is ready to send (B11, F2).

It leaves the school, so it holds no name of a child, no subject of a message, no court's order, and only the ends of
addresses.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from channels_app.reasons import reason_text
from notica.choices import channel_word
from notica.diagnosis.diagnosing import LAST, diagnose
from notica.diagnosis.facts import Diagnosis, Viewer
from notica.diagnosis.words import state_in_words
from notica.models import Delivery, InboxEntry
from plumier.contacts import mask
from plumier.models import Contact, Person

SHORTEST = 6  # of an address


def incident_text(person: Person, viewer: Viewer, *, now: datetime) -> str:
    """Plain text: who and where, every check, the ways, the channels, what was tried last."""
    found = diagnose(person, replace(viewer, leads=False), now=now)
    hidden = {address: mask(address) for address in _addresses(person)}
    children = viewer.students.filter(guardianships__guardian=person).select_related("person")
    hidden |= {str(child): _("expediente %(number)s") % {"number": child.expediente} for child in children}
    lines = [*_head(person, now), "", *_checks(found), "", *_ways(found), "", *_channels(found), ""]
    if not found.kept:
        lines += _tries(person, now)
    text = "\n".join(lines)
    for words in sorted(hidden, key=len, reverse=True):
        text = text.replace(words, hidden[words])
    return text


def _addresses(person: Person) -> list[str]:
    """What could be somebody's address: a word like «no» that was typed in its place is none."""
    rows = Contact.objects.filter(person=person).values_list("value", "typed")
    texts = [text for row in rows for text in row if len(text) >= SHORTEST]
    return [text for text in texts if "@" in text or any(sign.isdigit() for sign in text)]


def _head(person: Person, now: datetime) -> Iterator[str]:
    school = person.school
    yield _("Incidencia de mensajería")
    yield _("Centro: %(name)s (%(code)s)") % {"name": school.name, "code": school.code}
    student = getattr(person, "student", None)
    if student is not None:
        yield _("Alumno: expediente %(number)s") % {"number": student.expediente}
    else:
        yield _("Persona: ficha %(number)d") % {"number": person.pk}
    at = date_format(localtime(now, ZoneInfo(school.time_zone)), "SHORT_DATETIME_FORMAT")
    yield _("Preparada: %(day)s") % {"day": at}


def _checks(found: Diagnosis) -> Iterator[str]:
    yield _("Comprobaciones")
    for check in found.checks:
        if check.inside:
            continue
        yield f"[{'x' if check.passed else ' '}] {check.title}: {check.found}"


def _ways(found: Diagnosis) -> Iterator[str]:
    yield _("Por dónde le llegaría ahora")
    for reach in found.ways:
        yield f"{reach.way}: {' → '.join(reach.steps) or _('por ningún sitio')}"
        yield from (f"    {missing}" for missing, _fix in reach.missing)


def _channels(found: Diagnosis) -> Iterator[str]:
    yield _("Estado de los canales")
    if found.kept:
        yield _("Consulte con la dirección del centro.")
    for state in found.channels:
        yield f"{channel_word(state.channel)} {state.address}: {state_in_words(state)}"


def _tries(person: Person, now: datetime) -> Iterator[str]:
    yield _("Últimos envíos")
    entries = InboxEntry.objects.filter(person=person, created_at__lte=now).order_by("-created_at", "-id")
    last = list(entries.values_list("message_id", "recipient_id")[:LAST])
    # Deliveries are found by their message and recipient: they have no index by person.
    tried = Delivery.objects.filter(
        message_id__in=[message for message, _recipient in last],
        recipient_id__in=[recipient for _message, recipient in last],
        person_id=person.pk,
    )
    zone = ZoneInfo(person.school.time_zone)
    for one in tried.order_by("-not_before", "-id"):
        at = date_format(localtime(one.not_before, zone), "SHORT_DATETIME_FORMAT")
        words = [one.get_state_display(), reason_text(one.reason) if one.reason else "", one.reason]
        yield f"{at} {channel_word(one.channel)} {mask(one.address)}: " + " · ".join(filter(None, words))
