"""The page on which a letter to teachers is written."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mirador.family import Family, family_of
from mirador.letter_form import LetterForm
from mirador.views.letter_post import LetterPost
from mirador.views.letter_shown import Addressed, form_context, is_fragment, see_other
from notica.models import KeptDraft
from notica.writing.letter_drafts import letters_open_to
from plumier.clock import day_in
from plumier.family_access import Child, is_family
from plumier.models import Person
from plumier.policies import policy
from plumier.teachers import teachers_for


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def letter(request: HttpRequest, letter_token: str) -> HttpResponse:
    """Write, and send. A letter that was sent leads to its thread, and so does one that stands in a thread.

    What is typed into one that another window has sent is looked at first: it may be the next letter.
    """
    family = family_of(request)
    draft = get_object_or_404(letters_open_to(family.user, family.today), token=letter_token)
    began = draft.in_reply_to or draft.sent_as
    if began is not None and (request.method != "POST" or draft.in_reply_to is not None):
        return see_other(reverse("mirador:thread", args=[began.token]))
    child = next((one for one in family.children if one.pk == draft.student_id), None)
    if child is None:
        raise Http404
    page = LetterPage(request, replace(family, child=child), child)
    with timezone.override(child.school.time_zone):
        if request.method == "POST":
            return LetterPost(request, draft, page.show).answer()
        return page.show(LetterForm(draft), {})


class LetterPage:
    """The page of a letter about a child."""

    def __init__(self, request: HttpRequest, family: Family, child: Child) -> None:
        self.request, self.family, self.child = request, family, child

    def show(self, form: LetterForm, more: dict[str, Any]) -> HttpResponse:
        """The page, or the form alone where htmx asks."""
        context = {
            "family": self.family,
            **form_context(form, self._people(form.draft), self.request.path),
            **more,
        }
        alone = is_fragment(self.request)
        return render(self.request, "mirador/letter_form.html" if alone else "mirador/letter.html", context)

    def _people(self, draft: KeptDraft) -> list[Addressed]:
        """Who teaches her, and who is in it and does not any more."""
        today = day_in(self.child.school, self.family.now)
        teachers = teachers_for(self.child.student, self.family.user, today)
        found = [Addressed(one.pk, one.name, one.pk in draft.staff) for one in teachers]
        gone = set(draft.staff) - {one.pk for one in teachers}
        left = Person.objects.filter(pk__in=gone).order_by("sort_key") if gone else ()
        return [*found, *(Addressed(one.pk, one.full_name, chosen=True, gone=True) for one in left)]
