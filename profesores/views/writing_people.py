"""Beside a draft: whom it is addressed to, who will not get it, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notica.choices import Audience
from notica.files import path_of
from notica.models import KeptDraft
from notica.refusals import Refused
from notica.writing.missing_out import without
from plumier.access import colleagues_visible_to, students_visible_to, works_somewhere
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Person, Student
from plumier.policies import policy, user_of
from profesores.views.writing import draft_of
from profesores.views.writing_shown import fragment_of, people_context

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody written to; a student with her record."""

    name: str
    group: str = ""
    student_id: int | None = None


@require_safe
@policy(works_somewhere)
def write_people(request: HttpRequest, draft_token: str) -> HttpResponse:
    """Whom it is addressed to, those whom she may see still."""
    draft = draft_of(request, draft_token)
    found = _people(request, draft)
    context = {
        **people_context(draft, draft.to, draft.way),
        "rows": _lines(found[:PAGE]),
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
    }
    inside = fragment_of(request)
    page = "profesores/writing/people_rows.html" if inside else "profesores/writing_people.html"
    return render(request, page, context)


def _people(request: HttpRequest, draft: KeptDraft) -> list[Student] | list[Person]:
    """One more than a page, in the order in which they are kept."""
    user, today, after = user_of(request), database_today(), request.GET.get("despues", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    if draft.to == Audience.STAFF:
        staff = colleagues_visible_to(user, today).filter(pk__in=draft.staff, pk__gt=key)
        return list(staff.order_by("pk")[: PAGE + 1])
    students = students_visible_to(user, today).filter(pk__in=draft.students, pk__gt=key)
    return list(students.select_related("person").order_by("pk")[: PAGE + 1])


def _lines(found: Sequence[Student | Person]) -> list[Line]:
    """With the students' groups of this year."""
    students = [one.pk for one in found if isinstance(one, Student)]
    rows = Enrolment.objects.filter(student__in=students, year__is_current=True).order_by("pk")
    groups = dict(rows.values_list("student_id", "group__name"))
    return [
        Line(str(one.person), groups.get(one.pk, ""), one.pk) if isinstance(one, Student) else Line(str(one))
        for one in found
    ]


@require_safe
@policy(works_somewhere)
def write_missed(request: HttpRequest, draft_token: str) -> HttpResponse:
    """All who will not get it, and why."""
    draft = draft_of(request, draft_token)
    if draft.sent_as is not None:
        return redirect("notica:message", draft.sent_as.token)
    context = people_context(draft, draft.to, draft.way)
    after = request.GET.get("despues", "")[:100]
    with timezone.override(draft.school.time_zone):
        try:
            found = without(draft, after, by=user_of(request), now=database_now())
        except Refused as refusal:
            context |= {"problem": str(refusal)}
        else:
            context |= {"rows": found.rows, "after": found.after}
        return render(request, "profesores/writing_missed.html", context)


@require_safe
@policy(works_somewhere)
def draft_file(request: HttpRequest, draft_token: str, file_id: int) -> FileResponse:
    """A file of her draft, to be saved and never shown: what is in it is the sender's."""
    file = get_object_or_404(draft_of(request, draft_token).files, pk=file_id)
    try:
        content = path_of(file.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
