"""Log-ins for the people of chosen rows, on sheets or by e-mail, after a page that says for how many."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumier.accounts.actions import print_accounts, send_accounts
from plumier.accounts.people import Selection, Wanted, Who, people_of
from plumier.accounts.words import in_words
from plumier.clock import database_now, day_in
from plumier.models import Group, Staff, Student
from plumier.policies import user_of

AT_MOST = 400  # people whose sheets are made while somebody waits
Rows = QuerySet[Any]


@admin.action(description=gettext_lazy("Hojas de acceso para imprimir"))
def print_sheets(page: ModelAdmin[Any], request: HttpRequest, rows: Rows) -> HttpResponse | None:
    """A PDF with a card for each person who has no password yet."""
    return _ask_or_do(page, request, rows, "print_sheets", _print)


@admin.action(description=gettext_lazy("Enviar enlaces de acceso por correo"))
def send_links(page: ModelAdmin[Any], request: HttpRequest, rows: Rows) -> HttpResponse | None:
    """A letter with a link to each person who has an address and no password yet."""
    return _ask_or_do(page, request, rows, "send_links", _send)


def _ask_or_do(
    page: ModelAdmin[Any],
    request: HttpRequest,
    rows: Rows,
    action: str,
    do: Callable[[HttpRequest, Selection], HttpResponse | None],
) -> HttpResponse | None:
    selection = _selection(request, rows)
    if selection is None:
        return None
    today = day_in(selection.school, database_now())
    waiting = [one for one in people_of(selection, today) if not _has_password(one)]
    if not waiting:
        messages.info(request, _("Todas estas personas tienen ya su contraseña."))
        return None
    if len(waiting) > AT_MOST:
        messages.error(
            request, _("Son %(number)d personas: elija menos de una vez.") % {"number": len(waiting)}
        )
        return None
    if "confirmed" in request.POST:
        return do(request, selection)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Acceso a Plumier"),
        "opts": page.opts,
        "action": action,
        "number": len(waiting),
        "checkbox": ACTION_CHECKBOX_NAME,
        "chosen": list(rows.values_list("pk", flat=True)),
    }
    return TemplateResponse(request, "admin/plumier/accounts_confirm.html", context)


def _selection(request: HttpRequest, rows: Rows) -> Selection | None:
    schools = {row.school for row in rows.select_related("school")}
    if len(schools) != 1:
        messages.error(request, _("Elija filas de un solo centro."))
        return None
    (school,) = schools
    ids = frozenset(rows.values_list("pk", flat=True))
    if rows.model is Group:
        return Selection(school, frozenset({Who.STUDENTS, Who.FAMILIES}), groups=ids)
    who = {Staff: Who.STAFF, Student: Who.STUDENTS}[rows.model]
    return Selection(school, frozenset({who}), people=frozenset(rows.values_list("person_id", flat=True)))


def _has_password(one: Wanted) -> bool:
    return one.person.user is not None and one.person.user.has_usable_password()


def _print(request: HttpRequest, selection: Selection) -> HttpResponse:
    printed = print_accounts(selection, by=user_of(request), now=database_now())
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="acceso.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _send(request: HttpRequest, selection: Selection) -> None:
    made, letters = send_accounts(selection, by=user_of(request), now=database_now())
    messages.success(request, " ".join(in_words(made, letters).splitlines()))


def tell_welcomed(request: HttpRequest, letters: int) -> None:
    """Say that a new member of staff is written to."""
    if letters:
        text = ngettext(
            "Se le envía un correo con una contraseña temporal.",
            "Se les envía un correo con una contraseña temporal.",
            letters,
        )
        messages.success(request, text)
