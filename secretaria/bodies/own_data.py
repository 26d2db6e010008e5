"""Bodies and meetings in the copy of what a school holds about somebody (requirement E9)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person
from secretaria.bodies.choices import MeetingState
from secretaria.models import BodyMember, MeetingMember


def bodies_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Hers alone: in which bodies she is or was, and to which meetings she was called."""
    yield _memberships(person)
    yield _meetings(person)


def _memberships(person: Person) -> Section:
    columns = [
        ("body", _("Órgano")),
        ("role", _("Qué es en él")),
        ("from", _("Desde")),
        ("until", _("Hasta")),
    ]
    found = BodyMember.objects.filter(person=person).select_related("body").order_by("held_from", "pk")
    rows: list[Row] = [
        (one.body.name, one.get_role_display(), one.held_from, one.held_until) for one in found
    ]
    return Section("bodies", _("Órganos y comisiones"), columns, rows)


def _meetings(person: Person) -> Section:
    columns = [
        ("body", _("Órgano")),
        ("starts", _("Cuándo")),
        ("place", _("Lugar")),
        ("answer", _("Respuesta")),
        ("reason", _("Motivo")),
        ("attended", _("Asistió")),
    ]
    found = MeetingMember.objects.filter(person=person).exclude(meeting__state=MeetingState.DRAFT)
    rows: list[Row] = [
        (
            one.meeting.body.name,
            one.meeting.starts_at,
            one.meeting.place,
            one.get_answer_display(),
            one.reason,
            one.attended,
        )
        for one in found.select_related("meeting__body").order_by("meeting__starts_at", "pk")
    ]
    return Section("meetings", _("Reuniones a las que se le convocó"), columns, rows)
