"""A message to one address that somebody names and that need not be anybody's in the register: a code to a phone that
a family has just given, a test to a phone that is asked about.

It goes the engine's whole way, but for the audience: its only target stands in the message. It has a Notica copy only
where that is asked for, and is always looked at again before it goes out.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notica.choices import Audience, Lane, MessageState, Way
from notica.fanout import fan_out_now
from notica.models import Message
from notica.one_off_target import TARGET
from notica.refusals import Refused
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import Person, School, SchoolPolicy, Slot, Student, User

LOOKED_AT_AGAIN = -1  # no version of the register: the last look never takes the plan for granted
_WAYS = {"mobile": Way.SMS, "email": Way.EMAIL}


@dataclass(frozen=True, slots=True)
class OneOff:
    """What goes where. `address` is read already: `kind` is mobile or email.

    It is for a `person`, or for whoever answers for a `student`. `way` is None for the address's own: SMS or e-mail.
    With `inbox` the person has it in Notica too; by the way of Notica alone there is no address.
    """

    school: School
    kind: str
    address: str
    address_kind: str
    client_key: str
    person: Person | None = None
    student: Student | None = None
    way: Way | None = None
    subject: str = ""
    body: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    inbox: bool = False


@transaction.atomic
def send_one_off(one: OneOff, *, by: User | None, now: datetime) -> Message:
    """Write it and its delivery. The same client key again returns the same message.

    Raises Refused where the school does not use that way. Whether this user may, the caller has asked;
    nobody is Plumier itself.
    """
    known = Message.objects.filter(sender=by, client_key=one.client_key).first()
    if known is not None:
        return known
    way = one.way or _WAYS.get(one.address_kind)
    if way is None:
        raise Refused(_("A un teléfono fijo no se puede enviar: elija un móvil o un correo."))
    if way not in (*SchoolPolicy.objects.get(school=one.school).channels, Way.NOTICA):
        raise Refused(_("El centro no usa %(way)s. Elija otra vía.") % {"way": way.label})
    return Message.objects.create(
        school=one.school,
        sender=by,
        sender_person=person_in(by, one.school, day_in(one.school, now)) if by else None,
        kind=one.kind,
        to=Audience.FAMILY,
        way=way,
        subject=one.subject,
        body=one.body,
        params=one.params,
        audience={TARGET: _target(one)},
        client_key=one.client_key,
        fingerprint="",
        lane=Lane.URGENT,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
        register_seen=LOOKED_AT_AGAIN,
    )


def release(message: Message, now: datetime) -> None:
    """Write its delivery, within the transaction that made it: what it waits for has been written beside it."""
    fan_out_now(message, now)
    message.refresh_from_db()


def _target(one: OneOff) -> dict[str, Any]:
    holder = one.person or (one.student.person if one.student else None)
    if holder is None:
        raise ValueError("a one-off message is for a person or for a student's family")
    return {
        "address": one.address,
        "kind": one.address_kind,
        "slot": Slot.EMAIL if one.address_kind == "email" else Slot.PHONE_1,
        "person": holder.pk,
        "recipient": one.person.pk if one.person else None,
        "family": None if one.person or one.student is None else one.student.pk,
        "role": "other",
        "inbox": one.inbox,
    }
