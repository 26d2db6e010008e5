"""The pages on which changes of contacts are reviewed, confirmed with the family and applied."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notica.confirming import KINDS_OF_ADDRESS, check_code, open_code, send_code
from notica.contact_notices import tell_returned
from notica.contact_review import (
    PAGE,
    groups_waiting,
    open_proposals,
    queue_of,
    review_lines,
    unregistered,
)
from notica.refusals import Refused as NotSent
from plumier.access import schools_led_by
from plumier.clock import database_now, database_today
from plumier.contacts import mask
from plumier.models import ProposalState, School
from plumier.policies import policy, user_of
from plumier.proposals.access import proposals_reviewed_by, reviews_contacts
from plumier.proposals.applying import Applied, apply, apply_many
from plumier.proposals.handed_in import history_of, with_all
from plumier.proposals.pages import number_of, pages_of
from plumier.proposals.reviewers import schools_reviewed_by
from plumier.proposals.reviewing import BY_STAFF, confirm_by_staff, look_again, return_
from plumier.record_access import note
from plumier.refusals import Refused

MOST_AT_ONCE = 500


@require_safe
@policy(reviews_contacts)
def contact_review(request: HttpRequest) -> HttpResponse:
    """What waits: by group and by who handed it in."""
    user, today = user_of(request), database_today()
    waiting = open_proposals(user, today)
    groups = groups_waiting(waiting)
    chosen = request.GET.get("grupo", "")
    if chosen:
        waiting = waiting.filter(batch__group=number_of(chosen) or None)
    queue = queue_of(user, waiting, number_of(request.GET.get("despues", "")), today)
    shown = [row.proposal for _batch, rows in queue.batches for row in rows]
    note(request, [one.student.person for one in shown], "contact_review")
    context = {
        "queue": queue,
        "groups": groups,
        "chosen": chosen,
        "total": sum(group.number for group in groups),
        "unregistered": unregistered(user, today).count(),
        "pages": pages_of(user, today),
    }
    return render(request, "notica/contact_review.html", context)


@require_POST
@policy(reviews_contacts)
def contact_apply_many(request: HttpRequest) -> HttpResponse:
    """Apply those in which there is nothing to look at."""
    done = Applied()
    for school, ids in _by_school(request):
        found = apply_many(ids, school, by=user_of(request), now=database_now())
        done.applied += found.applied
        done.outdated += found.outdated
        done.left += found.left
    _tell_applied(request, done)
    return _back(request)


def _tell_applied(request: HttpRequest, done: Applied) -> None:
    number = len(done.applied)
    if number:
        words = ngettext("%(number)d cambio aplicado.", "%(number)d cambios aplicados.", number)
        notices.success(request, words % {"number": number})
    rest = len(done.outdated) + len(done.left)
    if rest or not number:
        words = ngettext(
            "%(number)d se queda sin aplicar: hay algo que mirar en él, o ya no está pendiente.",
            "%(number)d se quedan sin aplicar: hay algo que mirar en ellos, o ya no están pendientes.",
            rest,
        )
        notices.error(request, words % {"number": rest})


@require_POST
@policy(reviews_contacts)
def contact_return(request: HttpRequest) -> HttpResponse:
    """Give changes back to who handed them in, who is told."""
    by_school = _by_school(request)
    if not by_school:
        notices.error(request, _("Marque los cambios que devuelve."))
        return _back(request)
    number, refusals = 0, set()
    for school, ids in by_school:
        try:
            number += _return(request, school, ids)
        except (Refused, NotSent) as refusal:
            refusals.add(str(refusal))
    for sentence in sorted(refusals):
        notices.error(request, sentence)
    if number:
        words = ngettext("%(number)d cambio devuelto.", "%(number)d cambios devueltos.", number)
        notices.success(request, words % {"number": number})
    return _back(request)


@transaction.atomic
def _return(request: HttpRequest, school: School, ids: list[int]) -> int:
    """Give back those of one school, and tell who handed them in; how many."""
    user, now, reason = user_of(request), database_now(), request.POST.get("motivo", "")
    returned = return_(ids, school, reason, by=user, now=now)
    tell_returned(returned, reason, by=user, now=now)
    return len(returned)


def _by_school(request: HttpRequest) -> list[tuple[School, list[int]]]:
    """The marked ones that are this user's to review."""
    rows = proposals_reviewed_by(user_of(request), database_today()).filter(pk__in=_ids(request))
    found: dict[int, list[int]] = {}
    for pk, school_id in rows.order_by("pk").values_list("pk", "school_id"):
        found.setdefault(school_id, []).append(pk)
    return [(school, found[school.pk]) for school in School.objects.filter(pk__in=found).order_by("pk")]


