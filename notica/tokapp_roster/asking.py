"""Asking for a roster (`notica.exports`)."""

from datetime import datetime

from django.utils.translation import gettext as _

from notica.exports.asking import ask
from notica.models import DataRequest
from notica.models.exports import TOKAPP_ROSTER
from notica.tokapp_roster.choosing import Wanted, exporter_of
from plumier.clock import day_in
from plumier.models import School, User
from plumier.refusals import Refused


def ask_for_roster(wanted: Wanted, school: School, *, by: User, now: datetime) -> DataRequest:
    """Ask for the roster of a school that she leads. Raises Refused."""
    if exporter_of(by, school, day_in(school, now)) is None:
        raise Refused(_("Solo quien dirige el centro exporta su listado."))
    if not wanted.people:
        raise Refused(_("Elija a quién se exporta: alumnado, familias o personal."))
    return ask(TOKAPP_ROSTER, school, wanted.as_json(), by=by, now=now)
