"""«Justificar»: a tutor excuses one or many, and decides what families propose."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.answering import Answer, answer
from attendance.choices import AnswerKind, Mark
from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from notica.files import KeptFile, path_of
from plumier.models import User
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_group, make_login, make_school, make_tutor
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock, tmp_path: Any) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    settings.DATA_DIR = tmp_path
    database_clock.freeze(NINE)
    of = SchoolClass()
    for session in (1, 2):
        of.mark((of.ana, Mark.ABSENT), of=of.lesson(session))
    of.mark((of.luis, Mark.LATE), of=of.lesson(3))
    return of


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user: User, **query: Any) -> list[tuple[str, int]]:
    page = client_of(user).get(reverse("profesores:absences"), query).context["page"]
    return [(row.enrolment.student.person.given_name, row.session) for row in page.rows]


def proposed(of: SchoolClass, file: KeptFile | None = None) -> AbsenceAnswer:
    assert of.mother.person is not None
    notice = AbsenceNotice.objects.filter(student=of.ana).first()
    assert notice is not None
    written = Answer(AnswerKind.KNEW, "Visita médica", file)
    return answer(notice, written, by=make_login(of.mother.person), now=NINE)


def test_tutor_sees_the_absences_of_her_group_and_nobody_else_does(of: SchoolClass) -> None:
    assert shown(of.tutor) == [("Luis", 3), ("Ana", 2), ("Ana", 1)]
    other = make_tutor(make_group(of.school, "1º ESO D"), "Otra Tutora")
    stranger = make_director(make_school("30000002"))
    assert [shown(user) for user in (of.teacher, other, stranger)] == [[], [], []]
    assert len(shown(make_director(of.school))) == 3


def test_those_that_are_ticked_are_excused_with_a_reason(of: SchoolClass) -> None:
    rows = list(Absence.objects.filter(enrolment__student=of.ana).values_list("pk", flat=True))
    answer = client_of(of.tutor).post(
        reverse("profesores:absences"), {"faltas": rows, "motivo": "Visita médica"}, follow=True
    )
    assert "2 faltas justificadas. Lo saben ya sus profesores." in answer.content.decode()
    assert set(Absence.objects.filter(pk__in=rows).values_list("justification", "justified_by")) == {
        ("Visita médica", of.tutor.pk)
    }
    again = client_of(of.tutor).post(reverse("profesores:absences"), {"faltas": rows}, follow=True)
    assert "Esas faltas ya estaban justificadas." in again.content.decode()
    assert shown(of.tutor) == [("Luis", 3)]
    assert shown(of.tutor, ver="justificadas") == [("Ana", 2), ("Ana", 1)]


def test_refusal_keeps_what_was_ticked_and_typed(of: SchoolClass) -> None:
    rows = list(Absence.objects.order_by("pk").values_list("pk", flat=True))
    Absence.objects.filter(pk=rows[0]).update(cleared_at=NINE)
    page = client_of(of.tutor).post(reverse("profesores:absences"), {"faltas": rows, "motivo": "Médico"})
    assert (page.status_code, page.context["typed"], page.context["chosen"]) == (422, "Médico", rows)
    assert Absence.objects.filter(justified_at__isnull=False).count() == 0


def test_excuse_is_taken_back(of: SchoolClass) -> None:
    pk = Absence.objects.get(session=1).pk
    client = client_of(of.tutor)
    for act in ("justificar", "quitar"):
        client.post(reverse("profesores:absences"), {"faltas": [pk], "hacer": act})
    assert Absence.objects.get(pk=pk).justified_at is None


def test_filters_narrow_by_day_group_and_pupil(of: SchoolClass) -> None:
    director = make_director(of.school)
    ana = of.ana.enrolments.get()
    assert shown(director, alumno=ana.pk) == [("Ana", 2), ("Ana", 1)]
    assert shown(director, grupo=of.group.pk + 1) == []
    assert shown(director, desde="2026-11-28", hasta="2026-11-30") == []


def test_tutor_takes_what_a_family_proposes(of: SchoolClass) -> None:
    kept = proposed(of)
    page = client_of(of.tutor).get(reverse("profesores:absences"))
    assert [one.pk for one in page.context["page"].proposed] == [kept.pk]
    address = reverse("profesores:absence_decide", args=[kept.pk])
    client_of(of.tutor).post(address, {"hacer": "aceptar"})
    kept.refresh_from_db()
    assert (kept.accepted, kept.decided_by) == (True, of.tutor)
    assert client_of(of.tutor).post(address, {"hacer": "no"}).status_code == 404


def test_mark_that_was_taken_back_is_not_among_what_would_be_excused(of: SchoolClass) -> None:
    kept = proposed(of)
    second = Absence.objects.get(enrolment__student=of.ana, session=2)
    Absence.objects.filter(pk=second.pk).update(notice=kept.notice, cleared_at=NINE)
    page = client_of(of.tutor).get(reverse("profesores:absences"))
    assert "Matemáticas (1ª)" in page.content.decode()
    assert "(2ª)" not in page.content.decode()


def test_what_a_family_sent_is_read_by_who_decides_and_by_nobody_else(of: SchoolClass) -> None:
    sha256 = "a" * 64
    path_of(sha256).parent.mkdir(parents=True)
    path_of(sha256).write_bytes(b"%PDF-1.4")
    kept = proposed(of, KeptFile("justificante.pdf", "application/pdf", 8, sha256))
    address = reverse("profesores:absence_file", args=[kept.pk])
    answer = client_of(of.tutor).get(address)
    assert (answer["Content-Disposition"], b"".join(answer.streaming_content)) == (
        'attachment; filename="justificante.pdf"',
        b"%PDF-1.4",
    )
    client_of(of.tutor).post(reverse("profesores:absence_decide", args=[kept.pk]), {"hacer": "aceptar"})
    page = client_of(of.tutor).get(reverse("profesores:absences"), {"ver": "justificadas"})
    assert page.content.decode().count(f'href="{address}?centro={of.school.code}"') == 1
    assert b"".join(client_of(of.tutor).get(address).streaming_content) == b"%PDF-1.4"
    strangers = (of.teacher, make_tutor(make_group(of.school, "1º ESO D"), "Otra"))
    assert [client_of(user).get(address).status_code for user in strangers] == [404, 404]


def test_list_costs_the_same_for_few_and_for_many(of: SchoolClass) -> None:
    proposed(of)
    costs = []
    for sessions in (range(4, 20), range(0)):
        client = client_of(of.tutor)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("profesores:absences"))
        costs.append(len(found))
        row = Absence.objects.get(session=1)
        Absence.objects.bulk_create(
            Absence(
                **{
                    name: getattr(row, name)
                    for name in ("school", "enrolment", "day", "kind", "noted_by", "noted_at", "subject")
                },
                session=number,
            )
            for number in sessions
        )
    assert costs[0] == costs[1]
