"""Named refusals of the register: `str(error)` is the sentence a person reads, in her language."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """The register is left as it was."""


class SavedOtherwise(Refused):
    """A form comes again, as after «Back», and says something else than what it has saved: that is no second press."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Con este formulario ya se guardó otra cosa, y sigue guardada. Mírela; si quiere guardar además esto,"
                " pulse otra vez."
            )
        )
