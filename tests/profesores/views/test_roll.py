"""«Faltas»: the class of now, one control for each pupil, one act for the class."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.choices import Mark
from attendance.models import Absence, AbsenceNotice, Roll
from notica.cancelling import sweep
from notica.models import Message
from plumier.models import Guardianship, Stage, Student, Subgroup, TimetableEntry, User
from tests.attendance.classes import FRIDAY, NINE, SchoolClass, absences
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_staff, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, answer


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    return SchoolClass()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, **query: Any) -> Any:
    return client_of(user).get(reverse("profesores:roll"), query)


def post(
    of: SchoolClass, user: User, marks: dict[Student, Mark], shown: Mark = Mark.PRESENT, **query: Any
) -> Any:
    """What a page says that was opened when everybody was marked `shown`."""
    data: dict[str, str] = {}
    for student, mark in marks.items():
        pk = student.enrolments.get().pk
        data |= {f"falta-{pk}": mark, f"antes-{pk}": shown}
    address = reverse("profesores:roll", query=query)
    return client_of(user).post(address, data)


def test_class_of_now_is_chosen_by_the_timetable(of: SchoolClass) -> None:
    page = get(of.teacher).context["page"]
    assert [(one.session, one.of, one.subject) for one in page.choices] == [
        (1, "1º ESO C", "Matemáticas"),
        (2, "1º ESO C", "Matemáticas"),
        (3, "1º ESO C", "Matemáticas"),
    ]
    assert (page.chosen.session, page.day) == (2, FRIDAY)
    assert [row.name for row in page.rows] == ["Luis Gil", "Ana Vera"]


@pytest.mark.parametrize(
    ("hour", "minute", "session"), [(7, 0, 1), (8, 9, 1), (9, 10, 2), (10, 12, 3), (20, 0, 3)]
)
def test_class_of_now_begins_five_minutes_before_and_the_last_one_stays(
    of: SchoolClass, database_clock: DatabaseClock, hour: int, minute: int, session: int
) -> None:
    database_clock.freeze(NINE.replace(hour=hour, minute=minute))
    assert get(of.teacher).context["page"].chosen.session == session


def test_another_day_and_session_can_be_marked(of: SchoolClass) -> None:
    friday = FRIDAY - timedelta(days=7)
    key = f"{of.assignment.pk}-3"
    saved = post(of, of.teacher, {of.ana: Mark.ABSENT}, dia=friday.isoformat(), clase=key)
    assert saved.status_code == 303
    assert list(Absence.objects.values_list("day", "session")) == [(friday, 3)]


def test_saving_is_one_act_and_the_list_is_taken(of: SchoolClass) -> None:
    saved = post(of, of.teacher, {of.ana: Mark.ABSENT, of.luis: Mark.LATE})
    assert absences() == [("Ana", 2, "absent", False, False), ("Luis", 2, "late", False, False)]
    page = client_of(of.teacher).get(saved["Location"])
    assert page.context["page"].taken.taken_by == of.teacher


def test_what_is_saved_is_the_class_that_was_shown_though_the_next_one_has_begun(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    """The bar leads to the class of now; the marks are sent when the bell has rung."""
    page = get(of.teacher).content.decode()
    (action,) = re.findall(r'action="([^"]*\?centro[^"]*)"\s+data-unsaved', page)
    database_clock.advance(timedelta(minutes=50))
    pk = of.ana.enrolments.get().pk
    marks = {f"falta-{pk}": Mark.ABSENT, f"antes-{pk}": Mark.PRESENT}
    client_of(of.teacher).post(unescape(action), marks)
    assert absences() == [("Ana", 2, "absent", False, False)]


def test_saving_says_how_many_families_are_told_of_it(of: SchoolClass) -> None:
    client, pk = client_of(of.teacher), of.ana.enrolments.get().pk
    data = {f"falta-{pk}": "absent", f"antes-{pk}": "present"}
    page = client.post(reverse("profesores:roll"), data, follow=True).content.decode()
    assert "La lista está guardada: ha cambiado 1 marca. Se avisa ahora a 1 familia." in page
    page = client.post(reverse("profesores:roll"), {}, follow=True).content.decode()
    assert "La lista está pasada. No ha cambiado ninguna marca." in page


def test_page_says_whom_a_mark_would_tell_and_why_not(of: SchoolClass) -> None:
    def tells() -> dict[str, str]:
        rows = get(of.teacher).context["page"].rows
        return {row.name: ", ".join(row.tells.names) or row.tells.words for row in rows}

    assert tells() == {"Ana Vera": "Juan Vera, Eva Ros", "Luis Gil": "Marta Gil"}
    Student.objects.filter(pk=of.ana.pk).update(protected=True)
    Guardianship.objects.filter(student=of.luis).update(receives_messages=False)
    assert tells() == {
        "Ana Vera": "Datos protegidos: no se avisa",
        "Luis Gil": "Nadie tiene marcado que se le avise",
    }
    old = get(of.teacher, dia=(FRIDAY - timedelta(days=7)).isoformat()).context["page"].rows
    assert {row.tells.words for row in old} == {"Más de un día: no se avisa"}


def test_stage_by_date_has_the_whole_day_and_tells_nobody(of: SchoolClass) -> None:
    Stage.objects.update(kind="primaria", absence_mode="date")
    page = get(of.tutor).context["page"]
    assert [(one.key, one.session) for one in page.choices] == [(f"g{of.group.pk}", 0)]
    assert {row.tells.words for row in page.rows} == {"Faltas por fecha (Infantil y Primaria): no se avisa"}
    post(of, of.tutor, {of.ana: Mark.ABSENT})
    assert (absences(), Message.objects.count()) == ([("Ana", 0, "absent", False, False)], 0)


def test_stage_by_date_has_no_roll_of_a_session_for_its_teachers(of: SchoolClass) -> None:
    Stage.objects.update(kind="primaria", absence_mode="date")
    assert [one.key for one in get(of.teacher).context["page"].choices] == [f"g{of.group.pk}"]
    key = f"{of.assignment.pk}-2"
    assert post(of, of.teacher, {of.ana: Mark.ABSENT}, clase=key).status_code == 404


def test_subgroup_has_the_pupils_whose_stage_records_by_session(of: SchoolClass) -> None:
    infants = make_group(of.school, "3 años A")
    infants.stage = Stage.objects.create(school=of.school, kind="infantil", absence_mode="date")
    infants.save()
    small = make_student(infants, "Pequeña Niña").enrolments.get()
    subgroup = Subgroup.objects.create(school=of.school, year=of.group.year, name="Religión")
    for one in (small, of.ana.enrolments.get()):
        subgroup.memberships.create(school=of.school, enrolment=one)
    type(of.assignment).objects.update(group=None, subgroup=subgroup)
    assert [row.name for row in get(of.teacher).context["page"].rows] == ["Ana Vera"]
    subgroup.memberships.exclude(enrolment=small).delete()
    assert get(of.teacher).context["page"].choices == ()


def test_what_another_changed_meanwhile_is_shown_and_what_was_marked_is_kept(of: SchoolClass) -> None:
    post(of, of.teacher, {of.ana: Mark.ABSENT})
    director = make_director(of.school)
    query = {"grupo": of.group.pk, "clase": f"{of.assignment.pk}-2"}
    saved = post(of, director, {of.ana: Mark.LATE, of.luis: Mark.ABSENT}, **query)
    assert saved.status_code == 422
    rows = {row.name: (row.shown, row.wanted, row.changed) for row in saved.context["page"].rows}
    assert rows == {
        "Ana Vera": (Mark.ABSENT, Mark.LATE, True),
        "Luis Gil": (Mark.PRESENT, Mark.ABSENT, False),
    }
    assert absences() == [("Ana", 2, "absent", False, False)]


def test_class_that_left_the_timetable_while_its_roll_was_open_is_saved(of: SchoolClass) -> None:
    TimetableEntry.objects.filter(slot__number=2).delete()
    key = f"{of.assignment.pk}-2"
    assert post(of, of.teacher, {of.ana: Mark.ABSENT}, clase=key).status_code == 303
    assert absences() == [("Ana", 2, "absent", False, False)]
    for other in (f"{of.assignment.pk}-9", f"{of.assignment.pk + 1}-2", "2", "x-2"):
        assert post(of, of.teacher, {of.luis: Mark.ABSENT}, clase=other).status_code == 404
    assert absences() == [("Ana", 2, "absent", False, False)]


def test_future_day_is_refused_in_words(of: SchoolClass) -> None:
    friday = FRIDAY + timedelta(days=7)
    assert get(of.teacher, dia=friday.isoformat()).context["page"].is_future
    saved = post(of, of.teacher, {of.ana: Mark.ABSENT}, dia=friday.isoformat())
    assert saved.status_code == 422
    assert "Ese día aún no ha llegado" in saved.content.decode()
    assert (absences(), Roll.objects.count()) == ([], 0)


def test_class_that_is_not_hers_is_not_marked(of: SchoolClass) -> None:
    colleague, stranger = make_staff(of.school), make_director(make_school("30000002"))
    key = f"{of.assignment.pk}-2"
    for user in (colleague, stranger):
        assert post(of, user, {of.ana: Mark.ABSENT}, clase=key, grupo=of.group.pk).status_code == 404
        assert get(user, clase=key, grupo=of.group.pk).context["page"].rows == ()
    assert absences() == []


def test_pupil_of_another_class_is_not_marked_by_her_key(of: SchoolClass) -> None:
    other = make_student(make_group(of.school, "2º ESO A"), "Otra Niña")
    post(of, of.teacher, {other: Mark.ABSENT, of.ana: Mark.ABSENT})
    assert absences() == [("Ana", 2, "absent", False, False)]


def test_child_from_whom_a_court_keeps_the_teacher_is_not_in_her_list(of: SchoolClass) -> None:
    of.ana.guardianships.create(
        school=of.school,
        guardian=of.teacher.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    page = get(of.teacher)
    assert [row.name for row in page.context["page"].rows] == ["Luis Gil"]
    assert "Ana" not in page.content.decode()


def test_who_leads_the_school_may_look_at_any_group(of: SchoolClass) -> None:
    director = make_director(of.school)
    assert get(director).context["page"].choices == ()
    page = get(director, grupo=of.group.pk).context["page"]
    assert [one.session for one in page.choices] == [1, 2, 3]


def test_family_that_was_told_is_said_so(of: SchoolClass) -> None:
    post(of, of.teacher, {of.ana: Mark.ABSENT})
    page = get(of.teacher).context["page"]
    assert {row.name: row.told_at for row in page.rows} == {"Ana Vera": NINE, "Luis Gil": None}
    assert AbsenceNotice.objects.get().message is not None


def test_family_that_nothing_went_to_is_not_said_to_have_been_told(of: SchoolClass) -> None:
    Student.objects.filter(pk=of.ana.pk).update(protected=True)
    answer = client_of(of.teacher).post(
        reverse("profesores:roll"),
        {f"falta-{one.pk}": Mark.ABSENT for one in of.group.enrolments.all()},
        follow=True,
    )
    rows = {row.name: (row.told_at, row.tells.words) for row in answer.context["page"].rows}
    assert rows == {"Ana Vera": (None, "Datos protegidos: no se avisa"), "Luis Gil": (NINE, "")}
    assert "Se avisa ahora a 1 familia." in answer.content.decode()


def test_family_whose_notice_was_stopped_in_time_is_not_said_to_have_been_told(of: SchoolClass) -> None:
    post(of, of.teacher, {of.ana: Mark.ABSENT})
    post(of, of.teacher, {of.ana: Mark.PRESENT}, shown=Mark.ABSENT)
    sweep(Message.objects.get().pk)
    assert {row.name: row.told_at for row in get(of.teacher).context["page"].rows} == {
        "Ana Vera": None,
        "Luis Gil": None,
    }


def test_page_costs_the_same_for_few_and_for_many(of: SchoolClass) -> None:
    costs = []
    for _ in range(2):
        client = client_of(of.teacher)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("profesores:roll"))
        costs.append(len(found))
        for number in range(20):
            make_student(of.group, f"Niño {number}", [Parent(f"Madre {number}")])
    assert costs[0] == costs[1]


def test_correction_is_said_when_saved_and_stands_beside_what_was_told(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    post(of, of.teacher, {of.ana: Mark.ABSENT, of.luis: Mark.ABSENT})
    answer("tokapp", ACCEPTED)
    answer("email", ACCEPTED)
    database_clock.advance(timedelta(minutes=5))
    client, pk = client_of(of.teacher), of.ana.enrolments.get().pk
    data = {f"falta-{pk}": "present", f"antes-{pk}": "absent"}
    page = client.post(reverse("profesores:roll"), data, follow=True)
    said = "La lista está guardada: ha cambiado 1 marca. Se corrige lo que se avisó a 1 familia."
    assert said in page.content.decode()
    rows = {row.name: (row.told_at, row.corrected_at) for row in page.context["page"].rows}
    assert rows == {"Ana Vera": (NINE, NINE + timedelta(minutes=5)), "Luis Gil": (NINE, None)}
    assert page.content.decode().count("Corregido a las") == 1
