"""What the commands have in common: schools and groups by what people call them, and refusals in words."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plumier.models import Group, School
from plumier.refusals import Refused


class RefusingCommand(BaseCommand):
    """A command whose refusals are told in their own sentence; it then ends with 2."""

    def handle(self, **options: Any) -> None:
        try:
            self.run(options)
        except Refused as error:
            raise CommandError(str(error), returncode=2) from error

    def run(self, options: dict[str, Any]) -> None:
        """Do it. May raise Refused."""
        raise NotImplementedError


def find_school(code: str) -> School:
    """The school with a code. Raises Refused."""
    school = School.objects.filter(code=code).first()
    if school is None:
        raise Refused(_("No hay ningún centro con el código %(code)s.") % {"code": code})
    return school


def find_groups(school: School, names: Iterable[str]) -> frozenset[int]:
    """The ids of groups of the current year by name. Raises Refused for one that is not there."""
    wanted = list(names)
    rows = Group.objects.filter(school=school, year__is_current=True, name__in=wanted)
    found = dict(rows.values_list("name", "pk"))
    for name in wanted:
        if name not in found:
            raise Refused(_("No hay ningún grupo «%(name)s» este curso.") % {"name": name})
    return frozenset(found.values())
