"""A transfer begun: the origin proposes a student of its own, or the destination asks for one (requirement E7)."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notica.writing.attaching import ACCEPT
from plumier.access import may_administer
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.policies import policy, user_of
from profesores.procedures import SECRETARIA, school_using, tabs
from profesores.transfer_forms import AskForm, NewForm, StepForm
from profesores.transfers_page import MOST_FOUND, pupils
from profesores.views.transfers import MOST_WORDS, number_in
from secretaria.models import Transfer
from secretaria.transfers.access import schools_to_transfer_with, students_to_transfer
from secretaria.transfers.actions import ask, offer
from secretaria.transfers.refusals import AtField


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def transfer_new(request: HttpRequest) -> HttpResponse:
    """One of the school's own students to another: she is looked for first, then chosen."""
    school, now = school_using(request, Procedure.TRANSFERS), database_now()
    user, today = user_of(request), day_in(school, now)
    words = request.GET.get("buscar", "").replace("\0", "")[:MOST_WORDS]
    found = pupils(user, school, words, today)
    form = NewForm(schools_to_transfer_with(school), request.POST if request.method == "POST" else None)
    chosen = request.POST.get("alumno", "") or (str(found[0].student.pk) if len(found) == 1 else "")
    more: dict[str, Any] = {
        "found": found,
        "words": words,
        "chosen": chosen,
        "most": MOST_FOUND,
        "no_student": "",
    }
    template = "profesores/transfer_new.html"
    if request.method != "POST":
        return _page(request, school, form, template, **more)
    student = students_to_transfer(user, school, today).filter(pk=number_in(chosen)).first()
    if student is None:
        more["no_student"] = _("Elija al alumno.")
    given = form.words(request) if form.is_valid() and student is not None else None
    if given is None or student is None:
        return _page(request, school, form, template, 422, **more)
    try:
        row = offer(student, form.school, given, by=user, now=now)
    except AtField as refusal:
        form.refuse(refusal)
        return _page(request, school, form, template, 422, **more)
    said = _("El traslado está iniciado. Ahora le toca a %(school)s.") % {"school": row.destination.name}
    return _begun(request, row, school, said)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def transfer_ask(request: HttpRequest) -> HttpResponse:
    """A student of another school, whom its office recognises or not."""
    school, now = school_using(request, Procedure.TRANSFERS), database_now()
    form = AskForm(schools_to_transfer_with(school), request.POST if request.method == "POST" else None)
    form.fields["other"].label = _("Centro de origen")
    template = "profesores/transfer_ask.html"
    if request.method != "POST":
        return _page(request, school, form, template)
    given = form.words(request) if form.is_valid() else None
    if given is None:
        return _page(request, school, form, template, 422)
    try:
        row = ask(form.school, school, form.asked, given, by=user_of(request), now=now)
    except AtField as refusal:
        form.refuse(refusal)
        return _page(request, school, form, template, 422)
    said = _("La solicitud está enviada. %(school)s comprueba si el alumno consta allí y responde.")
    return _begun(request, row, school, said % {"school": row.school.name})


def _begun(request: HttpRequest, row: Transfer, school: School, said: str) -> HttpResponse:
    notices.success(request, said)
    response = redirect(f"{reverse('profesores:transfer', args=[row.pk])}?centro={school.code}")
    response.status_code = 303
    return response


def _page(
    request: HttpRequest, school: School, form: StepForm, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "school": school,
        "tabs": tabs(request, school, SECRETARIA),
        "accept": ACCEPT,
        "again": form.is_bound and bool(request.FILES),
        **more,
    }
    return render(request, template, context, status=status)
