"""Ficha del alumno: who she and her family are, how each is reached, and what was sent to them lately."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from convivencia.disciplinary.access import students_brought_before
from notica.about_student import Home, newest_about
from notica.access import messages_visible_to
from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.person_round import ask_about, channels_asked, is_waiting, to_ask
from notica.writing.keeping import begin
from plumier.access import students_addressed_by, students_attended_by, works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Procedure, Student
from plumier.policies import policy, user_of
from plumier.record_access import note
from profesores.disciplinary_page import cases_about
from profesores.record_page import Record, reader_of, record_of

ASKED: Final = "comprobado"  # in an address: when the gateways were asked, in seconds since 1970
RELOADED_AFTER: Final = "4"  # seconds


@require_safe
@policy(works_somewhere)
def record(request: HttpRequest, student_id: int) -> HttpResponse:
    """Everything about a student whom the user sees by her work; that she looked is kept, and the page says so."""
    student, now = _seen(request, student_id), database_now()
    reader = reader_of(user_of(request), student, day_in(student.school, now))
    found = record_of(student, reader)
    note(request, found.people, "record")
    home = Home(
        student.pk,
        tuple(person.pk for person in found.people),
        tuple(one.pk for one in found.siblings),
    )
    asked = to_ask(found.states, channels_asked(student.school))
    waits = is_waiting(asked, _asked_at(request), now)
    with timezone.override(student.school.time_zone):
        context = {
            "record": found,
            "student": student,
            "reader": reader,
            "now": now,
            "minute_ago": now - timedelta(minutes=1),
            "ways": _ways(student) if reader.addresses else [],
            "told": newest_about(home, messages_visible_to(user_of(request), reader.today), now),
            "can_ask": bool(asked),
            "waits": waits,
            "reloaded_after": RELOADED_AFTER,
            "behaviour": Procedure.BEHAVIOUR in student.school.policy.procedures,
            "registration": student.school.policy.registration_required,
            "disciplinary": cases_about(user_of(request), student.pk, reader.today),
            "brings": students_brought_before(user_of(request), student.school, reader.today)
            .filter(pk=student.pk)
            .exists(),
        }
        part = "#contacts" if request.htmx and request.htmx.target == "contacts" else ""  # type: ignore[attr-defined]
        return render(request, f"profesores/record.html{part}", context)


@require_POST
@policy(works_somewhere)
def record_check(request: HttpRequest, student_id: int) -> HttpResponse:
    """Ask the gateways now about the phones that the record shows."""
    student, now = _seen(request, student_id), database_now()
    found: Record = record_of(student, reader_of(user_of(request), student, day_in(student.school, now)))
    ask_about(found.reachable)
    return redirect(f"{reverse('profesores:record', args=[student.pk])}?{ASKED}={now.timestamp():.3f}")


@require_POST
@policy(works_somewhere)
def record_write(request: HttpRequest, student_id: int) -> HttpResponse:
    """Begin a message to the student or her family by the way of the button; 404 for who may not write to her."""
    student, user = _seen(request, student_id), user_of(request)
    way = request.POST.get("via", "")
    if (
        way not in _ways(student)
        or not students_addressed_by(user, database_today()).filter(pk=student.pk).exists()
    ):
        raise Http404
    draft = begin(
        student.school,
        Choice(Audience.FAMILY, students=(student.pk,)),
        Way(way),
        by=user,
        now=database_now(),
    )
    response = redirect("profesores:write", draft.token)
    response.status_code = 303
    return response


def _seen(request: HttpRequest, student_id: int) -> Student:
    students = students_attended_by(user_of(request), database_today())
    return get_object_or_404(students.select_related("person", "school__policy"), pk=student_id)


def _ways(student: Student) -> list[Way]:
    """The ways that the school uses."""
    return [way for way in (Way.EMAIL, Way.TELEGRAM_TOKAPP, Way.SMS) if way in student.school.policy.channels]


def _asked_at(request: HttpRequest) -> datetime:
    """When the button was pressed, as the address says; long ago where it says nothing."""
    try:
        return datetime.fromtimestamp(float(request.GET.get(ASKED, "0")), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