@require_safe
@policy(reviews_contacts)
def contact_change(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One change on the desk."""
    user, today, now = user_of(request), database_today(), database_now()
    one = get_object_or_404(with_all(proposals_reviewed_by(user, today)), pk=proposal_id)
    note(request, [one.student.person, *([one.guardian] if one.guardian else [])], "contact_change")
    code = open_code(one, now)
    context = {
        "row": review_lines(user, [one], today)[0],
        "steps": history_of(one, decisions=True),
        "waits": one.state == ProposalState.TO_CONFIRM,
        "addresses": [address for address in one.contacts.all() if address.kind in KINDS_OF_ADDRESS],
        "code": code,
        "code_to": mask(code.address) if code else "",
        "ways": [(how.value, how.label) for how in BY_STAFF],
        "leads": schools_led_by(user, today).filter(pk=one.school_id).exists(),
        "pages": pages_of(user, today),
    }
    with timezone.override(ZoneInfo(one.school.time_zone)):
        return render(request, "notica/contact_change.html", context)


@require_POST
@policy(reviews_contacts)
def contact_act(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Do one thing with one change: apply, return, confirm, send or check a code, look at it again."""
    user, now = user_of(request), database_now()
    rows = proposals_reviewed_by(user, database_today()).select_related("school")
    one = get_object_or_404(rows, pk=proposal_id)
    post = request.POST

    acts: dict[str, tuple[Callable[[], object], str]] = {
        "aplicar": (lambda: apply(one, decision=post.get("motivo", ""), by=user, now=now), _("Aplicado.")),
        "devolver": (lambda: _return(request, one.school, [one.pk]), _("Devuelto.")),
        "confirmar": (
            lambda: confirm_by_staff(one, post.get("como", ""), by=user, now=now),
            _("Confirmado."),
        ),
        "codigo": (
            lambda: send_code(one, post.get("dato", ""), by=user, now=now),
            _("El código va de camino."),
        ),
        "comprobar": (lambda: check_code(one, post.get("codigo", ""), by=user, now=now), _("Confirmado.")),
        "mirar": (lambda: look_again(one, by=user, now=now), _("Comparado con la ficha de hoy.")),
    }
    act, done = acts.get(post.get("que", ""), (None, ""))
    if act is not None and _try(request, act):
        notices.success(request, done)
    return redirect("notica:contact_change", proposal_id=proposal_id)


def _try(request: HttpRequest, act: Callable[[], object]) -> bool:
    try:
        act()
    except (Refused, NotSent) as refusal:
        notices.error(request, str(refusal))
        return False
    return True


def _ids(request: HttpRequest) -> list[int]:
    return [number for typed in request.POST.getlist("ids")[:MOST_AT_ONCE] if (number := number_of(typed))]


def _back(request: HttpRequest) -> HttpResponse:
    group = request.POST.get("grupo", "")
    response = redirect("notica:contact_review")
    if group.isascii() and group.isdigit():
        response["Location"] += f"?grupo={group}"
    return response


@require_safe
@policy(reviews_contacts)
def contact_unregistered(request: HttpRequest) -> HttpResponse:
    """Who would receive and has not registered."""
    user, today = user_of(request), database_today()
    rows = unregistered(user, today).select_related("student__person", "guardian").order_by("pk")
    found = list(rows.filter(pk__gt=number_of(request.GET.get("despues", "")))[: PAGE + 1])
    note(request, [tie.guardian for tie in found[:PAGE]], "unregistered")
    context = {
        "ties": found[:PAGE],
        "number": rows.count(),
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "asked": schools_reviewed_by(user, today).filter(policy__registration_required=True).exists(),
        "pages": pages_of(user, today),
    }
    return render(request, "notica/contact_unregistered.html", context)
