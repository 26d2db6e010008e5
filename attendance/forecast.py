"""Whom a mark would tell, and whom not and why: said before it is saved (requirement E1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from attendance.rules import Why, why_not_told
from notica.candidates import tie_problem
from notica.ties import ties_of_students
from plumier.models import Enrolment, Person

PROTECTED: Final = "protected"
NOBODY: Final = "nobody"
# Why nobody is told, in words.
WORDS: Final = {
    Why.OLD: _("Más de un día: no se avisa"),
    Why.BY_DATE: _("Faltas por fecha (Infantil y Primaria): no se avisa"),
    Why.JUSTIFIED: _("Justificada: no se avisa"),
    PROTECTED: _("Datos protegidos: no se avisa"),
    NOBODY: _("Nadie tiene marcado que se le avise"),
}


@dataclass(frozen=True, slots=True)
class Tells:
    """Whom a pupil's absence would tell, by name; `why` nobody is, empty where somebody is."""

    names: tuple[str, ...] = ()
    why: str = ""

    @property
    def words(self) -> str:
        """Why nobody is told."""
        return str(WORDS[self.why]) if self.why else ""


def forecast(enrolments: Sequence[Enrolment], day: date, today: date) -> dict[int, Tells]:
    """By enrolment (with its student and its group's stage at hand); two queries whatever their number."""
    ties = ties_of_students({one.student_id for one in enrolments})
    reached = {
        student: [tie for tie in rows if tie_problem(tie, today) is None] for student, rows in ties.items()
    }
    people = Person.objects.in_bulk({tie.guardian_id for rows in reached.values() for tie in rows})
    found = {}
    for one in enrolments:
        names = tuple(people[tie.guardian_id].full_name for tie in reached[one.student_id])
        why = why_not_told(day, today, one.group.stage.absence_mode)
        if why == Why.TOLD and one.student.protected:
            found[one.pk] = Tells(why=PROTECTED)
        elif why == Why.TOLD and not names:
            found[one.pk] = Tells(why=NOBODY)
        else:
            found[one.pk] = Tells(names if why == Why.TOLD else (), why)
    return found
