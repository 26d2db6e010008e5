"""Asking for the result of a send (`notica.exports`)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from notica.access import messages_visible_to
from notica.exports.asking import ask
from notica.models import DataRequest, Message
from notica.models.exports import SEND_RESULT
from notica.refusals import Refused
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import School, User


def ask_for_result(message: Message, *, by: User, now: datetime) -> DataRequest:
    """Ask for the workbook of a send that she may see. Raises Refused where there is nobody yet, or nobody to tell."""
    school = message.school
    today = day_in(school, now)
    if found_for(message.token, school, by, today) is None:
        raise Refused(_("Este envío no es suyo ni de un centro que dirija."))
    if not by.is_superuser and person_in(by, school, today) is None:
        raise Refused(_("No trabaja en este centro: no hay a quién enviarle el resultado."))
    if not message.recipients.exists():
        raise Refused(_("Este envío todavía no tiene destinatarios."))
    return ask(SEND_RESULT, school, {"message": message.token}, by=by, now=now)


def found_for(token: str, school: School, user: User, today: date) -> Message | None:
    """The send with this token, if the user may see it that day."""
    seen = messages_visible_to(user, today).filter(school=school, token=token)
    return seen.select_related("school").first()
