"""Turning the school year: what was stays, and from then on everything looks at the new one (requirement A1).

The coming year is made ready beside the current one: its roster is imported into it. Then it becomes the current
one. Enrolments, groups and teaching of the year that ends stay where they are.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumier.history import acting
from plumier.models import AcademicYear, Enrolment, Group, School, User
from plumier.refusals import Refused


@dataclass(frozen=True, slots=True)
class ComingYear:
    """A year to be made ready: its name («2027/2028») and, where they are known, its first and last day."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What turning the year means, counted in students: from then on nobody writes to those who leave."""

    before: str
    after: str
    staying: int
    leaving: int
    arriving: int
    groups: int
    without_tutor: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Give it as the command prints it."""
        return asdict(self)


@transaction.atomic
def prepare_year(coming: ComingYear, *, school: School, by: User | None) -> AcademicYear:
    """Make the coming year, or set the days of one that is there. Raises Refused for days out of order."""
    name = coming.name.strip()
    if not name:
        raise Refused(_("Falta el nombre del curso. Un ejemplo: 2027/2028."))
    if coming.starts_on and coming.ends_on and coming.ends_on <= coming.starts_on:
        raise Refused(_("El último día del curso no puede ser anterior al primero."))
    with acting(by.pk if by else None, "prepare_year"):
        year, _made = AcademicYear.objects.get_or_create(
            school=school,
            name=name,
            defaults={"is_current": not school.years.filter(is_current=True).exists()},
        )
        year.starts_on = coming.starts_on or year.starts_on
        year.ends_on = coming.ends_on or year.ends_on
        year.save(update_fields=["starts_on", "ends_on"])
    return year


def preview_turn(school: School, name: str, today: date) -> Turn:
    """What turning to a year would mean today. Raises Refused where it cannot be turned to."""
    current, coming = _years(school, name)
    before, after = _students(current, today), _students(coming, today)
    groups = Group.objects.filter(year=coming)
    return Turn(
        before=current.name,
        after=coming.name,
        staying=before.filter(student__in=after.values("student")).count(),
        leaving=before.exclude(student__in=after.values("student")).count(),
        arriving=after.exclude(student__in=before.values("student")).count(),
        groups=groups.count(),
        without_tutor=tuple(
            groups.filter(tutor__isnull=True).order_by("name").values_list("name", flat=True)
        ),
    )


@transaction.atomic
def turn_year(school: School, name: str, *, by: User | None, today: date) -> Turn:
    """Make a prepared year the current one; what it meant. Raises Refused where it cannot be turned to."""
    School.objects.select_for_update().get(pk=school.pk)
    turn = preview_turn(school, name, today)
    with acting(by.pk if by else None, "turn_year"):
        AcademicYear.objects.filter(school=school, is_current=True).update(is_current=False)
        AcademicYear.objects.filter(school=school, name=turn.after).update(is_current=True)
    return turn


def _years(school: School, name: str) -> tuple[AcademicYear, AcademicYear]:
    """The current year and the one of that name."""
    current = AcademicYear.objects.filter(school=school, is_current=True).first()
    coming = AcademicYear.objects.filter(school=school, name=name.strip()).first()
    if current is None:
        raise Refused(_("El centro no tiene ningún curso en curso."))
    if coming is None:
        raise Refused(_("No existe el curso «%(name)s»: prepárelo antes con --prepare.") % {"name": name})
    if coming == current:
        raise Refused(_("El curso «%(name)s» ya es el actual.") % {"name": name})
    if not Enrolment.objects.filter(year=coming).exists():
        raise Refused(
            _("El curso «%(name)s» no tiene matrículas: importe antes su listado, o nadie recibiría nada.")
            % {"name": name}
        )
    return current, coming


def _students(year: AcademicYear, today: date) -> QuerySet[Enrolment]:
    return Enrolment.objects.in_force(today).filter(year=year)
