"""«Títulos»: the proposals of a school, a new one, and what waits at the office (requirement E6)."""

from collections.abc import Callable, Mapping
from secrets import token_urlsafe

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumier.access import may_administer, schools_led_by
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.names import clean_text
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from plumier.workbooks import XLSX
from profesores.diploma_forms import BatchForm, ExpedientesForm
from profesores.diplomas_page import batches_page
from profesores.procedures import SECRETARIA, school_using, tabs
from secretaria.diplomas.access import students_proposed_by
from secretaria.diplomas.batches import make_batch
from secretaria.diplomas.uncollected import sms_marks, waiting_after, waiting_book, waiting_in
from secretaria.models import BatchState

PAGE = "diplomas"  # in the notes of who was shown whose record
WAITING_SHOWN = 100


@require_safe
@policy(may_administer)
def diplomas(request: HttpRequest) -> HttpResponse:
    """The proposals, newest first."""
    school = school_of_titles(request)
    today = day_in(school, database_now())
    state = request.GET.get("estado", "")
    state = state if state in BatchState.values else ""
    page = batches_page(user_of(request), school, today, state, number_in(request.GET.get("despues", "")))
    context = {"page": page, "state": state, "school": school, "tabs": tabs(request, school, SECRETARIA)}
    return render(request, "profesores/diplomas.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def diploma_new(request: HttpRequest) -> HttpResponse:
    """A new proposal, with a pasted list of expedientes or without."""
    school, now = school_of_titles(request), database_now()
    user, status = user_of(request), 200
    known = known_in(request, school)
    form, students = BatchForm(), ExpedientesForm(known)
    key = clean_text(request.POST.get("clave", ""))[:64] or token_urlsafe(16)
    if request.method == "POST":
        form, students = BatchForm(request.POST), ExpedientesForm(known, request.POST)
        if form.is_valid() & students.is_valid():
            chosen = students.cleaned_data["expedientes"]
            try:
                batch = make_batch(school, form.written, chosen, client_key=key, by=user, now=now)
            except Refused as refusal:
                form.add_error("numero", str(refusal))
            else:
                return see(reverse("profesores:diploma_batch", args=[batch.pk]), school)
        status = 422
    context = {"form": form, "students": students, "key": key, "school": school}
    return render(request, "profesores/diploma_new.html", context, status=status)


@require_safe
@policy(may_administer)
def diplomas_waiting(request: HttpRequest) -> HttpResponse:
    """Received and not collected yet, those who wait longest first."""
    school = school_of_titles(request)
    rows = waiting_in(user_of(request), school, day_in(school, database_now()))
    total = rows.count()
    some = list(waiting_after(rows, number_in(request.GET.get("despues", "")))[: WAITING_SHOWN + 1])
    shown = some[:WAITING_SHOWN]
    note(request, [one.student.person for one in shown], PAGE)
    marks = sms_marks(shown)
    context = {
        "rows": [(one, marks.get(one.pk)) for one in shown],
        "total": total,
        "after": shown[-1].pk if len(some) > WAITING_SHOWN else 0,
        "school": school,
        "tabs": tabs(request, school, SECRETARIA),
    }
    return render(request, "profesores/diplomas_waiting.html", context)


@require_safe
@policy(may_administer)
def diplomas_workbook(request: HttpRequest) -> HttpResponse:
    """All of them as a workbook."""
    school = school_of_titles(request)
    rows = list(waiting_in(user_of(request), school, day_in(school, database_now())))
    note(request, [one.student.person for one in rows], PAGE)
    response = HttpResponse(waiting_book(rows, school), content_type=XLSX)
    name = f"{_('titulos-sin-recoger')}-{school.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def school_of_titles(request: HttpRequest) -> School:
    """The school of now. Http404 unless it keeps titles here and she leads it."""
    school = school_using(request, Procedure.DIPLOMAS)
    led = schools_led_by(user_of(request), day_in(school, database_now()))
    if not led.filter(pk=school.pk).exists():
        raise Http404
    return school


def known_in(request: HttpRequest, school: School) -> Callable[[set[str]], Mapping[str, int]]:
    """What finds, of these spellings of expedientes, the students whom she may propose there."""
    today = day_in(school, database_now())
    students = students_proposed_by(user_of(request), today).filter(school=school)

    def known(spelt: set[str]) -> Mapping[str, int]:
        rows = students.filter(expediente__in=spelt).order_by()
        return dict(rows.values_list("expediente", "pk"))

    return known


def number_in(typed: str) -> int:
    """A key from an address; 0 for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def numbers_in(typed: list[str]) -> list[int]:
    """Ids that were ticked."""
    return [number for number in map(number_in, typed) if number]


def see(address: str, school: School) -> HttpResponse:
    """To a page of this school, by reading it."""
    response = redirect(f"{address}?centro={school.code}")
    response.status_code = 303
    return response
