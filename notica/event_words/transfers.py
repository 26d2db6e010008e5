"""What a school is told of a transfer: which step it must take, of which student, by when (requirement E7)."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.kinds import TRANSFER
from notica.models import Message

PAGE: Final = "profesores:transfer"  # the page is the teachers' web's
# By the state of a transfer, what the school whose turn it is must do; of one that has ended, what both know.
TO_DO: Final = {
    "asked": gettext_lazy("Comprobar la solicitud y aceptarla, o devolverla con el motivo"),
    "offered": gettext_lazy("Aceptar al alumno, o devolver la propuesta con el motivo"),
    "asked_back": gettext_lazy("Corregir la solicitud devuelta y enviarla otra vez, o anular el traslado"),
    "offered_back": gettext_lazy("Corregir la propuesta devuelta y enviarla otra vez, o anular el traslado"),
    "accepted": gettext_lazy("Enviar el expediente del alumno"),
    "sent": gettext_lazy("Recibir el expediente y dar la conformidad, o devolverlo si está incompleto"),
    "received": gettext_lazy("Dar de baja al alumno en su centro"),
    "withdrawn": gettext_lazy("Dar de alta y matricular al alumno en su centro"),
    "enrolled": gettext_lazy("Comprobar que todo está hecho y cerrar el traslado"),
    "closed": gettext_lazy("El traslado ha terminado: no queda nada por hacer"),
    "annulled": gettext_lazy("El traslado se ha anulado: no tiene que hacer nada"),
}


def transfer_context(message: Message) -> dict[str, Any]:
    """The step, whose it is, between which schools, and the link to where it is done."""
    params = message.params
    if params.get("late"):
        head = _("Ha pasado el plazo de un paso que le toca a su centro:")
    elif params["due"]:
        head = _("Le toca a su centro:")
    else:
        head = _("Para su conocimiento:")
    who = params["student"] + (f" (NRE {params['nre']})" if params["nre"] else "")
    link = f"{settings.LINK_ROOT}{reverse(PAGE, args=[params['transfer']])}?centro={message.school.code}"
    lines = [
        f"{head} {TO_DO[params['state']]}.",
        "",
        _("Alumno: %(student)s") % {"student": who},
        _("Del centro: %(school)s") % {"school": params["origin"]},
        _("Al centro: %(school)s") % {"school": params["destination"]},
    ]
    if params["due"]:
        day = date_format(date.fromisoformat(params["due"]), "DATE_FORMAT")
        lines.append(_("Plazo: hasta el %(day)s") % {"day": day})
    return {"body": "\n".join([*lines, "", _("Ver el traslado: %(link)s") % {"link": link}])}


# By kind, what its text is made of.
CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {TRANSFER: transfer_context}
