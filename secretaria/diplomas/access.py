"""Whose the titles are: who leads the school keeps them. Every query starts from the user."""

from datetime import date

from django.db.models import QuerySet

from plumier.access import schools_led_by, schools_using, students_kept_from
from plumier.models import Procedure, Student, User
from secretaria.models import Diploma, DiplomaBatch


def batches_kept_by(user: User, today: date) -> QuerySet[DiplomaBatch]:
    """The proposals of the schools that she leads and that keep titles here."""
    using = schools_using(Procedure.DIPLOMAS).values("pk")
    led = schools_led_by(user, today).filter(pk__in=using)
    return DiplomaBatch.objects.filter(school__in=led.values("pk"))


def diplomas_kept_by(user: User, today: date) -> QuerySet[Diploma]:
    """Their titles, but those of students from whom a court keeps her (requirement A3)."""
    kept = Diploma.objects.filter(batch__in=batches_kept_by(user, today).values("pk"))
    return kept.exclude(student__in=students_kept_from(user, today).values("pk"))


def students_proposed_by(user: User, today: date) -> QuerySet[Student]:
    """Students whom she may put into a proposal, also those who have left: titles come a year later."""
    using = schools_using(Procedure.DIPLOMAS).values("pk")
    led = schools_led_by(user, today).filter(pk__in=using)
    students = Student.objects.filter(school__in=led.values("pk"))
    return students.exclude(pk__in=students_kept_from(user, today).values("pk"))
