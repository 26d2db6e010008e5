"""Opening an expediente: its number, whom it is told to, and who may (requirement E5)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from convivencia.disciplinary.access import cases_seen_by, instructors_for
from convivencia.disciplinary.opening import change_instructor, open_case
from convivencia.models import DisciplinaryCase, DisciplinaryHearer
from notica.models import InboxEntry, Message
from notica.rendering import text_context
from plumier.clock import database_now, database_today
from plumier.models import AcademicYear, Enrolment, Group, Person, RegisterEdit, Student, User
from plumier.refusals import Refused, SavedOtherwise
from tests.convivencia.disciplinary.cases import FACTS, DisciplinarySchool, opening
from tests.factories.register import make_student
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any) -> DisciplinarySchool:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return DisciplinarySchool()


def told(kind: str = "disciplinary") -> set[str]:
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return {row.person.given_name for row in rows}


def left_out() -> dict[str, str]:
    rows = DisciplinaryHearer.objects.exclude(left_out="").select_related("person")
    return {row.person.given_name: row.left_out for row in rows}


def test_opening_tells_directors_tutor_ptsc_and_instructor_once(of: DisciplinarySchool) -> None:
    case = of.open()
    assert told() == {"Julia", "Dolores", "Elena", "Pilar", "Iván"}
    message = Message.objects.get()
    assert (message.kind, message.way, message.student_id, message.sender) == (
        *("disciplinary", "email"),
        *(of.ana.pk, of.head),
    )
    assert {one.message_id for one in case.hearers.all()} == {message.pk}
    assert left_out() == {}


def test_message_names_who_and_when_and_never_the_facts(of: DisciplinarySchool) -> None:
    case = of.open()
    text = text_context(Message.objects.get(), "es")["body"]
    for words in (
        "1/2026-27",
        "Ana Vera (1º ESO C)",
        "Iván Instructor",
        f"/convivencia/expedientes/{case.pk}/",
    ):
        assert words in text
    assert FACTS not in text
    assert FACTS not in str(Message.objects.get().params)


def test_tutor_whom_a_court_keeps_from_the_pupil_hears_nothing(of: DisciplinarySchool) -> None:
    of.make_father(of.tutor, barred=True)
    of.open()
    assert "Elena" not in told()
    assert left_out() == {"Elena": "barred"}


def test_who_is_barred_by_another_record_of_hers_hears_nothing(of: DisciplinarySchool) -> None:
    of.make_father(of.tutor, barred=True)
    twin = of.tutor.people.get()
    again = Person.objects.create(school=of.school, given_name="Elena", surname="Bis", user=of.tutor)
    of.ana.guardianships.filter(guardian=twin).update(guardian=again)
    of.open()
    assert "Elena" not in told()
    assert left_out() == {"Elena": "barred"}


def test_director_who_is_the_pupils_mother_hears_of_it_as_her_family_does(of: DisciplinarySchool) -> None:
    of.make_father(of.director, barred=False)
    of.open()
    assert "Dolores" not in told()
    assert left_out() == {"Dolores": "family"}
    assert not cases_seen_by(of.director, database_today()).exists()


def test_same_form_twice_is_one_expediente_and_one_message(of: DisciplinarySchool) -> None:
    assert of.open().pk == of.open().pk
    assert (DisciplinaryCase.objects.count(), Message.objects.count()) == (1, 1)


def test_numbers_count_within_the_school_and_the_year(of: DisciplinarySchool) -> None:
    there = DisciplinarySchool("30000002")
    first, second, other = of.open("a"), of.open("b"), there.open("a")
    year = AcademicYear.objects.create(school=of.school, name="2027/2028", is_current=False)
    AcademicYear.objects.filter(school=of.school, name="2026/2027").update(is_current=False)
    AcademicYear.objects.filter(pk=year.pk).update(is_current=True)
    group = Group.objects.create(school=of.school, year=year, stage=of.group.stage, name="2º ESO C")
    Enrolment.objects.create(school=of.school, student=of.ana, year=year, group=group)
    later = of.open("c")
    assert [one.number_words for one in (first, second, other, later)] == [
        *("1/2026-27", "2/2026-27", "1/2026-27"),
        "1/2027-28",
    ]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_several_open_at_once(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    of = DisciplinarySchool()

    def open_one(key: int) -> None:
        try:
            of.open(str(key))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_one, range(8)))
    assert sorted(DisciplinaryCase.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_who_does_not_direct_the_school_opens_none(of: DisciplinarySchool) -> None:
    there = DisciplinarySchool("30000002")
    for user in (of.pas, of.tutor, of.teacher, of.ptsc, there.head):
        with pytest.raises(Refused):
            of.open(by=user)
    assert (DisciplinaryCase.objects.count(), Message.objects.count()) == (0, 0)


def test_head_of_studies_opens_none_about_a_child_of_hers(of: DisciplinarySchool) -> None:
    of.make_father(of.head, barred=False)
    with pytest.raises(Refused):
        of.open()


@pytest.mark.parametrize("barred", [True, False])
def test_pupils_own_father_never_instructs(of: DisciplinarySchool, barred: bool) -> None:
    of.make_father(of.instructor, barred=barred)
    with pytest.raises(Refused, match="no puede instruirlo"):
        of.open()


def test_instructor_is_staff_at_work_in_the_school(of: DisciplinarySchool) -> None:
    there = DisciplinarySchool("30000002")
    of.instructor.people.get().staff.delete()
    for person in (of.instructor.people.get(), there.teacher.people.get(), of.ana.guardians.get()):
        with pytest.raises(Refused, match="no puede instruirlo"):
            open_case(of.school, opening(of.ana, person), by=of.head, now=database_now())
    assert of.teacher.people.get() in instructors_for(of.ana, database_today())


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"facts": "  "}, "Escriba los hechos"), ({"happened_on": "tomorrow"}, "un día que no ha llegado")],
)
def test_bad_input_leaves_nothing(of: DisciplinarySchool, fields: dict[str, Any], words: str) -> None:
    if "happened_on" in fields:
        fields = {"happened_on": database_today() + timedelta(days=2)}
    with pytest.raises(Refused, match=words):
        of.open(**fields)
    assert DisciplinaryCase.objects.count() == 0


def test_another_schools_pupil_cannot_be_brought_before_it(of: DisciplinarySchool) -> None:
    with pytest.raises(Refused, match="no está matriculado"):
        of.open(student=DisciplinarySchool("30000002").ana)


def test_new_instructor_is_told_alone_and_the_old_one_sees_it_no_more(of: DisciplinarySchool) -> None:
    case, teacher = of.open(), of.teacher.people.get()
    InboxEntry.objects.all().delete()
    for _press in range(2):
        change_instructor(case, teacher.pk, by=of.head, now=database_now())
    assert told() == {"Paco"}
    sees = [cases_seen_by(user, database_today()).exists() for user in (of.teacher, of.instructor)]
    assert sees == [True, False]
    assert "Instruye usted desde ahora" in text_context(Message.objects.latest("pk"), "es")["body"]


def test_instructor_is_changed_by_the_management_alone(of: DisciplinarySchool) -> None:
    case = of.open()
    with pytest.raises(Refused, match="equipo directivo"):
        change_instructor(case, of.teacher.people.get().pk, by=of.instructor, now=database_now())


def test_history_has_who_opened_it(of: DisciplinarySchool) -> None:
    case = of.open()
    edit = RegisterEdit.objects.get(table_name="convivencia_disciplinarycase")
    assert (edit.row_id, edit.school_id, edit.actor_id) == (case.pk, of.school.pk, of.head.pk)


Seen = Callable[[DisciplinarySchool], User]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *(("head", True), ("director", True), ("tutor", True), ("ptsc", True), ("instructor", True)),
        *(("pas", False), ("teacher", False)),
    ],
)
def test_case_is_seen_by_those_whom_it_concerns(of: DisciplinarySchool, who: str, sees: bool) -> None:
    of.open()
    assert cases_seen_by(getattr(of, who), database_today()).exists() is sees


def test_other_schools_management_and_a_superseded_tutor_see_nothing(of: DisciplinarySchool) -> None:
    of.open()
    there = DisciplinarySchool("30000002")
    of.group.tutor = of.teacher.people.get()
    of.group.save()
    seen = [cases_seen_by(user, database_today()).exists() for user in (there.head, of.tutor, of.teacher)]
    assert seen == [False, False, True]


def test_school_that_no_longer_keeps_them_shows_none(of: DisciplinarySchool) -> None:
    of.open()
    of.school.policy.procedures = []
    of.school.policy.save()
    assert not cases_seen_by(of.head, database_today()).exists()


def test_pupil_who_works_here_too_sees_nothing_of_her_own(of: DisciplinarySchool) -> None:
    of.open(student=make_student(of.group, "Luis Gil"))
    Student.objects.get(person__given_name="Luis").person.__class__.objects.filter(given_name="Luis").update(
        user=of.head
    )
    assert not cases_seen_by(of.head, database_today()).exists()


def test_other_facts_with_the_key_of_one_that_is_open_are_no_second_press(of: DisciplinarySchool) -> None:
    of.open()
    for other in ({"facts": "Otra cosa."}, {"student": make_student(of.group, "Luis Gil")}):
        with pytest.raises(SavedOtherwise):
            of.open(**other)
    assert DisciplinaryCase.objects.count() == 1


def test_tutor_sees_it_no_more_once_the_pupil_has_left_her_group(of: DisciplinarySchool) -> None:
    case, today = of.open(), database_today()
    assert list(cases_seen_by(of.tutor, today)) == [case]
    Enrolment.objects.filter(student=of.ana).update(left_on=today)
    assert list(cases_seen_by(of.tutor, today)) == []
