"""What a transfer refuses, in words for whoever asked."""

from django.utils.translation import gettext as _

from plumier.refusals import Refused
from secretaria.models import TransferStep


class StepTaken(Refused):
    """Somebody has acted since the form was made; `step` is the last that was done."""

    def __init__(self, step: TransferStep) -> None:
        super().__init__(
            _(
                "Mientras tanto, este traslado ha cambiado: «%(action)s» (%(school)s). No se ha hecho nada más. Revise"
                " cómo está ahora."
            )
            % {"action": step.get_action_display(), "school": step.school.name}
        )
        self.step = step


class AtField(Refused):
    """What is wrong with one field of a form, by the field's name."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
