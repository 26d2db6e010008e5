"""A family's conversations with teachers about one student: the list, and one of them (requirements D1, D2, D5).

Whose they are is one person, she who wrote: never the other parent, nor her child. They are there for as long as
Notica keeps their newest message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from notica.inbox_list import moment_words
from notica.inbox_reading import Said, Told
from notica.kinds import CORRESPONDENCE, KINDS, REPLY, TO_TEACHER
from notica.marks import Mark
from notica.models import InboxEntry, Message, MessageAttachment, Recipient
from notica.result_page import title_of
from notica.thread_access import why_unwritable
from notica.threads import thread_of
from plumier.access import teachers_of
from plumier.clock import day_in
from plumier.family_access import Child
from plumier.models import Person
from plumier.names import search_key

PAGE: Final = 20
_BEGINNING: Final = 300  # letters of a text that a row may show
_SHOWN: Final = 120
_KEEP: Final = max(KINDS[kind].keep for kind in CORRESPONDENCE)


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation in the list: with whom, and how its newest message begins; `mine`: she wrote that herself."""

    token: str
    title: str
    teachers: str
    beginning: str
    mine: bool
    unread: bool
    at: datetime
    when: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations, and the key after which the older ones begin; 0 at the end."""

    rows: list[Line]
    after: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A whole conversation. `open_to` are those with whom it can be gone on; else `refusal` says why with nobody.

    `newest` is the teacher who wrote last, or 0.
    """

    began: Message
    title: str
    said: list[Said]
    open_to: list[Person]
    refusal: str
    newest: int


def threads_of(child: Child, now: datetime) -> QuerySet[Any]:
    """The messages with which hers began, with `last_at` and `last_pk`, the newest of each."""
    newest = Message.objects.filter(in_reply_to=OuterRef("pk")).order_by("-created_at", "-pk")
    began = Message.objects.filter(
        kind=TO_TEACHER, in_reply_to__isnull=True, student=child.pk, sender_person=child.person_id
    )
    began = began.annotate(
        last_at=Coalesce(Subquery(newest.values("created_at")[:1]), F("created_at")),
        last_pk=Coalesce(Subquery(newest.values("pk")[:1]), F("pk")),
    )
    return began.filter(last_at__gt=now - _KEEP)


