"""Groups and students named by people, found in the register."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from notica.refusals import Refused
from plumier.importing.groups import group_key
from plumier.models import Group, School, Student


def find_groups(school: School, names: Sequence[str]) -> tuple[int, ...]:
    """Groups of this year by name, whatever its accents and capitals. Refused if one is not there."""
    groups = Group.objects.filter(school=school, year__is_current=True)
    known = {group_key(name): pk for pk, name in groups.values_list("pk", "name")}
    missing = [name for name in names if group_key(name) not in known]
    if missing:
        raise Refused(
            _("No hay ningún grupo «%(name)s» en este centro. Los que hay: %(known)s.")
            % {"name": missing[0], "known": ", ".join(sorted(groups.values_list("name", flat=True)))}
        )
    return tuple(known[group_key(name)] for name in names)


def find_students(school: School, expedientes: Sequence[str]) -> tuple[int, ...]:
    """Students by expediente. Refused if one is not there."""
    students = Student.objects.filter(school=school, expediente__in=expedientes)
    known = dict(students.values_list("expediente", "pk"))
    missing = [number for number in expedientes if number not in known]
    if missing:
        raise Refused(
            _("No hay ningún alumno con expediente %(missing)s en este centro.")
            % {"missing": ", ".join(missing)}
        )
    return tuple(known[number] for number in expedientes)
