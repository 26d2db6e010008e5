"""What a draft must be before it is sent (requirements B1–B4, C1): each refusal says what to do."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.choices import Audience, Way
from notica.drafts import Draft
from notica.kinds import KINDS, LENGTHS, MESSAGE, OUT_OF_HOURS, SUBJECT_LENGTH, Kind
from notica.office_hours import OfficeHours, own_kind
from notica.refusals import InOfficeHours, Refused
from notica.writing.placeholders import OWN
from notica.writing.placeholders import check as check_places
from plumier.addressing import schools_addressed_by
from plumier.clock import day_in
from plumier.models import Holiday, School, SchoolPolicy, User
from plumier.models.policies import TutorsWrite

OF_TUTORS: Final = (MESSAGE, OUT_OF_HOURS)  # what a tutor writes to her families by herself


def check_draft(draft: Draft, policy: SchoolPolicy, *, by: User, now: datetime) -> tuple[str, ...]:
    """The placeholders of its text. Raise Refused where the kind or the school does not allow it."""
    kind = KINDS[draft.kind]
    if draft.choice.to not in kind.audiences or draft.way not in kind.ways:
        raise Refused(_("Este tipo de mensaje no se puede enviar así."))
    if draft.way not in (*policy.channels, Way.NOTICA):
        raise Refused(_("El centro no usa %(way)s. Elija otra vía.") % {"way": Way(draft.way).label})
    if kind.chosen and not draft.body.strip():
        raise Refused(_("El mensaje está vacío. Escriba el texto."))
    check_hours(draft, policy, by=by, now=now)
    _check_files(draft, kind)
    places = check_places((draft.subject, draft.body), draft.choice.to) if kind.placeholders else ()
    if kind.own_texts:
        places = (OWN,)
    _check_length(draft, filled=bool(places))
    return places


def check_hours(draft: Draft, policy: SchoolPolicy, *, by: User, now: datetime) -> None:
    """Raise InOfficeHours where it is the desk that sends at that hour, as the school has it (requirement C10).

    Whoever writes to the whole school may always; a message for later is looked at for its own hour. On a holiday of
    the school's there is no office.
    """
    if policy.tutors_write == TutorsWrite.ALWAYS or draft.kind not in OF_TUTORS:
        return
    school, at = draft.school, draft.not_before or now
    if draft.choice.to == Audience.STAFF or writes_to_all(school, by=by, now=now):
        return
    hours = office_hours(school, policy, at)
    if hours.holds(at):
        words = {"from": time_format(policy.office_from), "until": time_format(policy.office_until)}
        raise InOfficeHours(
            _(
                "De %(from)s a %(until)s a las familias les escribe la mesa de revisión. Usted puede enviarlo desde las"
                " %(until)s: déjelo preparado para esa hora o, si no puede esperar, páselo a la mesa."
            )
            % words,
            hours.next_outside(at),
        )


def writes_to_all(school: School, *, by: User, now: datetime) -> bool:
    """Whether she may write to all of this school."""
    return schools_addressed_by(by, day_in(school, now)).filter(pk=school.pk).exists()


def kind_for(school: School, to: str, way: str, *, by: User, now: datetime) -> str:
    """The kind of what she writes by herself, as her school has it (requirement C10)."""
    rule = school.policy.tutors_write
    return own_kind(rule, to, way, whole=rule == TutorsWrite.ALWAYS or writes_to_all(school, by=by, now=now))


def office_hours(school: School, policy: SchoolPolicy, at: datetime) -> OfficeHours:
    """The school's, knowing whether the day of that moment is free."""
    day = day_in(school, at)
    is_free = Holiday.objects.filter(school=school, first_day__lte=day, last_day__gte=day).exists()
    free = (day,) if is_free else ()
    zone = ZoneInfo(school.time_zone)
    return OfficeHours(zone, policy.office_from, policy.office_until, policy.office_days, free)


def _check_length(draft: Draft, *, filled: bool) -> None:
    """A text that is filled for each recipient is measured when it is known who they are."""
    if len(" ".join(draft.subject.split())) > SUBJECT_LENGTH:
        raise Refused(
            _("El asunto es demasiado largo: caben %(most)d caracteres.") % {"most": SUBJECT_LENGTH}
        )
    most = LENGTHS.get(draft.way)
    over = len(draft.body.strip()) - most if most is not None and not filled else 0
    if most is None or over <= 0:
        return
    words = ngettext(
        "El texto tiene %(over)d carácter de más: en %(way)s caben %(most)d.",
        "El texto tiene %(over)d caracteres de más: en %(way)s caben %(most)d.",
        over,
    )
    raise Refused(words % {"over": over, "most": most, "way": draft.way.label})


def _check_files(draft: Draft, kind: Kind) -> None:
    carries = draft.way == Way.EMAIL or (kind.files_stay and draft.way == Way.NOTICA)
    if draft.files and not (carries and kind.attachments):
        raise Refused(_("Solo el correo electrónico admite ficheros."))


def check_units(draft: Draft, units: int, policy: SchoolPolicy) -> None:
    """Raise Refused when there is nobody, or an SMS goes to more people than may be written to so."""
    if units == 0:
        raise Refused(_("No hay nadie a quien enviar: la selección está vacía."))
    many_allowed = policy.sms_to_many or KINDS[draft.kind].sms_to_many
    if draft.way == Way.SMS and units > 1 and not many_allowed:
        raise Refused(_("SMS: elija un solo alumno."))
