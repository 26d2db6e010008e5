"""Órganos y comisiones: her meetings, the bodies of a school and who is in them (requirement E9)."""

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Procedure, School
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from profesores.bodies_page import bodies_page, last_meetings, members_of, to_be_added
from profesores.meeting_forms import BodyForm
from profesores.procedures import school_using
from secretaria.bodies.access import bodies_kept_by, may_direct
from secretaria.bodies.choices import BodyKind, BodyRole
from secretaria.bodies.keeping import (
    add_everyone,
    add_members,
    dissolve,
    end_membership,
    give_role,
    save_body,
)
from secretaria.models import Body

EVERY = "todas"


@require_safe
@policy(works_somewhere)
def bodies(request: HttpRequest) -> HttpResponse:
    """The meetings to which she is called; for who directs the school also all of it, and its bodies."""
    school, now = school_using(request, Procedure.BODIES), database_now()
    user, today = user_of(request), day_in(school, now)
    asked = request.GET.get("ver", "")
    directs = may_direct(user, school, today)
    every = directs and asked != "mias"
    after = number(request.GET.get("despues", ""))
    page = bodies_page(user, school, today, now, every=every, after=after)
    with timezone.override(school.time_zone):
        return render(
            request, "profesores/bodies.html", {"page": page, "school": school, "every": every, "now": now}
        )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def body_new(request: HttpRequest) -> HttpResponse:
    """Define a body."""
    school = school_using(request, Procedure.BODIES)
    if not may_direct(user_of(request), school, day_in(school, database_now())):
        raise Http404
    return _edit(request, school, None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def body_edit(request: HttpRequest, body_id: int) -> HttpResponse:
    """Call it otherwise; with `disolver` it is dissolved."""
    body = kept_body(request, body_id)
    if request.POST.get("hacer") == "disolver":
        dissolve(body, by=user_of(request), now=database_now())
        notices.success(request, _("«%(name)s» está disuelto.") % {"name": body.name})
        return _see(reverse("profesores:bodies"), body.school)
    return _edit(request, body.school, body)


@require_safe
@policy(works_somewhere)
def body(request: HttpRequest, body_id: int) -> HttpResponse:
    """Who is in it, and whom to add."""
    found = kept_body(request, body_id)
    return _body(request, found, {})


@require_POST
@policy(works_somewhere)
def body_members(request: HttpRequest, body_id: int) -> HttpResponse:
    """Add those who were ticked, or everybody; end a membership; give a role."""
    found = kept_body(request, body_id)
    try:
        said = _done(request, found)
    except Refused as refusal:
        notices.error(request, str(refusal))
        ticked = numbers(request.POST, "personas")
        return _body(request, found, {"ticked": ticked, "typed": request.POST}, status=422)
    if said:
        notices.success(request, said)
    return _see(reverse("profesores:body", args=[found.pk]), found.school)


def _done(request: HttpRequest, found: Body) -> str:
    user, now, asked = user_of(request), database_now(), request.POST.get("hacer", "")
    today = day_in(found.school, now)
    if asked == "todos":
        return _added(add_everyone(found, by=user, now=now))
    what, _colon, key = asked.partition(":")
    if what in ("cesar", "cargo"):
        member = get_object_or_404(found.members.all(), pk=number(key))
        if what == "cesar":
            last = _day(request.POST, f"hasta-{member.pk}", today)
            end_membership(member, last, by=user, now=now)
            return _("Guardado: deja de ser componente después de ese día.")
        give_role(member, _role(request.POST.get(f"cargo-{member.pk}", "")), by=user, now=now)
        return _("Guardado.")
    since = _day(request.POST, "desde", today)
    people = numbers(request.POST, "personas")
    return _added(add_members(found, people, _role(request.POST.get("cargo", "")), since, by=user, now=now))


def _added(many: int) -> str:
    if not many:
        return _("Ya estaban todos.")
    return ngettext("%(number)d componente añadido.", "%(number)d componentes añadidos.", many) % {
        "number": many
    }


def _body(request: HttpRequest, found: Body, more: dict[str, Any], status: int = 200) -> HttpResponse:
    user, today = user_of(request), day_in(found.school, database_now())
    words = (request.POST.get("buscar") or request.GET.get("buscar", "")).replace("\0", "").strip()
    members, gone = members_of(user, found, today)
    people = to_be_added(user, found, today, words)
    if words:  # families and students are on record, and are looked for by name
        note(request, people, "body")
    context = {
        "body": found,
        "school": found.school,
        "members": members,
        "gone": gone,
        "people": people,
        "words": words,
        "roles": BodyRole.choices,
        "today": today,
        "meetings": last_meetings(found, user, today),
        **more,
    }
    with timezone.override(found.school.time_zone):
        return render(request, "profesores/body.html", context, status=status)


def _edit(request: HttpRequest, school: School, found: Body | None) -> HttpResponse:
    form = BodyForm(request.POST if request.method == "POST" else None, found)
    if form.is_valid():
        typed = form.cleaned_data
        kind = BodyKind(typed["kind"])
        try:
            kept = save_body(school, typed["name"], kind, body=found, by=user_of(request), now=database_now())
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            notices.success(request, _("Órgano guardado."))
            return _see(reverse("profesores:body", args=[kept.pk]), school)
    context = {"form": form, "body": found, "school": school}
    return render(request, "profesores/body_edit.html", context, status=422 if form.errors else 200)


def kept_body(request: HttpRequest, body_id: int) -> Body:
    """One of a school whose bodies she keeps; Http404 for every other."""
    rows = bodies_kept_by(user_of(request), database_today()).select_related("school")
    return get_object_or_404(rows, pk=body_id)


def number(typed: str) -> int:
    """A key from an address or a form; 0 for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def numbers(typed: QueryDict, name: str) -> list[int]:
    """Those that were ticked."""
    return [found for one in typed.getlist(name) if (found := number(one))]


def _role(typed: str) -> BodyRole:
    return BodyRole(typed) if typed in BodyRole.values else BodyRole.MEMBER


def _day(typed: QueryDict, name: str, usual: date) -> date:
    written = typed.get(name, "")
    if not written:
        return usual
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refused(_("Escriba la fecha como día, mes y año.")) from error


def _see(url: str, school: School) -> HttpResponse:
    response = redirect(f"{url}?centro={school.code}")
    response.status_code = 303
    return response
