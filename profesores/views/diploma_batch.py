"""One proposal of titles: its students, and what becomes of it (requirement E6)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plumier.access import may_administer
from plumier.clock import database_now, day_in
from plumier.names import clean_text
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from profesores.diploma_forms import BatchForm, ExpedientesForm, SentForm
from profesores.diplomas_page import PARTS, batch_page, groups_of, students_found
from profesores.procedures import SECRETARIA, tabs
from profesores.views.diplomas import PAGE, known_in, number_in, numbers_in, school_of_titles, see
from secretaria.diplomas.access import batches_kept_by, diplomas_kept_by
from secretaria.diplomas.batches import (
    add_students,
    change_batch,
    delete_batch,
    mark_sent,
    remove_diplomas,
)
from secretaria.diplomas.collecting import collect, take_back
from secretaria.diplomas.receiving import tell_failed_again
from secretaria.models import Diploma, DiplomaBatch
from secretaria.models.diplomas import NAME_LENGTH


def batch_of(request: HttpRequest, pk: int) -> DiplomaBatch:
    """One that is hers, of the school of now. Http404 else."""
    school = school_of_titles(request)
    kept = batches_kept_by(user_of(request), day_in(school, database_now()))
    return get_object_or_404(kept.select_related("school__policy"), pk=pk, school=school)


def hers_of(request: HttpRequest, batch: DiplomaBatch) -> QuerySet[Diploma]:
    """The titles of a proposal whose students she may be told of."""
    today = day_in(batch.school, database_now())
    return diplomas_kept_by(user_of(request), today).filter(batch=batch)


def _chosen(request: HttpRequest, batch: DiplomaBatch) -> list[int]:
    ticked = numbers_in(request.POST.getlist("titulos"))
    return list(hers_of(request, batch).filter(pk__in=ticked).values_list("pk", flat=True))


def page_of(batch: DiplomaBatch) -> HttpResponse:
    """To the proposal, by reading it."""
    return see(reverse("profesores:diploma_batch", args=[batch.pk]), batch.school)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def diploma_batch(request: HttpRequest, diploma_batch_id: int) -> HttpResponse:
    """The proposal; by POST what `hacer` says is done to it."""
    batch = batch_of(request, diploma_batch_id)
    forms = {"data": BatchForm(_data_of(batch)), "sent": SentForm({"enviada": _today(batch).isoformat()})}
    status = 200
    if request.method == "POST":
        done = _done(request, batch, forms)
        if done is not None:
            return done
        status = 422
    part = request.GET.get("ver", "")
    after = number_in(request.GET.get("despues", ""))
    page = batch_page(user_of(request), batch, _today(batch), part if part in PARTS else "", after)
    note(request, [one.diploma.student.person for one in page.rows], PAGE)
    context = {
        **forms,
        "page": page,
        "batch": batch,
        "part": part,
        "parts": [
            (value, word, page.numbers[value])
            for value, word in zip(PARTS, (_("Por llegar"), _("Sin recoger"), _("Recogidos")), strict=True)
        ],
        "longest": NAME_LENGTH,
        "school": batch.school,
        "tabs": tabs(request, batch.school, SECRETARIA),
    }
    return render(request, "profesores/diploma_batch.html", context, status=status)


def _today(batch: DiplomaBatch) -> date:
    return day_in(batch.school, database_now())


def _data_of(batch: DiplomaBatch) -> dict[str, str]:
    return {"titulo": batch.title, "curso": batch.year, "numero": batch.number}


def _done(request: HttpRequest, batch: DiplomaBatch, forms: dict[str, Any]) -> HttpResponse | None:
    """Where it leads; None where a form is wrong, which the page then shows."""
    user, now = user_of(request), database_now()
    act = request.POST.get("hacer", "")
    if act == "datos":
        forms["data"] = form = BatchForm(request.POST)
        if not form.is_valid():
            return None
        return _try(
            request, batch, lambda: _say(request, change_batch(batch, form.written, by=user, now=now))
        )
    if act == "enviada":
        forms["sent"] = sent = SentForm(request.POST)
        if not sent.is_valid():
            return None
        day = sent.cleaned_data["enviada"]
        return _try(request, batch, lambda: _say(request, mark_sent(batch, day, by=user, now=now)))
    if act == "borrar":
        return _try(request, batch, lambda: _deleted(request, batch))
    if act == "otra-vez":
        return _try(request, batch, lambda: _sent_again(request, batch))
    if act == "quitar":
        chosen = _chosen(request, batch)
        return _try(
            request, batch, lambda: _removed(request, remove_diplomas(batch, chosen, by=user, now=now))
        )
    return page_of(batch)


def _try(request: HttpRequest, batch: DiplomaBatch, act: Callable[[], HttpResponse | None]) -> HttpResponse:
    """Do it; a refusal is said on the page of the proposal."""
    try:
        return act() or page_of(batch)
    except Refused as refusal:
        notices.error(request, str(refusal))
        return page_of(batch)


def _say(request: HttpRequest, batch: DiplomaBatch) -> None:
    notices.success(request, _("La propuesta está guardada."))


def _deleted(request: HttpRequest, batch: DiplomaBatch) -> HttpResponse:
    delete_batch(batch, by=user_of(request), now=database_now())
    notices.success(request, _("El borrador está borrado."))
    return see(reverse("profesores:diplomas"), batch.school)


def _removed(request: HttpRequest, number: int) -> None:
    said = ngettext(
        "%(number)d alumno quitado de la propuesta.", "%(number)d alumnos quitados de la propuesta.", number
    )
    notices.success(request, said % {"number": number})


def _sent_again(request: HttpRequest, batch: DiplomaBatch) -> None:
    tell_failed_again(batch, by=user_of(request), now=database_now())
    notices.success(request, _("Se envía otra vez a quienes no llegó."))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def diploma_students(request: HttpRequest, diploma_batch_id: int) -> HttpResponse:
    """Students found by name, expediente or group, or pasted, and put into the proposal."""
    batch = batch_of(request, diploma_batch_id)
    pasted = ExpedientesForm(known_in(request, batch.school))
    status = 200
    if request.method == "POST":
        pasted = ExpedientesForm(known_in(request, batch.school), request.POST)
        if pasted.is_valid():
            ids = {*pasted.cleaned_data["expedientes"], *numbers_in(request.POST.getlist("alumnos"))}
            return _try(request, batch, lambda: _added(request, batch, ids))
        status = 422
    words, group = clean_text(request.GET.get("buscar", ""))[:100], number_in(request.GET.get("grupo", ""))
    found = students_found(user_of(request), batch, _today(batch), words, group)
    note(request, [one.student.person for one in found], PAGE)
    context = {
        "batch": batch,
        "pasted": pasted,
        "words": words,
        "group": group,
        "groups": groups_of(batch.school),
        "found": found,
        "asked": bool(words or group),
        "school": batch.school,
    }
    return render(request, "profesores/diploma_students.html", context, status=status)


def _added(request: HttpRequest, batch: DiplomaBatch, ids: set[int]) -> None:
    if not ids:
        raise Refused(_("No ha elegido a nadie: pegue expedientes o marque alumnos."))
    number = add_students(batch, ids, by=user_of(request), now=database_now())
    said = ngettext(
        "%(number)d alumno añadido a la propuesta.", "%(number)d alumnos añadidos a la propuesta.", number
    )
    notices.success(request, said % {"number": number})


@require_POST
@policy(may_administer)
def diploma_collected(request: HttpRequest, diploma_batch_id: int) -> HttpResponse:
    """The ticked titles were handed over, or were not after all."""
    batch = batch_of(request, diploma_batch_id)
    chosen, to = _chosen(request, batch), clean_text(request.POST.get("autorizado", ""))[:NAME_LENGTH]
    return _try(request, batch, lambda: _collected(request, batch, chosen, to))


def _collected(request: HttpRequest, batch: DiplomaBatch, chosen: list[int], to: str) -> None:
    user, now = user_of(request), database_now()
    if request.POST.get("hacer") == "deshacer":
        number = take_back(batch, chosen, by=user, now=now)
        said = ngettext(
            "%(number)d título vuelve a estar sin recoger.",
            "%(number)d títulos vuelven a estar sin recoger.",
            number,
        )
    else:
        number = collect(batch, chosen, to, by=user, now=now)
        said = ngettext("%(number)d título recogido.", "%(number)d títulos recogidos.", number)
    notices.success(request, said % {"number": number})
