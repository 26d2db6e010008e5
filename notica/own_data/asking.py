"""Asking for a copy of what a school holds about oneself (`notica.exports`)."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notica.exports.asking import ask
from notica.models import DataRequest
from notica.models.exports import OWN_DATA
from notica.throttling import too_often
from plumier.family_access import family_persons
from plumier.models import School, User
from plumier.refusals import Refused

FORM: Final = "form"
READABLE, JSON = "html", "json"
FORMS: Final = (READABLE, JSON)
MOST_A_DAY: Final = 6
A_DAY: Final = 86_400  # seconds


def ask_for_own(school: School, form: str, *, by: User, now: datetime) -> DataRequest:
    """Ask for it in one of `FORMS`. Raises Refused where she is nobody's family, and after many in a day."""
    if not family_persons(by).filter(school=school).exists():
        raise Refused(_("En este centro no consta nada de usted."))
    if too_often("own_data", str(by.pk), MOST_A_DAY, A_DAY):
        raise Refused(_("Ya ha pedido %(most)d copias hoy. Vuelva mañana.") % {"most": MOST_A_DAY})
    return ask(OWN_DATA, school, {FORM: form}, by=by, now=now)


def own_requests(user: User) -> QuerySet[DataRequest]:
    """Those that are kept, newest first."""
    return DataRequest.objects.filter(by=user, product=OWN_DATA).select_related("school").order_by("-pk")
