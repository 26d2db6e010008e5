"""«Borradores»: what she is writing and has not sent."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notica.models import KeptDraft, KeptDraftFile
from notica.writing.keeping import drafts_open_to
from plumier.access import works_somewhere
from plumier.clock import database_today
from plumier.policies import policy, user_of
from profesores.views.writing_shown import people_context

PAGE = 30
_TITLE_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in the list."""

    draft: KeptDraft
    title: str
    addressed: str
    way: str


@require_safe
@policy(works_somewhere)
def drafts(request: HttpRequest) -> HttpResponse:
    """Those with something in them, the newest first."""
    typed = request.GET.get("despues", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    open_to_her = drafts_open_to(user_of(request), database_today()).filter(sent_as__isnull=True)
    has_files = Exists(KeptDraftFile.objects.filter(draft=OuterRef("pk")))
    rows = open_to_her.filter(~Q(body="") | ~Q(subject="") | has_files)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": [_line(one) for one in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
    }
    return render(request, "profesores/drafts.html", context)


def _line(draft: KeptDraft) -> Line:
    shown = people_context(draft, draft.to, draft.way)
    begins = draft.body.strip().partition("\n")[0]
    title = draft.subject or Truncator(begins).chars(_TITLE_LENGTH) or _("(sin texto)")
    return Line(draft, title, shown["addressed"], shown["way"].label)
