"""«Quién lo va a recibir»: as the fan-out plans it, told before anything is written, in constant memory."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, KeptDraftFile, Message, Recipient
from notica.refusals import Refused
from notica.writing import preview, preview_jobs
from notica.writing.keeping import Written, begin, save, send_kept
from notica.writing.missing_out import PAGE, without
from notica.writing.preview import CALCULATING, READY, REFUSED, summary_of
from notica.writing.preview_words import ChannelTotal, Missed, ReasonTotal
from plumier.clock import database_now
from plumier.models import Group, Guardianship, Person, School, SchoolPolicy, Student, User
from tests.factories.crowds import make_families, make_students
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.notica.answering import CONFIGURED

PHONE = "+34600000001"
TYPED = Written(Audience.FAMILY, Way.TELEGRAM_TOKAPP, "", "Mañana hay salida.")


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


def draft(students: list[Student], by: User, written: Written = TYPED) -> KeptDraft:
    """A draft with what was typed."""
    choice = Choice(written.to, students=tuple(student.pk for student in students))
    kept = begin(students[0].school, choice, written.way, by=by, now=database_now())
    return save(kept, written, by=by, now=database_now())


def mixed(group: Group) -> list[Student]:
    """One who is reached by two channels, one by one, and three who are not."""
    link("telegram", PHONE, "501")
    mothers = [
        Parent("Ana Uno", contacts={"phone_1": PHONE}),
        Parent("Bea Dos", contacts={"phone_1": "+34600000002"}),
        Parent("Cloe Tres"),
        Parent("Dora Cuatro", contacts={"phone_1": "+34600000004"}, ticked=False),
    ]
    children = [make_student(group, f"Niño {mother.name}", [mother]) for mother in mothers]
    return [*children, make_student(group, "Niño Sin", [])]


def test_totals_say_who_gets_it_how_and_who_does_not_and_why(director: User, group: Group) -> None:
    students = mixed(group)
    found = summary_of(draft(students, director), by=director, now=database_now())
    assert (found.state, found.problem, found.text_problem) == (READY, "", "")
    assert (found.recipients, found.reached, found.missed, found.only_notica) == (5, 2, 3, 1)
    assert set(found.channels) == {
        ChannelTotal(("telegram", "tokapp"), "Telegram y TokApp", 1),
        ChannelTotal(("tokapp",), "TokApp", 1),
    }
    assert set(found.reasons) == {
        ReasonTotal("no_phone", "Sin teléfono", 1),
        ReasonTotal("tick_off", "Sin marcar «Mensaje padre» o «Mensaje madre»", 1),
        ReasonTotal("no_guardian", "Sin padre, madre ni tutor en el registro", 1),
    }
    people = {person.given_name: person.pk for person in Person.objects.all()}
    assert set(found.first_missed) == {
        Missed("Tres, Cloe", ("Cloe Tres, Niño",), "Sin teléfono", students[2].pk, people["Cloe"], True),
        Missed(
            "Cuatro, Dora",
            ("Dora Cuatro, Niño",),
            "Sin marcar «Mensaje padre» o «Mensaje madre»",
            students[3].pk,
            people["Dora"],
            False,
        ),
        Missed(
            "Familia de Sin, Niño",
            (),
            "Sin padre, madre ni tutor en el registro",
            students[4].pk,
            None,
            False,
        ),
    }


def test_preview_leaves_nothing_and_says_what_the_send_does(director: User, group: Group) -> None:
    kept = draft(mixed(group), director)
    found = summary_of(kept, by=director, now=database_now())
    assert (Message.objects.count(), Recipient.objects.count()) == (0, 0)
    kept.refresh_from_db()
    assert kept.version == 1
    send_kept(kept, seen=1, by=director, now=database_now())
    rows = Recipient.objects.filter(message__kind="message")
    assert (rows.count(), rows.filter(outcome="").count()) == (found.recipients, found.reached)


def test_people_who_may_not_be_written_to_are_a_problem_in_words(
    director: User, group: Group, school: School
) -> None:
    students = mixed(group)
    sms = summary_of(draft(students, director, replace(TYPED, way=Way.SMS)), by=director, now=database_now())
    assert (sms.state, sms.problem) == (REFUSED, "SMS: elija un solo alumno.")
    teacher = make_teacher(make_group(school, "2º B"))
    kept = draft(students, teacher)
    assert summary_of(kept, by=teacher, now=database_now()).state == REFUSED
    with pytest.raises(Refused):
        without(kept, by=teacher, now=database_now())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"body": " "}, "El mensaje está vacío. Escriba el texto."),
        ({"body": "x" * 12_001}, "El texto tiene 1 carácter de más: en Telegram/TokApp caben 12000."),
        ({"body": "{alumna}"}, "No se sabe qué poner en {alumna}."),
        ({"body": "{tutor}"}, "{tutor}: 5 alumnos están en grupos sin tutor (1º ESO A)."),
        (
            {"not_before": datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))},
            "ya ha pasado. Indique una hora futura.",
        ),
    ],
)
def test_text_that_cannot_go_yet_is_said_and_the_people_are_shown(
    director: User, group: Group, changes: dict[str, Any], problem: str
) -> None:
    kept = draft(mixed(group), director, replace(TYPED, **changes))
    found = summary_of(kept, by=director, now=database_now())
    assert problem in found.text_problem
    assert (found.state, found.recipients) == (READY, 5)


def test_files_go_straight_to_the_mail(director: User, group: Group) -> None:
    kept = draft(mixed(group), director, replace(TYPED, way=Way.EMAIL))
    KeptDraftFile.objects.create(draft=kept, name="a.pdf", content_type="x", size=1, sha256="a" * 64)
    found = summary_of(kept, by=director, now=database_now())
    assert (found.straight_to_mail, found.only_notica, found.text_problem) == (True, 0, "")
    by_chat = save(kept, TYPED, by=director, now=database_now())
    found = summary_of(by_chat, by=director, now=database_now())
    assert (found.straight_to_mail, found.text_problem) == (
        False,
        "Solo el correo electrónico admite ficheros.",
    )


def test_sms_is_counted_with_the_names_and_priced(director: User, group: Group, school: School) -> None:
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True, sms_price=Decimal("0.07"))
    phones = [Parent(f"Madre {n}", contacts={"phone_1": f"+3460000000{n}"}) for n in (1, 2)]
    students = [make_student(group, "Luis Gil", [phones[0]]), make_student(group, "Ánú Gil", [phones[1]])]
    typed = replace(TYPED, way=Way.SMS, body="x" * 70 + "{alumno}")
    found = summary_of(draft(students, director, typed), by=director, now=database_now())
    assert (found.sms, found.needs_review) == (
        "3\u00a0SMS · 2\u00a0por\u00a0destinatario · 0,21\u00a0€",
        True,
    )
    assert found.example == "x" * 70 + "Luis Gil"


@pytest.mark.parametrize("body", ["", "á" * 152, "{alumna}"])
def test_sms_that_cannot_go_yet_is_not_priced(director: User, group: Group, body: str) -> None:
    student = make_student(group, "Luis Gil", [Parent("Eva", contacts={"phone_1": "+34600000001"})])
    found = summary_of(
        draft([student], director, replace(TYPED, way=Way.SMS, body=body)), by=director, now=database_now()
    )
    assert (found.state, found.reached, found.text_problem != "", found.sms) == (READY, 1, True, "")


def test_example_is_as_the_first_one_reads_it(director: User, group: Group) -> None:
    make_tutor(group)
    kept = draft(mixed(group), director, replace(TYPED, body="{alumno}, {tutor}"))
    found = summary_of(kept, by=director, now=database_now())
    assert found.example == "Niño Ana Uno, Tere Tutora"


LOCAL = ZoneInfo("Europe/Madrid")
NOON, NIGHT = datetime(2026, 11, 26, 12, tzinfo=LOCAL), datetime(2026, 11, 26, 23, tzinfo=LOCAL)
MORNING = datetime(2026, 11, 27, 6, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("now", "not_before", "why", "at"),
    [
        (NOON, None, "", NOON + timedelta(seconds=10)),
        (NIGHT, None, "quiet", MORNING),
        (NOON, MORNING + timedelta(hours=3), "scheduled", MORNING + timedelta(hours=3)),
        (NOON, NIGHT, "scheduled_quiet", MORNING),
    ],
)
def test_when_it_leaves_is_said_with_why(
    settings: Any, now: datetime, not_before: datetime | None, why: str, at: datetime, db: None
) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    school = make_school(quiet=(time(22), time(6)))
    director = make_director(school)
    kept = draft(mixed(make_group(school)), director, replace(TYPED, not_before=not_before))
    leaves = summary_of(kept, by=director, now=now).leaving
    assert leaves is not None
    assert (leaves.why, leaves.at, "6:00" in leaves.words) == (why, at, at == MORNING)


def test_remembered_until_something_changes(
    director: User, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    students = mixed(group)
    kept, counts = draft(students, director), []
    count = preview.counted

    def counted(look: preview.Look, now: datetime) -> Any:
        counts.append(1)
        return count(look, now)

    monkeypatch.setattr(preview, "counted", counted)
    now = database_now()
    first = summary_of(kept, by=director, now=now)
    again = summary_of(KeptDraft.objects.get(), by=director, now=now)
    assert (again, len(counts)) == (first, 1)
    save(kept, replace(TYPED, body="Otro texto"), by=director, now=now)
    summary_of(KeptDraft.objects.get(), by=director, now=now)
    assert len(counts) == 1
    save(kept, replace(TYPED, to=Audience.STUDENT), by=director, now=now)
    summary_of(KeptDraft.objects.get(), by=director, now=now)
    assert len(counts) == 2
    Guardianship.objects.update(receives_messages=True)
    summary_of(KeptDraft.objects.get(), by=director, now=now)
    assert len(counts) == 3
    summary_of(KeptDraft.objects.get(), by=director, now=now + timedelta(minutes=6))
    assert len(counts) == 4


def test_many_are_counted_by_a_job_with_an_id(
    director: User,
    group: Group,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(preview, "IN_REQUEST", 4)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(preview, "wake_later", lambda *job: asked.append(job))
    kept, now = draft(mixed(group), director), database_now()
    for _ in range(2):
        found = summary_of(KeptDraft.objects.get(), by=director, now=now)
        assert (found.state, found.needs_review, found.recipients) == (CALCULATING, True, 0)
    assert asked == [("notica.writing.preview_jobs.work", kept.pk)]
    for _ in range(2):
        preview_jobs.work(kept.pk)
    found = summary_of(KeptDraft.objects.get(), by=director, now=now)
    assert (found.state, found.recipients, found.reached) == (READY, 5, 2)
    preview_jobs.work(kept.pk + 1)


def test_job_that_does_not_answer_is_asked_for_again(
    director: User, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "IN_REQUEST", 4)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(preview, "wake_later", lambda *job: asked.append(job))
    kept, now = draft(mixed(group), director), database_now()
    for later in (0, 29, 31):
        summary_of(kept, by=director, now=now + timedelta(seconds=later))
    assert len(asked) == 2


def test_summary_costs_the_same_for_few_and_for_many(director: User, group: Group) -> None:
    make_families(group, 40, "email")
    students = list(Student.objects.order_by("pk"))
    numbers = []
    for some in (students[:2], students[:40]):
        kept = draft(some, director)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = summary_of(kept, by=director, now=database_now())
        numbers.append(len(queries))
        assert found.missed == len(some)
    assert numbers[0] == numbers[1]


def test_all_who_miss_it_come_page_by_page_once(director: User, group: Group, school: School) -> None:
    make_families(group, 70, "email")
    alone = make_students(group, 60)
    gone = make_students(group, 55)
    for student in gone:
        student.enrolments.update(status="withdrawn")
    students = list(Student.objects.all())
    kept = draft(students, director)
    seen: list[Missed] = []
    after, pages = "", 0
    while True:
        page = without(kept, after, by=director, now=database_now())
        seen += page.rows
        after, pages = page.after, pages + 1
        assert len(page.rows) == PAGE or not after
        if not after:
            break
    assert (len(seen), pages) == (70 + len(alone) + len(gone), 4)
    assert len({(one.student_id, one.person_id) for one in seen}) == len(seen)
    found = summary_of(kept, by=director, now=database_now())
    assert (found.missed, list(found.first_missed)) == (len(seen), seen[:50])


@pytest.mark.parametrize("after", ["x1", "p", "pé", "p" + "9" * 30, "w-1", "f١"])
def test_what_is_no_key_begins_at_the_first(director: User, group: Group, after: str) -> None:
    kept = draft(mixed(group), director)
    assert len(without(kept, after, by=director, now=database_now()).rows) == 3
