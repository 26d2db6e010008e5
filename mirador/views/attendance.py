"""Faltas: a child's absences of this year, and what her family answers to a notice (requirement E1)."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance.answering import Answer, answer
from attendance.choices import AnswerKind
from attendance.family_days import Reader, family_absences, notices_told, part_of
from attendance.models import AbsenceAnswer, AbsenceNotice
from mirador.excuse_form import ExcuseForm
from mirador.family import PARAMETER, Family, family_of, family_with_child
from notica.leaflet.panels import call
from notica.writing.attaching import MOST_BYTES
from plumier.clock import day_in
from plumier.family_access import Child, is_family
from plumier.policies import policy
from plumier.refusals import Refused


@require_safe
@policy(is_family)
def attendance(request: HttpRequest) -> HttpResponse:
    """The absences of one child, the newest day first."""
    family = family_with_child(request)
    if family.child is None:
        return render(request, "mirador/attendance.html", {"family": family})
    before = _day(request.GET.get("despues", ""))
    context = {
        "family": family,
        "page": family_absences(reader_of(family, family.child), before),
        "query": urlencode({PARAMETER: family.child.pk}),
    }
    with timezone.override(family.child.school.time_zone):
        return render(request, "mirador/attendance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def absence_excuse(request: HttpRequest, absence_notice_id: int) -> HttpResponse:
    """«Lo sabía»: the reason and perhaps a file, which the tutor decides on."""
    asked = _Asked(request, absence_notice_id, "mirador/absence_excuse.html")
    if request.method != "POST":
        return asked.page(form=ExcuseForm())
    form = ExcuseForm(request.POST, request.FILES)
    if not form.is_valid():
        return asked.page(422, form=form)
    written = Answer(AnswerKind.KNEW, form.cleaned_data["reason"], form.cleaned_data["file"])
    try:
        kept = asked.answer(written)
    except Refused as refusal:
        return asked.page(422, form=form, problem=str(refusal))
    if kept.reason == written.reason:
        notices.success(request, _("Su justificante está enviado. El tutor lo verá y decidirá."))
    else:
        notices.warning(request, _("Ya había enviado antes un justificante de este aviso: vale aquel."))
    return asked.back()


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def absence_alarm(request: HttpRequest, absence_notice_id: int) -> HttpResponse:
    """«¡Debería estar en clase!»: once it is confirmed, the school hears of it at once."""
    asked = _Asked(request, absence_notice_id, "mirador/absence_alarm.html")
    if request.method != "POST":
        return asked.page()
    try:
        asked.answer(Answer(AnswerKind.SHOULD_BE_THERE))
    except Refused as refusal:
        return asked.page(422, problem=str(refusal))
    said = _("El centro ya está avisado. Si no le llaman enseguida, llame usted.")
    phone = asked.reader.child.school.policy.school_phone
    notices.success(request, f"{said} {phone}".strip())
    return asked.back()


class _Asked:
    """One answer to a notice about a child for whom she speaks to the school. Http404 where it is not."""

    def __init__(self, request: HttpRequest, notice_id: int, template: str) -> None:
        family = family_of(request)
        readers = {child.pk: reader_of(family, child) for child in family.children}
        hers = [student for student, reader in readers.items() if reader.answers]
        self.notice: AbsenceNotice = get_object_or_404(notices_told(hers), pk=notice_id)
        self.reader = readers[self.notice.student_id]
        self.family = replace(family, child=self.reader.child)
        self.request, self.template = request, template

    def answer(self, written: Answer) -> AbsenceAnswer:
        """Raises Refused."""
        return answer(self.notice, written, by=self.family.user, now=self.family.now)

    def page(self, status: int = 200, **more: Any) -> HttpResponse:
        """What it is about, and what is asked."""
        child = self.reader.child
        context = {
            "family": self.family,
            "part": part_of(self.notice, self.reader),
            "phone": phone_of(child),
            "most_bytes": MOST_BYTES,
            "back": f"{self._address}#dia-{self.notice.day.isoformat()}",
            **more,
        }
        with timezone.override(child.school.time_zone):
            return render(self.request, self.template, context, status=status)

    def back(self) -> HttpResponse:
        """It is done: above her child's absences it is said so."""
        response = redirect(self._address)
        response.status_code = 303
        return response

    @property
    def _address(self) -> str:
        query = urlencode({PARAMETER: self.reader.child.pk})
        return f"{reverse('mirador:attendance')}?{query}"


def reader_of(family: Family, child: Child) -> Reader:
    """Who reads about one of her children."""
    return Reader(family.user, child, day_in(child.school, family.now))


def phone_of(child: Child) -> Any:
    """Where her school is called, None where it has said no number."""
    phone = child.school.policy.school_phone
    return call(_("Teléfono"), phone) if phone else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
