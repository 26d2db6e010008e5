"""The page on which a message is written: in a dialog, or whole."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notica.models import KeptDraft
from notica.writing.keeping import drafts_open_to
from notica.writing.preview import CALCULATING, summary_of
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from profesores.forms import WritingForm
from profesores.views.writing_post import DISCARD, Post
from profesores.views.writing_shown import REVIEW, fragment_of, review_context, who_context, writing_page

_ASK_AGAIN = 2  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def write(request: HttpRequest, draft_token: str) -> HttpResponse:
    """Write, and send. A draft that was sent leads to its send."""
    draft = draft_of(request, draft_token)
    if draft.sent_as is not None and request.POST.get("hacer") != DISCARD:
        response = HttpResponseRedirect(reverse("notica:message", args=[draft.sent_as.token]))
        response.status_code = 303
        return response
    with timezone.override(draft.school.time_zone):
        if request.method == "POST":
            return Post(request, draft).answer()
        if REVIEW in request.GET:
            return _review(request, draft)
        if fragment_of(request) == "who":
            return _who(request, draft)
        return writing_page(request, WritingForm(draft))


def draft_of(request: HttpRequest, token: str) -> KeptDraft:
    """A draft of this user's own, in a school where she works; Http404 for everybody else's."""
    return get_object_or_404(drafts_open_to(user_of(request), database_today()), token=token)


def _who(request: HttpRequest, draft: KeptDraft) -> HttpResponse:
    """«Quién lo va a recibir» by itself, with the button that says to how many."""
    summary = summary_of(draft, by=user_of(request), now=database_now())
    context = {**who_context(draft, summary), "out_of_band": True}
    return render(request, "profesores/writing/who_alone.html", context)


def _review(request: HttpRequest, draft: KeptDraft) -> HttpResponse:
    summary = summary_of(draft, by=user_of(request), now=database_now())
    context = review_context(request, draft, summary)
    if fragment_of(request):
        return render(request, "profesores/writing/review.html", context)
    response = render(request, "profesores/writing.html", {**context, "title": _("Revisar el mensaje")})
    if summary.state == CALCULATING:
        response["Refresh"] = str(_ASK_AGAIN)
    return response
