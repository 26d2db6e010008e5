"""What the post office does when asked: one transaction each, by somebody, at a moment."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from notica.access import check_may_send
from notica.audience import Scope, count_units, is_to_one
from notica.checking import check_draft, check_units
from notica.choices import Lane, MessageState
from notica.drafts import Draft
from notica.fanout import fan_out_now
from notica.kinds import KINDS, UNDO_SECONDS
from notica.models import Message, MessageAttachment
from notica.refusals import KeyUsed
from notica.wakeups import fan_out_later
from notica.writing.filling import PLACEHOLDERS
from notica.writing.fitting import check_filled
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import Contact, ContactKind, Person, School, SchoolPolicy, Slot, User

AT_ONCE = 100  # up to so many recipients are written in Send's own transaction


@transaction.atomic
def send(draft: Draft, *, by: User, now: datetime) -> Message:
    """Take a message for delivery; the same client key again returns the same message.

    Raises Refused (its text is for the sender) and then nothing is kept.
    """
    known = Message.objects.filter(sender=by, client_key=draft.client_key).first()
    if known is not None:
        return _same(known, draft)
    message = compose(draft, by=by, now=now)
    message, created = _insert(message)
    if not created:
        return _same(message, draft)
    MessageAttachment.objects.bulk_create(MessageAttachment.of(kept, message=message) for kept in draft.files)
    if message.not_before <= now + timedelta(seconds=UNDO_SECONDS):
        if count_units(Scope(message, day_in(draft.school, now)), AT_ONCE + 1) <= AT_ONCE:
            fan_out_now(message, now)
            message.refresh_from_db()
        else:
            fan_out_later(message.pk)
    return message


def compose(draft: Draft, *, by: User, now: datetime) -> Message:
    """The checked message, not yet saved. Raises Refused."""
    school = draft.school
    policy = SchoolPolicy.objects.get(school=school)
    today = day_in(school, now)
    check_may_send(draft, by=by, today=today)
    places = check_draft(draft, policy, by=by, now=now)
    kind = KINDS[draft.kind]
    message = Message(
        school=school,
        sender=by,
        sender_person=draft.writer or person_in(by, school, today) or person_of_superuser(by, school),
        kind=draft.kind,
        to=draft.choice.to,
        way=draft.way,
        email_after=draft.email_after or kind.email_after,
        subject=" ".join(draft.subject.split()),
        body=draft.body.strip(),
        params={
            **draft.params,
            "straight_to_mail": bool(draft.files) and kind.files_to_mail,
            **({PLACEHOLDERS: places} if places else {}),
        },
        audience=draft.audience,
        resends=draft.resends,
        student=draft.student,
        in_reply_to=draft.in_reply_to,
        client_key=draft.client_key,
        fingerprint=draft.fingerprint(),
        not_before=max(draft.not_before or now, now),
        state=MessageState.QUEUED,
        created_at=now,
    )
    scope = Scope(message, today)
    check_units(draft, count_units(scope, 2), policy)
    check_filled(message, scope)
    message.lane = Lane.URGENT if is_to_one(scope) else kind.lane
    if draft.undo and kind.lane != Lane.URGENT:
        message.not_before = max(message.not_before, now + timedelta(seconds=UNDO_SECONDS))
    return message


def _insert(message: Message) -> tuple[Message, bool]:
    """Save it unless the same key was saved at the same instant by another request."""
    made = Message.objects.bulk_create([message], ignore_conflicts=True)[0]
    kept = Message.objects.get(sender=message.sender, client_key=message.client_key)
    return kept, kept.token == made.token


def _same(message: Message, draft: Draft) -> Message:
    if message.fingerprint != draft.fingerprint():
        raise KeyUsed(_("Este envío ya se hizo con otro contenido. Vuelva a abrir el formulario."))
    return message


def person_of_superuser(user: User, school: School) -> Person:
    """A superuser may send in any school and is then somebody there, to whom the acuse goes."""
    own = Person.objects.filter(user=user, school=school, student__isnull=True, guardianships__isnull=True)
    person = own.first() or Person.objects.create(
        user=user, school=school, given_name=user.first_name or user.username, surname=user.last_name
    )
    if user.email:
        for slot in (Slot.EMAIL, Slot.EMAIL_OFFICIAL):
            Contact.objects.get_or_create(
                person=person,
                slot=slot,
                defaults={"school": school, "kind": ContactKind.EMAIL, "value": user.email},
            )
    return person
