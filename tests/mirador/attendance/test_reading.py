"""What of a child's absences a family reads in Mirador; nothing of anybody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.answering import decide
from attendance.choices import Mark
from attendance.justifying import justify
from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from notica.models import InboxEntry
from notica.rendering import Child, Renderer
from plumier.models import Stage, Student
from tests.attendance.classes import FRIDAY, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_login
from tests.mirador.attendance.pages import (
    PAGE,
    alarm,
    bar,
    entry_of,
    excuse,
    pdf,
    text,
    text_of,
)
from tests.mirador.households import client_of

MARKED = re.compile(r'href="([^"?]+)" aria-current="true"')  # where she is, in the bars of desk and phone


def test_page_shows_what_when_and_how_it_stands(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    of.mark((of.ana, Mark.LATE), of=of.lesson(3))
    justify(of.school, [Absence.objects.get(session=3).pk], "Autobús", by=of.tutor, now=NINE)
    shown = text(mother)
    for words in (
        "Faltas de Ana",
        "viernes 27 de noviembre",
        "<strong>Matemáticas</strong>",
        "Sesión 2",
        "09:15",
        "Sin justificar",
        "Retraso",
        "Justificada",
        "«Autobús»",
    ):
        assert words in shown
    assert shown.index("Sesión 2") < shown.index("Sesión 3")


def test_absence_by_date_is_of_the_whole_day(of: SchoolClass, mother: Client) -> None:
    Stage.objects.update(absence_mode="date")
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(0, assignment=None, starts=None, group=of.group), by=of.tutor)
    shown = text(mother)
    assert "<strong>Todo el día</strong>" in shown
    assert "Lo sabía" not in shown


def test_nothing_yet_and_nothing_older(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    assert "No hay faltas más antiguas" in text(mother, despues="2026-11-27")
    of.mark((of.ana, Mark.PRESENT))
    assert "No consta ninguna falta este curso" in text(mother)
    assert "No consta ninguna falta este curso" in text(mother, despues="ayer")


def test_marks_and_absences_are_beside_each_other(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    marks = reverse("mirador:grades")
    for page in (marks, PAGE):
        shown = text_of(mother.get(page))
        assert f'href="{marks}?alumno={of.ana.pk}"' in shown
        assert f'href="{PAGE}?alumno={of.ana.pk}"' in shown
    assert MARKED.findall(text(mother)) == [marks, marks]


def test_thirty_absences_cost_what_one_costs(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    costs = []
    for days in ((1,), range(2, 30)):
        Absence.objects.bulk_create(
            Absence(
                school=of.school,
                enrolment=of.ana.enrolments.get(),
                day=FRIDAY - timedelta(days=ago),
                session=1,
                kind="absent",
                noted_at=NINE,
            )
            for ago in days
        )
        mother.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert mother.get(PAGE).status_code == 200
        costs.append(len(found))
    assert costs[0] == costs[1]


def test_notice_in_avisos_has_both_buttons_until_it_is_answered(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    page = entry_of(told, of.mother.person)
    shown = text_of(mother.get(page))
    assert (excuse(told) in shown, alarm(told) in shown) == (True, True)
    assert "• Sesión 2 (09:15) · Matemáticas: falta" in shown
    mother.post(excuse(told), {"reason": "Médico"})
    shown = text_of(mother.get(page))
    assert (excuse(told) in shown, alarm(told) in shown) == (False, True)
    assert "Propuso: «Médico»" in shown
    of.mark((of.ana, Mark.PRESENT))
    shown = text_of(mother.get(page))
    assert (excuse(told) in shown, alarm(told) in shown) == (False, False)


def test_notice_is_read_in_the_readers_language(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    mother.cookies["django_language"] = "en"
    shown = text_of(mother.get(entry_of(told, of.mother.person)))
    assert ("Friday" in shown, "viernes" in shown) == (True, False)


@pytest.mark.parametrize("form", ["chat", "email"])
def test_notice_leads_to_avisos_from_outside_and_its_correction_nowhere(
    told: AbsenceNotice, of: SchoolClass, mother: Client, settings: Any, form: str
) -> None:
    settings.LINK_ROOT = "https://plumier.example"
    link = f"https://plumier.example{reverse('mirador:inbox')}"
    message = told.message
    assert message is not None
    children = [Child("Ana", "Ana Vera")]
    assert link in Renderer().content(message, form, "es", children).text
    assert "Si lo sabía" not in text_of(mother.get(entry_of(told, of.mother.person)))
    message.kind = "absence_correction"
    assert link not in Renderer().content(message, form, "es", children).text


def test_correction_has_no_buttons(
    told: AbsenceNotice, of: SchoolClass, mother: Client, database_clock: DatabaseClock
) -> None:
    told_message = told.message
    assert told_message is not None
    correction = InboxEntry.objects.get(message=told_message, person=of.mother.person)
    told_message.kind = "absence_correction"
    told_message.save()
    shown = text_of(mother.get(reverse("mirador:entry", args=[correction.pk])))
    assert (excuse(told) in shown, alarm(told) in shown) == (False, False)


def test_other_parent_does_not_see_what_the_first_wrote(
    told: AbsenceNotice, of: SchoolClass, mother: Client, father: Client
) -> None:
    mother.post(excuse(told), {"reason": "Terapia familiar", "file": pdf()})
    mother.post(alarm(told))
    pages = [PAGE, excuse(told), alarm(told), entry_of(told, of.father.person)]
    before = [text_of(father.get(page)) for page in pages]
    decide(AbsenceAnswer.objects.get(kind="knew"), accepted=True, by=of.tutor, now=NINE)
    after = [text_of(father.get(page)) for page in pages]
    ana = client_of(make_login(of.ana.person))
    for shown in (*before, *after, text(ana)):
        for words in ("Terapia", "médico.pdf", "Eva Ros", "Propuso", "Avisó al centro"):
            assert words not in shown
    assert (excuse(told) in before[0], excuse(told) in after[0]) == (True, False)
    assert "Terapia familiar" in text(mother)


def test_stranger_student_and_child_of_another_have_no_way_in(told: AbsenceNotice, of: SchoolClass) -> None:
    stranger = client_of(make_login(of.luis.guardians.get()))
    ana = client_of(make_login(of.ana.person))
    for client in (stranger, ana):
        found = [client.get(page) for page in (excuse(told), alarm(told))]
        found += [client.post(page, {"reason": "Médico"}) for page in (excuse(told), alarm(told))]
        assert [one.status_code for one in found] == [404] * 4
    assert stranger.get(PAGE, {"alumno": of.ana.pk}).status_code == 404
    assert "Matemáticas" not in text(stranger)
    assert ("Matemáticas" in text(ana), "Lo sabía" in text(ana)) == (True, False)
    assert AbsenceAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("since", "until", "reads"),
    [(-9, -1, True), (-9, 0, False), (0, None, False), (1, None, True)],
    ids=["past", "till today", "now", "future"],
)
def test_father_reads_and_answers_but_while_a_court_keeps_him_from_her(
    told: AbsenceNotice, of: SchoolClass, father: Client, since: int, until: int | None, *, reads: bool
) -> None:
    entry = entry_of(told, of.father.person)
    bar(of.ana, of.father.person, since, until)
    status = 200 if reads else 404
    pages = [excuse(told), alarm(told), entry, f"{PAGE}?alumno={of.ana.pk}"]
    assert [father.get(page).status_code for page in pages] == [status] * 4
    assert father.post(excuse(told), {"reason": "Médico"}).status_code == (303 if reads else 404)
    assert ("Matemáticas" in text(father)) == reads


def test_protected_child_is_read_about(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    Student.objects.filter(pk=of.ana.pk).update(protected=True)
    assert "Matemáticas" in text(mother)


def test_child_who_left_is_read_about_and_not_answered_for(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    of.ana.enrolments.update(left_on=FRIDAY)
    shown = text(mother)
    assert ("Matemáticas" in shown, "ya no está en el centro" in shown, excuse(told) in shown) == (
        True,
        True,
        False,
    )
    assert mother.post(excuse(told), {"reason": "Médico"}).status_code == 404


def test_notice_that_has_not_gone_out_is_nobodys(told: AbsenceNotice, mother: Client) -> None:
    AbsenceNotice.objects.update(message=None, state="waiting")
    assert [mother.get(page).status_code for page in (excuse(told), alarm(told))] == [404] * 2
