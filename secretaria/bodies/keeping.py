"""Bodies and their members, as the equipo directivo keeps them (requirement E9)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from plumier.access import people_kept_from
from plumier.clock import day_in
from plumier.models import Person, School, Staff, User
from plumier.refusals import Refused
from plumier.standing import at_work
from secretaria.bodies.access import bodies_kept_by, may_direct
from secretaria.bodies.calling import call_newcomers
from secretaria.bodies.choices import BodyKind, BodyRole
from secretaria.models import Body, BodyMember
from secretaria.models.bodies import MemberQuerySet

MOST: Final = 1_000  # people added at once
NAME_LENGTH: Final = 120


@transaction.atomic
def save_body(
    school: School, name: str, kind: BodyKind, *, body: Body | None = None, by: User, now: datetime
) -> Body:
    """Make a body, or call it otherwise. Raises Refused where it has no name or another has it."""
    if not may_direct(by, school, day_in(school, now)):
        raise Refused(_("Los órganos del centro los lleva el equipo directivo."))
    clean = " ".join(name.split())[:NAME_LENGTH]
    if not clean:
        raise Refused(_("Escriba el nombre del órgano."))
    row = body or Body(school=school)
    row.name, row.kind = clean, kind
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("Ya hay un órgano con ese nombre. Escriba otro.")) from error
    return row


@transaction.atomic
def dissolve(body: Body, *, by: User, now: datetime) -> Body:
    """It is called no more from today, and its members are none from tomorrow; twice is once."""
    held, today = _held(body, by, now)
    if held.dissolved_on is None:
        held.dissolved_on = today
        held.save(update_fields=["dissolved_on"])
        _still(held).filter(held_from__lte=today).update(held_until=today)
        _still(held).delete()
    return held


@transaction.atomic
def add_members(
    body: Body, people: Collection[int], role: BodyRole, since: date, *, by: User, now: datetime
) -> int:
    """Add those of these persons of the school who are not in it; how many they were.

    To meetings that are still to come, and called already, they are called now.
    Raises Refused where nobody was chosen, or one of them is of another school or kept from her by a court.
    """
    held, today = _open(body, by, now)
    wanted = set(people)
    if not wanted:
        raise Refused(_("Elija al menos a una persona."))
    if len(wanted) > MOST:
        raise Refused(_("Son demasiadas personas para una vez: elija como mucho %(most)d.") % {"most": MOST})
    found = Person.objects.filter(pk__in=wanted, school=held.school)
    found = found.exclude(pk__in=people_kept_from(by, today).values("pk"))
    if found.count() < len(wanted):
        raise Refused(_("Alguna de las personas ya no está en el centro. Vuelva a buscarla."))
    return _add(held, wanted, role, since, by=by, now=now)


@transaction.atomic
def add_everyone(body: Body, *, by: User, now: datetime) -> int:
    """«Todo el claustro»: whoever works in the school today and is not in it yet; how many."""
    held, today = _open(body, by, now)
    working = Staff.objects.filter(at_work(today), school=held.school).values_list("person_id", flat=True)
    return _add(held, set(working), BodyRole.MEMBER, today, by=by, now=now)


@transaction.atomic
def end_membership(member: BodyMember, last: date, *, by: User, now: datetime) -> None:
    """A day is her last in it; one who has not begun is taken out."""
    held, _today = _held(member.body, by, now)
    row = BodyMember.objects.select_for_update().get(pk=member.pk, body=held)
    if last < row.held_from:
        row.delete()
        return
    if row.held_until is None or row.held_until > last:
        row.held_until = last
        row.save(update_fields=["held_until"])


@transaction.atomic
def give_role(member: BodyMember, role: BodyRole, *, by: User, now: datetime) -> None:
    """What she is in it from now on; the meetings that were keep what she was."""
    held, _today = _held(member.body, by, now)
    BodyMember.objects.filter(pk=member.pk, body=held).update(role=role)


def _add(body: Body, people: set[int], role: BodyRole, since: date, *, by: User, now: datetime) -> int:
    """Those who are in it at that day or later are passed over."""
    taken = body.members.filter(Q(held_until__isnull=True) | Q(held_until__gte=since))
    fresh = people - set(taken.values_list("person_id", flat=True))
    rows = [
        BodyMember(school=body.school, body=body, person_id=pk, role=role, held_from=since)
        for pk in sorted(fresh)
    ]
    BodyMember.objects.bulk_create(rows)
    if rows and since <= day_in(body.school, now):
        call_newcomers(body, by=by, now=now)
    return len(rows)


def _held(body: Body, by: User, now: datetime) -> tuple[Body, date]:
    """The body, locked, and the school's day. Raises Refused where it is not hers to keep."""
    today = day_in(body.school, now)
    hers = bodies_kept_by(by, today).filter(pk=body.pk)
    found = Body.objects.select_for_update(of=("self",)).select_related("school").filter(pk__in=hers)
    row = found.first()
    if row is None:
        raise Refused(_("Los órganos del centro los lleva el equipo directivo."))
    return row, today


def _open(body: Body, by: User, now: datetime) -> tuple[Body, date]:
    row, today = _held(body, by, now)
    if row.dissolved_on is not None:
        raise Refused(_("Este órgano está disuelto: ya no se le añaden componentes."))
    return row, today


def _still(body: Body) -> MemberQuerySet:
    return body.members.filter(held_until__isnull=True)