def threads_page(child: Child, words: str, after: int, now: datetime) -> Page:
    """Up to `PAGE` of them that have these words, the newest first, older than the one with the key `after`."""
    threads = threads_of(child, now)
    wanted = threads
    for word in search_key(words).split():
        wanted = wanted.filter(_has(word))
    if after and (last := threads.filter(pk=after).values_list("last_at", flat=True).first()):
        wanted = wanted.filter(Q(last_at__lt=last) | Q(last_at=last, pk__lt=after))
    found = list(
        wanted.defer("body", "search_text")
        .annotate(beginning=Left("body", _BEGINNING))
        .order_by("-last_at", "-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    return Page(_lines(shown, child, now), shown[-1].pk if len(found) > PAGE else 0)


def _has(word: str) -> Q:
    """In a text of the thread, or in the name of a teacher in it."""
    told = Recipient.objects.filter(message=OuterRef("pk"), person__sort_key__contains=word)
    written = Message.objects.filter(in_reply_to=OuterRef("pk"), search_text__contains=word)
    return Q(search_text__contains=word) | Exists(written) | Exists(told)


def _lines(threads: Sequence[Any], child: Child, now: datetime) -> list[Line]:
    keys = [one.pk for one in threads]
    newest = Message.objects.filter(pk__in=[one.last_pk for one in threads])
    texts = {
        one.pk: one
        for one in newest.annotate(beginning=Left("body", _BEGINNING)).defer("body", "search_text")
    }
    names: dict[int, list[str]] = {}
    for one in Recipient.objects.filter(message__in=keys).select_related("person").order_by("pk"):
        names.setdefault(one.message_id, []).append(one.person.full_name if one.person else "")
    answers = _unread(child, now).filter(message__in_reply_to__in=keys)
    unread = set(answers.values_list("message__in_reply_to", flat=True))
    found = []
    for began in threads:
        began.body = began.beginning
        last = texts[began.last_pk]
        found.append(
            Line(
                token=began.token,
                title=title_of(began),
                teachers=", ".join(names.get(began.pk, [])),
                beginning=Truncator(" ".join(last.beginning.split())).chars(_SHOWN),
                mine=last.kind == TO_TEACHER,
                unread=began.pk in unread,
                at=last.created_at,
                when=moment_words(last.created_at, child.school, now),
            )
        )
    return found


def _unread(child: Child, now: datetime) -> QuerySet[InboxEntry]:
    """The answers that she has not opened."""
    hers = InboxEntry.objects.filter(person=child.person_id, created_at__lte=now, expires_at__gt=now)
    return hers.filter(message__kind=REPLY, read_at__isnull=True)


def unread_threads(child: Child, now: datetime) -> int:
    """In how many conversations something waits to be read."""
    return (
        _unread(child, now)
        .filter(message__student=child.pk)
        .values("message__in_reply_to")
        .distinct()
        .count()
    )


def mark_thread_read(began: Message, child: Child, *, now: datetime) -> None:
    """She has opened the conversation; the first time counts for each answer."""
    opened = _unread(child, now).filter(message__in_reply_to=began.pk)
    InboxEntry.objects.filter(pk__in=list(opened.values_list("pk", flat=True))).update(read_at=now)


def files_of(began: Message, child: Child) -> QuerySet[MessageAttachment]:
    """The files of the conversation."""
    thread = thread_of(began, [child.person_id])
    return MessageAttachment.objects.filter(message__in=thread.order_by().values("pk"))


def thread_as_read(began: Message, child: Child, now: datetime) -> Thread:
    """The whole of it, as this person has it; the same number of queries whatever its length."""
    rows = thread_of(began, [child.person_id]).select_related("sender_person").prefetch_related("attachments")
    messages = list(rows)
    told, people = _told(messages), _teachers(began)
    today = day_in(child.school, now)
    teaching = set(teachers_of(child.student, today).filter(pk__in=people).values_list("pk", flat=True))
    open_to = [one for key, one in people.items() if key in teaching]
    answers = [
        one.sender_person_id for one in messages if one.kind == REPLY and one.sender_person_id in teaching
    ]
    return Thread(
        began=began,
        title=title_of(began),
        said=[_said(one, child, told.get(one.pk, []), now) for one in messages],
        open_to=open_to,
        refusal="" if open_to else _why_closed(child, list(people.values()), today),
        newest=(answers[-1] or 0) if answers else 0,
    )


def _teachers(began: Message) -> dict[int, Person]:
    """To whom it was begun."""
    rows = (
        Recipient.objects.filter(message=began, person__isnull=False).select_related("person").order_by("pk")
    )
    return {one.person.pk: one.person for one in rows if one.person is not None}


def _why_closed(child: Child, teachers: Sequence[Person], today: date) -> str:
    if problem := why_unwritable(child.student, today):
        return problem
    names = {"teacher": ", ".join(one.full_name for one in teachers), "name": child.student.person.full_name}
    if len(teachers) == 1:
        return _("%(teacher)s ya no da clase a %(name)s: no se puede seguir esta conversación.") % names
    return (
        _("Ninguno de estos profesores da ya clase a %(name)s: no se puede seguir esta conversación.") % names
    )


def _said(message: Message, child: Child, told: list[Told], now: datetime) -> Said:
    mine = message.kind == TO_TEACHER
    teacher = message.sender_person.full_name if message.sender_person else ""
    return Said(
        sender=_("Usted") if mine else teacher,
        at=message.created_at,
        when=moment_words(message.created_at, child.school, now),
        text=message.body,
        mine=mine,
        files=list(message.attachments.all()),
        told=told,
    )


def _told(thread: Sequence[Message]) -> dict[int, list[Told]]:
    """By letter, which teachers have it, and whether they have opened it in Notica: all that is known."""
    letters = [one.pk for one in thread if one.kind == TO_TEACHER]
    read = InboxEntry.objects.filter(recipient=OuterRef("pk"), read_at__isnull=False)
    rows = Recipient.objects.filter(message__in=letters, person__isnull=False).select_related("person")
    found: dict[int, list[Told]] = {}
    for one in rows.annotate(is_read=Exists(read)).order_by("pk"):
        assert one.person is not None
        mark = Mark(_("Leído"), "eye", "good") if one.is_read else Mark(_("Enviado"), "check", "plain")
        found.setdefault(one.message_id, []).append(Told(one.person.full_name, mark))
    return found
