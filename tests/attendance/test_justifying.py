"""A tutor excuses absences, and each subject's teacher hears of it once (requirement E2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from attendance.choices import Mark
from attendance.justifying import justify, take_back
from attendance.models import Absence, AttendancePolicy
from notica.models import Delivery, InboxEntry, Message
from notica.rendering import notice_text
from plumier.models import Guardianship, School, SchoolKind
from plumier.refusals import Refused
from tests.attendance.classes import NINE, SchoolClass, absences
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_group, make_school, make_tutor
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    return SchoolClass()


def marked(of: SchoolClass) -> list[int]:
    """Ana misses two sessions of Matemáticas and one of Lengua, Luis one of Matemáticas."""
    lengua = of.another_subject()
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(1))
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.LATE))
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(3, assignment=lengua))
    return list(Absence.objects.order_by("pk").values_list("pk", flat=True))


def to_teachers() -> list[Message]:
    return list(Message.objects.filter(kind="justification").order_by("pk"))


def excuse(of: SchoolClass, rows: list[int], reason: str = "Visita médica", by: Any = None) -> int:
    return justify(of.school, rows, reason, by=by or of.tutor, now=NINE)


def test_each_teacher_gets_one_message_about_all_sessions_of_hers(of: SchoolClass) -> None:
    assert excuse(of, marked(of)) == 4
    assert [justified for *_rest, justified in absences()] == [True] * 4
    first, second = to_teachers()
    assert [len(one.params["absences"]) for one in (first, second)] == [3, 1]
    assert notice_text(second, "es") == (
        "El tutor ha justificado estas faltas de sus clases:\n"
        "• Ana Vera (1º ESO C), viernes 27 de noviembre. Sesión 3 (10:15) · Lengua: falta\n\n"
        "Motivo: Visita médica"
    )
    kept = InboxEntry.objects.filter(message__in=to_teachers())
    assert {(one.expires_at - one.created_at).days for one in kept} == {7}


@pytest.mark.parametrize(
    ("kind", "expected"), [(SchoolKind.PUBLIC, "oficial@x.example"), (SchoolKind.CHARTER, "suyo@x.example")]
)
def test_mail_goes_to_the_address_that_the_kind_of_school_says(
    of: SchoolClass, kind: str, expected: str
) -> None:
    School.objects.update(kind=kind)
    teacher = of.teacher.people.get()
    teacher.contacts.filter(slot="email_official").update(value="oficial@x.example")
    teacher.contacts.create(school=of.school, slot="email", kind="email", value="suyo@x.example")
    of.mark((of.ana, Mark.ABSENT))
    excuse(of, [Absence.objects.get().pk])
    (message,) = to_teachers()
    assert Delivery.objects.filter(message_id=message.pk).values_list("address", flat=True).get() == expected


def test_what_is_excused_already_is_told_to_nobody_again(of: SchoolClass) -> None:
    rows = marked(of)
    excuse(of, rows)
    assert (excuse(of, rows), len(to_teachers())) == (0, 2)


def test_tutor_of_another_group_excuses_nothing_of_this_one(of: SchoolClass) -> None:
    other = make_tutor(make_group(of.school, "1º ESO D"), "Otra Tutora")
    rows = marked(of)
    for user in (other, of.teacher):
        with pytest.raises(Refused) as refusal:
            excuse(of, rows, by=user)
        assert str(refusal.value) == (
            "Alguna de las faltas ya no está o no es de su tutoría. Vuelva a cargar la página."
        )
    assert (to_teachers(), {justified for *_rest, justified in absences()}) == ([], {False})


def test_director_of_another_school_excuses_nothing(of: SchoolClass) -> None:
    rows, director = marked(of), make_director(make_school("30000002"))
    with pytest.raises(Refused):
        excuse(of, rows, by=director)
    assert excuse(of, rows, by=make_director(of.school)) == 4


def test_one_of_several_that_is_not_hers_excuses_none(of: SchoolClass) -> None:
    rows = marked(of)
    Absence.objects.filter(pk=rows[0]).update(cleared_at=NINE)
    with pytest.raises(Refused):
        excuse(of, rows)
    assert {justified for *_rest, justified in absences()} == {False}


def test_tutor_from_whom_a_court_keeps_a_child_excuses_nothing_of_hers(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT))
    Guardianship.objects.create(
        school=of.school,
        student=of.ana,
        guardian=of.tutor.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    with pytest.raises(Refused):
        excuse(of, [Absence.objects.get().pk])


def test_teacher_from_whom_a_court_keeps_a_child_hears_of_the_others_alone(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.ABSENT))
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(3))
    Guardianship.objects.create(
        school=of.school,
        student=of.ana,
        guardian=of.teacher.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    assert excuse(of, list(Absence.objects.values_list("pk", flat=True))) == 3
    (message,) = to_teachers()
    assert [one["student"] for one in message.params["absences"]] == ["Luis Gil"]


def test_tutor_who_teaches_it_herself_is_not_told_of_it(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT))
    of.group.tutor = of.teacher.people.get()
    of.group.save()
    assert (excuse(of, [Absence.objects.get().pk], by=of.teacher), to_teachers()) == (1, [])


def test_notice_that_still_waits_need_not_go_out(of: SchoolClass, database_clock: DatabaseClock) -> None:
    from attendance.notices import settle_some

    AttendancePolicy.objects.create(school=of.school, grace_minutes=60)
    of.mark((of.ana, Mark.ABSENT))
    excuse(of, [Absence.objects.get().pk])
    database_clock.advance(timedelta(minutes=61))
    settle_some()
    assert Message.objects.filter(kind="absence").count() == 0


def test_excuse_that_is_taken_back_tells_nobody(of: SchoolClass) -> None:
    rows = marked(of)
    excuse(of, rows)
    before = Message.objects.count()
    assert take_back(of.school, rows, by=of.tutor, now=NINE + timedelta(days=9)) == 4
    assert ({justified for *_rest, justified in absences()}, Message.objects.count()) == ({False}, before)


def test_nothing_chosen_is_refused(of: SchoolClass) -> None:
    with pytest.raises(Refused) as refusal:
        excuse(of, [])
    assert str(refusal.value) == "Elija al menos una falta."


def test_excusing_many_costs_what_one_costs(of: SchoolClass, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    costs = []
    for sessions in ((1,), (2, 3)):
        for session in sessions:
            of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.ABSENT), of=of.lesson(session))
        rows = list(Absence.objects.filter(session__in=sessions).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as found:
            excuse(of, rows)
        costs.append(len(found))
    assert costs[0] == costs[1]
