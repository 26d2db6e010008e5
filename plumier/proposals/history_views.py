"""What somebody has handed in and what became of it."""

from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from plumier.proposals.access import deals_with_contacts, proposals_reviewed_by, proposals_visible_to
from plumier.proposals.handed_in import history_of, lines, own_page, with_all
from plumier.proposals.pages import number_of, pages_of
from plumier.proposals.reviewing import withdraw
from plumier.record_access import note
from plumier.refusals import Refused


@require_safe
@policy(deals_with_contacts)
def handed_in(request: HttpRequest) -> HttpResponse:
    """What this user has handed in, newest first."""
    user, today = user_of(request), database_today()
    visible = proposals_visible_to(user, today)
    rows, after = own_page(user, visible, number_of(request.GET.get("despues", "")))
    context = {"rows": rows, "after": after, "pages": pages_of(user, today)}
    return render(request, "plumier/handed_in.html", context)


@require_safe
@policy(deals_with_contacts)
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One change and every step of it."""
    user, today = user_of(request), database_today()
    one = get_object_or_404(with_all(proposals_visible_to(user, today)), pk=proposal_id)
    note(request, [one.student.person, *([one.guardian] if one.guardian else [])], "contact_proposal")
    reviews = proposals_reviewed_by(user, today).filter(pk=one.pk).exists()
    context = {
        "line": lines([one])[0],
        "steps": history_of(one, decisions=reviews),
        "own": one.batch.proposed_by_id == user.pk,
        "reviews": reviews,
        "pages": pages_of(user, today),
    }
    with timezone.override(ZoneInfo(one.school.time_zone)):
        return render(request, "plumier/contact_proposal.html", context)


@require_POST
@policy(deals_with_contacts)
def withdraw_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take back what one has handed in."""
    user, today = user_of(request), database_today()
    one = get_object_or_404(proposals_visible_to(user, today).filter(batch__proposed_by=user), pk=proposal_id)
    try:
        withdraw(one, by=user, now=database_now())
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, _("Retirado."))
    return redirect("handed_in")
