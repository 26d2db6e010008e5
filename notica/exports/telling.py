"""What who asked is told: an e-mail with the file or the way to it, and the same in Notica."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from notica.actions import person_of_superuser
from notica.choices import Audience, Lane, MessageState, Way
from notica.exports.products import PRODUCTS
from notica.models import DataRequest, Message, MessageAttachment
from notica.one_off import OneOff, release, send_one_off
from notica.own_channels.mail import mail_of
from notica.wakeups import fan_out_later
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import Person, SchoolPolicy

KEPT: Final = timedelta(days=7)  # the row and its file
MOST_ATTACHED: Final = 10 * 1024 * 1024  # bytes; a larger one is fetched from its page


def told(request: DataRequest, now: datetime) -> Message | None:
    """Write the message, in the transaction that ends the request; None if she is nobody there any more."""
    person = reader_person(request, now)
    if person is None:
        return None
    if PRODUCTS[request.product].own_person is not None:
        return _told_herself(request, person, now)
    school = request.school
    by_mail = Way.EMAIL in SchoolPolicy.objects.get(school=school).channels
    product = PRODUCTS[request.product]
    attached = bool(request.sha256) and by_mail and request.size <= MOST_ATTACHED
    message = Message.objects.create(
        school=school,
        kind=request.product,
        to=Audience.STAFF,
        way=Way.EMAIL if by_mail else Way.NOTICA,
        params=_params(request, attached=attached, until=day_in(school, now + KEPT)),
        audience={"staff": [person.pk]},
        client_key=f"export-{request.pk}",
        fingerprint="",
        lane=Lane.URGENT,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    if attached:
        MessageAttachment.objects.create(
            message=message,
            name=product.file_name(request, day_in(school, now)),
            content_type=product.content_type(request),
            size=request.size,
            sha256=request.sha256,
        )
    fan_out_later(message.pk)
    return message


def _told_herself(request: DataRequest, person: Person, now: datetime) -> Message:
    """She alone, as who she is there; in Notica only where the school may not write to her."""
    school = request.school
    address = mail_of(person)
    message = send_one_off(
        OneOff(
            school=school,
            kind=request.product,
            address=address,
            address_kind="email",
            client_key=f"export-{request.pk}",
            person=person,
            way=Way.EMAIL if address else Way.NOTICA,
            params=_params(request, attached=False, until=day_in(school, now + KEPT)),
            inbox=True,
        ),
        by=None,
        now=now,
    )
    release(message, now)
    return message


def reader_person(request: DataRequest, now: datetime) -> Person | None:
    """Who she is in that school today."""
    if not request.by.is_active:
        return None
    if (own_person := PRODUCTS[request.product].own_person) is not None:
        return own_person(request)
    person = person_in(request.by, request.school, day_in(request.school, now))
    if person is None and request.by.is_superuser:
        return person_of_superuser(request.by, request.school)
    return person


def _params(request: DataRequest, *, attached: bool, until: date) -> dict[str, Any]:
    return {
        "students": request.students,
        "omitted": request.omitted,
        "token": request.token,
        "attached": attached,
        "until": until.isoformat(),
        "failed": request.reason,
    }
