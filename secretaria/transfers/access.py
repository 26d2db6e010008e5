"""Which transfers somebody sees and whose side she acts for. Every query starts from the user.

A transfer is its two offices' business: whoever leads one of the schools sees that transfer and nothing else of the
other school. What the destination knows of the student stands in the transfer itself: her name, NRE and stage, which
it needs to keep her place, and the files that the origin sends. Group, contacts, marks and court orders stay in the
origin's register. Nobody sees the transfer of a student from whom a court keeps her, in either school's register.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from plumier.access import holders, schools_led_by, schools_using, students_kept_from, students_led_by
from plumier.models import Guardianship, Procedure, School, Student, User
from plumier.names import Name, name_key, search_key
from plumier.roles import Role
from secretaria.models import Transfer
from secretaria.transfers.rules import Side

# Who does the office's work: the management, and the administrative staff.
OFFICE = frozenset({Role.DIRECTOR, Role.HEAD_OF_STUDIES, Role.SECRETARY, Role.BGH, Role.PAS})


def transfers_of(user: User, school: School, today: date) -> QuerySet[Transfer]:
    """The transfers from or to a school that she leads and that keeps them."""
    led = schools_led_by(user, today).filter(pk__in=schools_using(Procedure.TRANSFERS)).filter(pk=school.pk)
    rows = Transfer.objects.filter(Q(school__in=led) | Q(destination__in=led))
    return rows.exclude(pk__in=transfers_kept_from(user, today).values("pk"))


def transfers_kept_from(user: User, today: date) -> QuerySet[Transfer]:
    """Those of a student from whom a court keeps her: recognised, or meant by the NRE or the name of a request."""
    kept = students_kept_from(user, today)
    named = Q(nre__in=kept.exclude(nre="").values("nre")) | Q(sort_key__in=kept.values("person__sort_key"))
    return Transfer.objects.filter(named | Q(student__in=kept))


def schools_to_transfer_with(school: School) -> QuerySet[School]:
    """The others of the installation that keep transfers."""
    return schools_using(Procedure.TRANSFERS).exclude(pk=school.pk).order_by("name", "pk")


def students_to_transfer(user: User, school: School, today: date) -> QuerySet[Student]:
    """The students of her school whom she may propose or recognise."""
    return students_led_by(user, today).filter(school=school).select_related("person")


def found_students(user: User, school: School, typed: str, today: date) -> QuerySet[Student]:
    """Those of her school that «expediente», NRE or all words of a name say."""
    rows = students_to_transfer(user, school, today)
    named = Q()
    for word in search_key(typed).split():
        named &= Q(person__sort_key__contains=word)
    return rows.filter(Q(expediente=typed) | Q(nre__iexact=typed) | named).order_by("person__sort_key", "pk")


def side_of(transfer: Transfer, school: School) -> Side:
    """For which of the two a school acts."""
    return Side.ORIGIN if transfer.school_id == school.pk else Side.DESTINATION


def school_of(transfer: Transfer, side: Side) -> School:
    """The school of a side."""
    return transfer.school if side == Side.ORIGIN else transfer.destination


def told_of(transfer: Transfer, school: School, today: date) -> list[int]:
    """Whoever of a school's office hears of a transfer, persons by id: not whom a court keeps from that student.

    By log-in, since she may be a parent in one school and work in the other; and by NRE and by name, since the student
    may be on record in both, and nobody has said yet who is meant by a request.
    """
    office = holders(school, OFFICE, today)
    barred = _barred(transfer, today).values("guardian__user")
    people: Iterable[int] = (
        office.filter(Q(user__isnull=True) | ~Q(user__in=barred)).order_by("pk").values_list("pk", flat=True)
    )
    return list(people)


def _barred(transfer: Transfer, today: date) -> QuerySet[Guardianship]:
    name = name_key(Name(transfer.given_name, transfer.surname))
    schools = (transfer.school_id, transfer.destination_id)
    who = Q(student=transfer.student_id) | Q(student__person__sort_key=name, student__school__in=schools)
    if transfer.nre:
        who |= Q(student__nre=transfer.nre)
    return Guardianship.objects.barred_on(today).filter(who, guardian__user__isnull=False)
