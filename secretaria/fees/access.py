"""Who keeps a school's fees: who leads it, and who holds its finances. Every query starts from the user."""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from plumier.access import posts_of, schools_led_by, schools_using, students_kept_from
from plumier.models import Procedure, School, Student, User
from plumier.roles import Role
from secretaria.models import Fee, FeeMovement

# Who is told of the days with movement (requirement E8): of these posts, all of whom may open the detail.
TOLD: Final = frozenset({Role.DIRECTOR, Role.SECRETARY, Role.PAS, Role.BGH, Role.FINANCE})


def schools_charging(user: User, today: date) -> QuerySet[School]:
    """Schools that keep fees here and whose fees are this user's to keep."""
    finance = posts_of(user, [Role.FINANCE], today).values("school")
    hers = Q(pk__in=schools_led_by(user, today).values("pk")) | Q(pk__in=finance)
    return schools_using(Procedure.FEES).filter(hers)


def keeps_fees(user: User, today: date) -> bool:
    """Whether the pages of fees are this user's."""
    return schools_charging(user, today).exists()


def students_charged_by(user: User, school: School, today: date) -> QuerySet[Student]:
    """Whom she may charge: students of that school, but those from whom a court keeps her (requirement A3)."""
    students = Student.objects.filter(school=school, school__in=schools_charging(user, today).values("pk"))
    return students.exclude(pk__in=students_kept_from(user, today).values("pk"))


def fees_kept_by(user: User, school: School, today: date) -> QuerySet[Fee]:
    """A school's fees, but those of students from whom a court keeps her."""
    fees = Fee.objects.filter(school=school, school__in=schools_charging(user, today).values("pk"))
    return fees.exclude(student__in=students_kept_from(user, today).values("pk"))


def movements_kept_by(user: User, school: School, today: date) -> QuerySet[FeeMovement]:
    """What happened to those."""
    rows = FeeMovement.objects.filter(school=school, school__in=schools_charging(user, today).values("pk"))
    return rows.exclude(fee__student__in=students_kept_from(user, today).values("pk"))
