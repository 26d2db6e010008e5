"""What a procedure tells of what happened: the procedure has decided who is told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from notica.choices import Audience, MessageState
from notica.fanout import fan_out_now
from notica.files import KeptFile
from notica.kinds import KINDS, first_way
from notica.models import Message, MessageAttachment
from notica.wakeups import fan_out_later
from notica.writing.filling import PLACEHOLDERS
from notica.writing.placeholders import OWN
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import Person, School, SchoolPolicy, Student, User


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of one student to who answers for her, by the ways of its kind.

    `params` hold what its text is made of, as plain values. With `corrects` only those are told who heard of one of
    the messages `heard_in`, by the addresses at which they did; with `besides` only who has heard of none of them.
    """

    kind: str
    student: Student
    client_key: str
    params: dict[str, Any] = field(default_factory=dict)
    corrects: Message | None = None
    heard_in: tuple[int, ...] = ()
    besides: bool = False


@dataclass(frozen=True, slots=True)
class StaffEvent:
    """What some of a school's staff (persons by id) are told, of a student (`about`) or of none.

    The message is of the school of whom it tells; `writer` is who says it where that is not who causes it, as a
    family does. `files` go with it, where its kind takes any.
    """

    kind: str
    school: School
    people: tuple[int, ...]
    client_key: str
    params: dict[str, Any] = field(default_factory=dict)
    about: Student | None = None
    writer: Person | None = None
    files: tuple[KeptFile, ...] = ()


@transaction.atomic
def tell_staff(event: StaffEvent, *, by: User | None, now: datetime) -> Message:
    """Write the message and its rows, once for a client key, by the ways of its kind as far as the school has them.

    `by` is None for what the clock tells. A student who is not of that school is named in `params`, not `about`.
    """
    known = Message.objects.filter(sender=by, school=event.school, client_key=event.client_key).first()
    if known is not None:
        return known
    school, kind = event.school, KINDS[event.kind]
    used = SchoolPolicy.objects.get(school=school).channels
    message = Message.objects.create(
        school=school,
        sender=by,
        sender_person=event.writer or (person_in(by, school, day_in(school, now)) if by else None),
        kind=event.kind,
        to=Audience.STAFF,
        way=first_way(event.kind, used),
        params=event.params,
        audience={"staff": sorted(event.people)},
        student=event.about,
        client_key=event.client_key,
        fingerprint="",
        lane=kind.lane,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    MessageAttachment.objects.bulk_create(MessageAttachment.of(kept, message=message) for kept in event.files)
    fan_out_now(message, now)
    message.refresh_from_db()
    return message


@dataclass(frozen=True, slots=True)
class FamiliesEvent:
    """What is told of many students at once, each family of its own alone: `own_texts` says what, when it goes out.

    `subject` is what the message is called, of plain values (a class, a day).
    """

    kind: str
    school: School
    students: tuple[int, ...]
    client_key: str
    subject: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def tell_families(event: FamiliesEvent, *, by: User, now: datetime) -> Message:
    """Write one message whose rows a job writes, set by set; once for a client key."""
    known = Message.objects.filter(sender=by, client_key=event.client_key).first()
    if known is not None:
        return known
    school, kind = event.school, KINDS[event.kind]
    message = Message.objects.create(
        school=school,
        sender=by,
        sender_person=person_in(by, school, day_in(school, now)),
        kind=event.kind,
        to=Audience.FAMILY,
        way=kind.ways[0],
        email_after=kind.email_after,
        subject=event.subject,
        body=f"{{{OWN}}}",
        params={**event.params, PLACEHOLDERS: [OWN]},
        audience={"students": sorted(event.students)},
        client_key=event.client_key,
        fingerprint="",
        lane=kind.lane,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    fan_out_later(message.pk)
    return message


@transaction.atomic
def tell_family(event: Event, *, by: User, now: datetime) -> Message:
    """Write the message and its rows; once for a client key.

    `by` is who caused it: her name stands on it, and whether she still works here is no condition of its going out.
    """
    known = Message.objects.filter(sender=by, client_key=event.client_key).first()
    if known is not None:
        return known
    school, kind = event.student.school, KINDS[event.kind]
    narrowed = {"besides" if event.besides else "heard": sorted(event.heard_in)} if event.heard_in else {}
    message = Message.objects.create(
        school=school,
        sender=by,
        sender_person=person_in(by, school, day_in(school, now)),
        kind=event.kind,
        to=Audience.FAMILY,
        way=kind.ways[0],
        email_after=kind.email_after,
        params=event.params,
        audience={"students": [event.student.pk], **narrowed},
        corrects=event.corrects,
        student=event.student,
        client_key=event.client_key,
        fingerprint="",
        lane=kind.lane,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    fan_out_now(message, now)
    message.refresh_from_db()
    return message
