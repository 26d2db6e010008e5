"""Of the post office: what came to her and by which way, and what she wrote to teachers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notica.choices import DeliveryState, channel_word
from notica.family_inbox import family_entries
from notica.inbox_list import fill_entries
from notica.kinds import TO_TEACHER
from notica.models import Delivery, InboxEntry, Message
from notica.own_data.sections import Row, Section
from notica.rendering import notice_text
from notica.result_page import title_of
from notica.summaries import students_about
from plumier.access import students_kept_from
from plumier.contacts import mask
from plumier.family_access import students_read_by
from plumier.models import Person, User

MOST: Final = 5000  # of the latest
CHUNK: Final = 500


def letter_sections(person: Person, user: User, today: date, now: datetime) -> Iterator[Section]:
    """In the language in force. What came as Mirador shows it, and nothing about a child kept from her that day."""
    columns = [
        ("at", _("Cuándo")),
        ("subject", _("Asunto")),
        ("text", _("Texto")),
        ("about", _("Alumnado")),
        ("read_at", _("Leído")),
        ("ways", _("Por dónde salió")),
    ]
    yield Section("received", _("Mensajes recibidos"), columns, list(_received(person, user, today, now)))
    columns = [
        ("at", _("Cuándo")),
        ("subject", _("Asunto")),
        ("text", _("Texto")),
        ("about", _("Alumno")),
    ]
    yield Section("written", _("Mensajes que ha escrito"), columns, list(_written(person, user, today)))


def _received(person: Person, user: User, today: date, now: datetime) -> Iterator[Row]:
    children = frozenset(students_read_by(user, today).values_list("pk", flat=True))
    entries = family_entries([person.pk], children, now)
    related = entries.select_related("message__school", "message__sender_person", "recipient")
    rows = list(related.defer("message__search_text").order_by("-created_at", "-pk")[:MOST])
    for start in range(0, len(rows), CHUNK):
        yield from _some(rows[start : start + CHUNK], person, children)


def _some(entries: Sequence[InboxEntry], person: Person, hers: frozenset[int]) -> Iterator[Row]:
    """Named are her own children alone, as in Mirador."""
    fill_entries(entries, frozenset(str(pk) for pk in hers))
    about = students_about([entry.recipient for entry in entries])
    ways = _ways(entries, person)
    for entry in entries:
        children = [one.person.full_name for one in about[entry.recipient_id] if one.pk in hers]
        yield (
            entry.created_at,
            title_of(entry.message),
            entry.message.body or notice_text(entry.message, get_language() or "es"),
            ", ".join(children),
            entry.read_at,
            get_text_list(ways[entry.message_id], _("y")),
        )


def _ways(entries: Sequence[InboxEntry], person: Person) -> dict[int, list[str]]:
    """By message: «Telegram ***601: Entregado al canal», of her own addresses alone."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Delivery.objects.filter(
        message_id__in=[one.message_id for one in entries],
        recipient_id__in=[one.recipient_id for one in entries],
        person_id=person.pk,
    ).order_by("step", "pk")
    for one in rows:
        state = DeliveryState(one.state).label
        found[one.message_id].append(f"{channel_word(one.channel)} {mask(one.address)}: {state}")
    return found


def _written(person: Person, user: User, today: date) -> Iterator[Row]:
    kept = students_kept_from(user, today).values("pk")
    rows = Message.objects.filter(sender=user, sender_person=person, kind=TO_TEACHER)
    rows = rows.exclude(student__in=kept).select_related("student__person").defer("search_text")
    for one in rows.order_by("-created_at", "-pk")[:MOST]:
        child = one.student.person.full_name if one.student else ""
        yield one.created_at, one.subject, one.body, child
