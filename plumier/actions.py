"""What changes the register: one transaction each."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.models import Guardianship, Relation, School, SchoolPolicy, Student
from plumier.models.schools import PhoneRegion
from plumier.refusals import Refused

ZONES = {PhoneRegion.SPAIN: "Europe/Madrid", PhoneRegion.VIETNAM: "Asia/Ho_Chi_Minh"}
LANGUAGES = {PhoneRegion.SPAIN: "es", PhoneRegion.VIETNAM: "vi"}


@dataclass(frozen=True, slots=True)
class NewSchool:
    """A school to be made. Empty zone and language are its region's; both quiet times or none."""

    code: str
    name: str
    kind: str
    region: str
    time_zone: str = ""
    language: str = ""
    quiet: tuple[time, time] | None = None


@transaction.atomic
def create_school(new: NewSchool) -> School:
    """Make a school with its policy. Raises Refused for a code in use or a zone that does not exist."""
    region = PhoneRegion(new.region)
    zone = new.time_zone or ZONES[region]
    if not new.code.isascii() or not new.code.isalnum():
        raise Refused(_("El código «%(code)s» solo puede tener letras y cifras.") % {"code": new.code})
    if School.objects.filter(code=new.code).exists():
        raise Refused(_("Ya hay un centro con el código %(code)s.") % {"code": new.code})
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(
            _("No existe la zona horaria «%(zone)s». Un ejemplo: Europe/Madrid.") % {"zone": zone}
        ) from error
    school = School.objects.create(
        code=new.code,
        name=new.name,
        kind=new.kind,
        phone_region=region,
        time_zone=zone,
        language=new.language or LANGUAGES[region],
    )
    start, end = new.quiet or (None, None)
    SchoolPolicy.objects.create(school=school, quiet_from=start, quiet_until=end)
    return school


@dataclass(frozen=True, slots=True)
class Bar:
    """A court's order: both days count, without `until` it has no end."""

    since: date
    until: date | None
    reference: str


def find_guardianship(student: Student, who: str) -> Guardianship:
    """The guardian whom `who` names: padre, madre, tutor, tutor1, tutor2, a DNI or a full name.

    Refused unless it is just one; the sentence says who there is.
    """
    ties = student.guardianships.select_related("guardian").order_by("order")
    found = [tie for tie in ties if who.casefold() in _names_of(tie)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"tutor{tie.order} ({tie.get_relation_display()}: {tie.guardian})" for tie in ties)
    raise Refused(
        _("«%(who)s» no es un único tutor de este alumno. Los que hay: %(known)s.")
        % {"who": who, "known": known or "—"}
    )


def _names_of(tie: Guardianship) -> set[str]:
    relations = {Relation.FATHER: "padre", Relation.MOTHER: "madre", Relation.OTHER: "tutor"}
    person = tie.guardian
    names = {
        relations[Relation(tie.relation)],
        f"tutor{tie.order}",
        person.document,
        person.full_name,
        str(person),
    }
    return {name.casefold() for name in names if name}


@transaction.atomic
def bar_guardian(guardianship: Guardianship, bar: Bar | None) -> Guardianship:
    """Keep a guardian from a child by a court's order, or lift the bar with None.

    Raises Refused without a document or with dates in the wrong order.
    """
    if bar is not None and not bar.reference.strip():
        raise Refused(_("Falta la referencia de la resolución judicial."))
    if bar is not None and bar.until is not None and bar.until < bar.since:
        raise Refused(_("La fecha final es anterior a la inicial."))
    kept = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
    kept.barred_from = bar.since if bar else None
    kept.barred_until = bar.until if bar else None
    kept.barred_reference = bar.reference.strip() if bar else ""
    kept.save(update_fields=["barred_from", "barred_until", "barred_reference"])
    return kept
