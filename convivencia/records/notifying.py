"""The family is told of a record by Telegram/TokApp: whom it would reach, and told once (requirement E4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from convivencia.models import BehaviourNotice, BehaviourRecord
from convivencia.records.naming import Named, readable
from convivencia.records.refusals import NamesAnother
from convivencia.records.roster import named_in
from convivencia.records.writing import CAUSE
from notica.actions import send
from notica.choices import Audience, DeliveryState, MessageState, Way, channel_word
from notica.drafts import Choice, Draft
from notica.kinds import BEHAVIOUR
from notica.models import Delivery, InboxEntry
from notica.preparing import context_of
from notica.previewing import preview
from notica.refusals import Refused as NotSent
from notica.writing.preview_numbers import is_named, missed_json
from notica.writing.preview_words import Leaving, Missed, Words, leaving
from plumier.history import acting
from plumier.models import Person, User
from plumier.refusals import Refused, SavedOtherwise

TEXT_LENGTH: Final = 12_000  # characters, as many as Telegram/TokApp takes in parts
_ANY_TEXT: Final = "·"  # who gets it does not hang on the text


@dataclass(frozen=True, slots=True)
class Telling:
    """A text to a family: `key` makes a repeated press one send, `seen` says how many it had been sent by then.

    `ruled_out` are the keys of words of which the sender says that they are no pupil.
    """

    text: str
    key: str
    seen: int = 0
    ruled_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who will get it, and by which channels first."""

    name: str
    channels: str


@dataclass(frozen=True, slots=True)
class WhoGetsIt:
    """«Quién lo va a recibir»; `problem` says why it cannot be sent at all."""

    reached: tuple[Reached, ...] = ()
    missed: tuple[Missed, ...] = ()
    leaving: Leaving | None = None
    problem: str = ""


def who_gets_it(record: BehaviourRecord, *, by: User, now: datetime) -> WhoGetsIt:
    """As it would be sent now by this user; nothing is left behind."""
    try:
        seen = preview(_draft(record, Telling(_ANY_TEXT, "preview")), by=by, now=now)
    except NotSent as refusal:
        return WhoGetsIt(problem=str(refusal))
    going = [one for one in seen.prepared if not one.outcome]
    people = Person.objects.in_bulk({one.candidate.person_id for one in going if one.candidate.person_id})
    reached = tuple(
        Reached(
            str(people[one.candidate.person_id]),
            "/".join(
                channel_word(name) for name in dict.fromkeys(target.channel for target in one.plan.steps[0])
            ),
        )
        for one in going
        if one.candidate.person_id in people
    )
    others = [missed_json(seen.message, one) for one in seen.prepared if one.outcome and is_named(one)]
    return WhoGetsIt(reached, Words(seen.message).missed(others), leaving(context_of(seen.message), now))


def what_was_told() -> QuerySet[BehaviourNotice]:
    """The notices of which a family may have heard: not those that were stopped before anything of them went out.

    A copy of one that is stopped stays in Mirador: who reads it there has heard.
    """
    begun = Delivery.objects.filter(message_id=OuterRef("message_id")).exclude(
        state__in=(DeliveryState.READY, DeliveryState.CANCELLED), tries=0
    )
    read = InboxEntry.objects.filter(message_id=OuterRef("message_id"), read_at__isnull=False)
    stopped = Q(message__state=MessageState.CANCELLED) & ~Exists(begun) & ~Exists(read)
    return BehaviourNotice.objects.exclude(stopped)


@transaction.atomic
def notify_family(record: BehaviourRecord, telling: Telling, *, by: User, now: datetime) -> BehaviourNotice:
    """Send it once for a key; whether the record is hers the caller has asked (`records_seen_by`).

    Raises NamesAnother where the text names another pupil: a full name always, a given name unless it was ruled out;
    Refused where it cannot be sent, or somebody has told the family meanwhile; SavedOtherwise where that key sent
    another text. Then nothing is sent.
    """
    row = _locked(record)
    sent = BehaviourNotice.objects.filter(record=row, by=by, message__client_key=_key(row, telling))
    known = sent.select_related("message").first()
    if known is not None:
        if known.message.fingerprint != _draft(row, telling).fingerprint():
            raise SavedOtherwise
        return known
    before = BehaviourNotice.objects.filter(record=row).count()
    if before != telling.seen:
        raise Refused(
            _("Mientras tanto se ha notificado a la familia. Mire qué se le dijo antes de enviar otra vez.")
        )
    if row.is_annulled and not what_was_told().filter(record=row).exists():
        raise Refused(_("El registro está anulado y la familia no supo de él: no hay nada que notificar."))
    ruled_out = _look(row, telling, by)
    try:
        message = send(_draft(row, telling), by=by, now=now)
    except NotSent as refusal:
        raise Refused(str(refusal)) from refusal
    with acting(by.pk, CAUSE):
        return BehaviourNotice.objects.create(
            school=row.school, record=row, message=message, ruled_out=ruled_out, by=by, at=now
        )


def _look(record: BehaviourRecord, telling: Telling, by: User) -> list[str]:
    """The words that were ruled out and needed to be. Raises NamesAnother."""
    found = named_in(record, telling.text, by=by)
    left = [one for one in found if one.how == Named.SURELY or one.key not in telling.ruled_out]
    if left:
        raise NamesAnother(left)
    return list(dict.fromkeys(one.words for one in found))


def _locked(record: BehaviourRecord) -> BehaviourRecord:
    rows = BehaviourRecord.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("school", "enrolment__student__person").get(pk=record.pk)


def _draft(record: BehaviourRecord, telling: Telling) -> Draft:
    return Draft(
        school=record.school,
        kind=BEHAVIOUR,
        choice=Choice(Audience.FAMILY, students=(record.enrolment.student_id,)),
        way=Way.TELEGRAM_TOKAPP,
        client_key=_key(record, telling),
        body=readable(telling.text),
        student=record.enrolment.student,
    )


def _key(record: BehaviourRecord, telling: Telling) -> str:
    return f"behaviour-{record.pk}-{telling.key}"
