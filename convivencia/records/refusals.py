"""What the room of behaviour records refuses, in words for whoever asked."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from convivencia.records.naming import Found, Named
from plumier.refusals import Refused


class RecordChanged(Refused):
    """It has been corrected since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Este registro ha cambiado mientras lo corregía. Mire cómo está ahora y guarde otra vez.")
        )


class NamesAnother(Refused):
    """A text to a family names another pupil; `found` are the words."""

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__(sentence(found))
        self.found = tuple(found)


def sentence(found: Sequence[Found]) -> str:
    """What is said at the field, with the words that were found."""
    words = ", ".join(f"«{words}»" for words in dict.fromkeys(one.words for one in found))
    said = ngettext(
        "El texto nombra a otro alumno: %(words)s. La familia no puede saber de él.",
        "El texto nombra a otros alumnos: %(words)s. La familia no puede saber de ellos.",
        len({one.key for one in found}),
    ) % {"words": words}
    if all(one.how == Named.SURELY for one in found):
        mended = _("Quítelo del texto, por ejemplo con «otro alumno».")
    else:
        mended = _("Quítelo del texto, o marque abajo si no es un alumno.")
    return f"{said} {mended}"
