"""What attendance refuses, in words for whoever asked."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from attendance.choices import Mark
from plumier.refusals import Refused


class FutureDay(Refused):
    """A day that has not come."""

    def __init__(self) -> None:
        super().__init__(_("Ese día aún no ha llegado: no se pueden poner faltas de un día futuro."))


class RollChanged(Refused):
    """Somebody has marked these pupils otherwise meanwhile; `found` is what is marked now, by enrolment."""

    def __init__(self, found: Mapping[int, Mark]) -> None:
        super().__init__(
            _("Otra persona ha cambiado esta lista mientras tanto. Revise lo señalado y guarde otra vez.")
        )
        self.found = dict(found)
