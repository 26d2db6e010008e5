"""«Escribir»: Tutorías, Mis profesores, and what was written to whom (requirements D1, D2)."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mirador.family import Family, family_with_child
from mirador.views.letter_shown import number_of, see_other
from notica.family_threads import threads_page, unread_threads
from notica.refusals import Refused
from notica.writing.letter_drafts import begin_letter, unsent_letters
from plumier.clock import day_in
from plumier.family_access import Child, is_family
from plumier.names import clean_text
from plumier.policies import policy
from plumier.teachers import teachers_for

WORDS_LENGTH: Final = 100
_MOST_NAMED: Final = 100
_MOST_UNSENT: Final = 30


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def write(request: HttpRequest) -> HttpResponse:
    """To whom one can write about a child, and her conversations; what is posted begins a letter."""
    family = family_with_child(request)
    if family.child is None:
        if request.method == "POST":
            raise Http404
        return render(request, "mirador/write.html", {"family": family})
    if request.method == "POST":
        return _begin(request, family, family.child)
    with timezone.override(family.child.school.time_zone):
        return render(request, "mirador/write.html", _context(request, family, family.child))


def _begin(request: HttpRequest, family: Family, child: Child) -> HttpResponse:
    chosen = [number_of(typed) for typed in request.POST.getlist("a")[:_MOST_NAMED]]
    try:
        draft = begin_letter(child.student, chosen, by=family.user, now=family.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(f"{request.path}?alumno={child.pk}")
    return see_other(reverse("mirador:letter", args=[draft.token]))


def _context(request: HttpRequest, family: Family, child: Child) -> dict[str, Any]:
    words = clean_text(request.GET.get("buscar", ""))[:WORDS_LENGTH]
    after = number_of(request.GET.get("despues", ""))
    teachers = teachers_for(child.student, family.user, day_in(child.school, family.now))
    drafts = unsent_letters(family.user, child.student)[:_MOST_UNSENT]
    return {
        "family": family,
        "tutors": [one for one in teachers if one.tutor],
        "teachers": [one for one in teachers if one.subjects],
        "drafts": [(one, one.subject or " ".join(one.body.split()) or _("(sin texto)")) for one in drafts],
        "page": threads_page(child, words, after, family.now),
        "words": words,
        "unread": unread_threads(child, family.now),
    }
