"""One message in Notica as it is read: its text, the thread that it stands in, and what can be done on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notica.choices import Outcome
from notica.correspondents import from_words, group_names
from notica.exports.words import KINDS as ASKED_FOR
from notica.inbox_list import acuse_titles, fill_entries, left_words, moment_words
from notica.kinds import CORRESPONDENCE, REPLY, TO_TEACHER
from notica.marks import Mark, outcome_mark
from notica.models import InboxEntry, Message, MessageAttachment, Recipient
from notica.progress import totals
from notica.reasons import sentence
from notica.rendering import notice_text
from notica.result_page import Card, cards, title_of
from notica.thread_access import why_unanswerable
from notica.threads import thread_of
from plumier.access import students_addressed_by
from plumier.clock import day_in
from plumier.models import School, User


@dataclass(frozen=True, slots=True)
class Told:
    """Who has a message of the thread, and what is known of it."""

    name: str
    mark: Mark | None
    reason: str = ""


@dataclass(slots=True)
class Said:
    """One message of a thread. `mine`: she wrote it herself."""

    sender: str
    at: datetime
    when: str
    text: str
    mine: bool
    files: list[MessageAttachment] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pane shows. `refusal` says why it cannot be answered, where somebody's message cannot."""

    entry: InboxEntry
    title: str
    sender: str
    when: str
    left: str
    thread: list[Said]
    answers: bool
    refusal: str
    writes: bool
    send: Message | None
    cards: list[Card]


def reading_of(
    entry: InboxEntry, people: Collection[int], school: School, *, user: User, now: datetime
) -> Reading:
    """The pane of an entry of these people, who are this user."""
    fill_entries([entry])
    message, today = entry.message, day_in(school, now)
    is_letter = message.kind == TO_TEACHER and message.student is not None
    groups = group_names([message.student_id], today) if message.student_id else {}
    refusal = why_unanswerable(message, today) if is_letter else ""
    send = _send_of(message, school)
    return Reading(
        entry=entry,
        title=acuse_titles([message]).get(message.pk) or title_of(message),
        sender=from_words(message, groups),
        when=moment_words(entry.created_at, school, now),
        left=left_words(entry.expires_at, school, now),
        thread=_thread(message, people, school, now) if is_letter else [_notice(entry)],
        answers=is_letter and not refusal,
        refusal=refusal,
        writes=is_letter and _may_write(message, user, today),
        send=send,
        cards=cards(totals(send.pk)) if send else [],
    )


def _may_write(message: Message, user: User, today: date) -> bool:
    student = message.student_id
    return student is not None and students_addressed_by(user, today).filter(pk=student).exists()


def _send_of(message: Message, school: School) -> Message | None:
    """The send of which an acuse tells."""
    if message.kind != "acuse":
        return None
    return Message.objects.filter(pk=message.params.get("message"), school=school).first()


def _writer(message: Message) -> str:
    """Who of the family wrote, and what she is to the student."""
    person, student = message.sender_person, message.student
    assert person is not None
    assert student is not None
    tie = student.guardianships.filter(guardian=person).first()
    return f"{person.full_name} ({tie.get_relation_display()})" if tie else person.full_name


def _notice(entry: InboxEntry) -> Said:
    """What comes from the school's colleagues or from Plumier itself, in the words of its e-mail.

    From whom and when is said above it already.
    """
    message = entry.message
    text = "" if message.kind == "acuse" else notice_text(message, get_language() or "es")
    return Said("", entry.created_at, "", text, mine=False, files=_files(message))


def _files(message: Message) -> list[MessageAttachment]:
    """Those that stay with it; one that was asked for has a page of its own, which looks again whose it is."""
    return [] if message.kind in ASKED_FOR else list(message.attachments.all())


def files_in(entry: InboxEntry, people: Collection[int]) -> QuerySet[MessageAttachment]:
    """The files of the thread that these people may read, whose entry this is."""
    thread = thread_of(entry.message, people).exclude(kind__in=ASKED_FOR)
    return MessageAttachment.objects.filter(message__in=thread.order_by().values("pk"))


def _thread(message: Message, people: Collection[int], school: School, now: datetime) -> list[Said]:
    writer = _writer(message)
    rows = thread_of(message, people).select_related("sender", "sender_person", "student__person")
    found = list(rows.prefetch_related("attachments"))
    told = _told(found, people)
    return [
        Said(
            sender=writer if one.kind == TO_TEACHER else from_words(one, {}),
            at=one.created_at,
            when=moment_words(one.created_at, school, now),
            text=one.body,
            mine=one.sender_person_id in people and one.kind == REPLY,
            files=_files(one),
            told=told.get(one.pk, []),
        )
        for one in found
    ]


def _told(thread: Sequence[Message], mine: Collection[int]) -> dict[int, list[Told]]:
    """By message: of an answer, whether it reached who asked; of a family's message, which colleagues have it too."""
    kinds = {one.pk: one.kind for one in thread if one.kind in CORRESPONDENCE}
    found: dict[int, list[Told]] = {pk: [] for pk in kinds}
    recipients = list(
        Recipient.objects.filter(message__in=list(kinds)).select_related("person").order_by("pk")
    )
    read = dict(
        InboxEntry.objects.filter(recipient__in=[one.pk for one in recipients]).values_list(
            "recipient_id", "read_at"
        )
    )
    for one in recipients:
        if one.person is None or one.person_id in mine:
            continue
        is_answer = kinds[one.message_id] == REPLY
        found[one.message_id].append(
            _of_answer(one, one.person.full_name, read.get(one.pk), copied=one.pk in read)
            if is_answer
            else Told(one.person.full_name, None)
        )
    return found


def _of_answer(recipient: Recipient, name: str, read_at: datetime | None, *, copied: bool) -> Told:
    """`copied`: she has it in Mirador, whatever came of telling her so."""
    if read_at is not None:
        return Told(name, Mark(_("Leído en Mirador"), "eye", "good"))
    mark = outcome_mark(recipient.outcome, recipient.reason)
    if recipient.outcome in (Outcome.OPEN, Outcome.REACHED, Outcome.UNCONFIRMED) or not copied:
        return Told(name, mark, "" if recipient.reason == "notica" else sentence(recipient.reason))
    reason = sentence(recipient.reason)
    words = [] if reason == mark.word else [reason]
    return Told(name, mark, " · ".join([*words, _("Lo tiene en Mirador")]))
