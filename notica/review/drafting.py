"""A text of the desk as the message that it becomes, and what keeps it from becoming one."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.kinds import GENERAL, LENGTHS
from notica.models import ReviewText
from notica.receipts import ACUSE_TO
from notica.refusals import Refused
from notica.review.access import OFFICE, REVIEW
from notica.review.saying import Said
from notica.review.words import office_words
from plumier.access import person_in, students_kept_from
from plumier.clock import day_in
from plumier.models import Group, Student

_LATE: Final = timedelta(minutes=5)  # an hour only just past is sent at once


def draft_of(text: ReviewText, said: Said, now: datetime) -> Draft:
    """What is sent: its office answers for it and gets the acuse too.

    Its key has the version, as one whose send was cancelled may be sent again.
    """
    return Draft(
        school=text.school,
        kind=GENERAL,
        choice=Choice(Audience.FAMILY, said.groups, said.students, everyone=said.everyone),
        way=said.way,
        client_key=f"review-{text.token}-{text.version}",
        body=said.body,
        subject=said.subject if said.way == Way.EMAIL else "",
        files=tuple(one.kept for one in text.files.all()),
        not_before=said.not_before,
        params={REVIEW: text.pk, OFFICE: text.office, ACUSE_TO: _answering(text, now)},
        undo=True,
    )


def check_said(text: ReviewText, said: Said, now: datetime) -> None:
    """What an office or the desk can mend. Raises Refused."""
    if not said.body:
        raise Refused(_("El mensaje está vacío. Escriba el texto."))
    if said.to_nobody:
        raise Refused(_("Diga a quién va: a todo el centro, a unos grupos o a unos alumnos."))
    if said.not_before and said.not_before < now - _LATE:
        when = date_format(said.not_before.astimezone(ZoneInfo(text.school.time_zone)), "DATETIME_FORMAT")
        raise Refused(_("El %(when)s ya ha pasado. Indique una hora futura.") % {"when": when})
    if said.way != Way.EMAIL and text.files.exists():
        raise Refused(_("Solo el correo electrónico admite ficheros."))
    _check_here(text, said)
    _check_sms(text, said)


def _check_here(text: ReviewText, said: Said) -> None:
    """Ids come from outside, and what was chosen may have gone since."""
    groups = Group.objects.filter(school=text.school, year__is_current=True, pk__in=said.groups)
    students = Student.objects.filter(school=text.school, pk__in=said.students)
    if groups.count() < len(said.groups) or students.count() < len(said.students):
        raise Refused(_("Alguien de los elegidos ya no es de este centro. Vuelva a elegir a quién va."))


def _check_sms(text: ReviewText, said: Said) -> None:
    """An SMS has room for so many characters, the office's name among them."""
    if said.way != Way.SMS:
        return
    with translation.override(text.school.language):
        most = LENGTHS[Way.SMS] - len(signature(text.office))
    if (over := len(said.body) - most) > 0:
        raise Refused(
            _("Con el nombre de la oficina sobran %(over)d caracteres: en un SMS caben %(most)d.")
            % {"over": over, "most": most}
        )


def signature(office: str) -> str:
    """What stands behind the text of an SMS."""
    return f" ({office_words(office)})"


def _answering(text: ReviewText, now: datetime) -> list[int]:
    """Who wrote it, where she still works there: she hears what became of it.

    The acuse names people: one from whom a court keeps her from somebody of the school is not hers.
    """
    today = day_in(text.school, now)
    person = person_in(text.by, text.school, today)
    kept = students_kept_from(text.by, today).filter(school=text.school).exists()
    return [] if person is None or kept else [person.pk]
