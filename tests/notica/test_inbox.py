"""What stands in Notica, for whom and how long."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from notica import inbox, poller
from notica.inbox import (
    archive,
    entries_of,
    forget_expired,
    mark_read,
    mark_unread,
    readers,
    take_out,
)
from notica.inbox_list import ARCHIVED, FAMILIES, NOTICES, UNREAD, Filters, day_words, inbox_page, left_words
from notica.letter_limits import DAILY
from notica.models import InboxEntry, Message
from plumier.clock import database_now, day_in
from plumier.models import Guardianship, Person, School, Staff, User
from tests.factories.register import make_director, make_person, make_school, make_staff
from tests.notica.correspondence import Family
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS

NIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in Murcia


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def teacher(school: School) -> User:
    return make_staff(school)


@pytest.fixture
def person(teacher: User) -> Person:
    return teacher.people.get()


def kept(user: User, school: School) -> list[InboxEntry]:
    now = database_now()
    today = day_in(school, now)
    return list(entries_of(readers(user, school, today), user, today, now).order_by("pk"))


def titles(user: User, school: School, after: int = 0, **filters: str) -> list[str]:
    now = database_now()
    today = day_in(school, now)
    entries = entries_of(readers(user, school, today), user, today, now)
    page = inbox_page(entries, Filters(**filters), after, school, now)
    return [row.title for day in page.days for row in day.rows]


def test_only_what_is_there_now_is_hers(school: School, teacher: User, person: Person) -> None:
    now = database_now()
    entry = make_entry(person)
    make_entry(person, ago=-timedelta(minutes=5))
    make_entry(person, entry={"expires_at": now})
    make_entry(person, to="familia")
    make_entry(make_staff(school, "Otra Colega").people.get())
    make_entry(make_person(school, "Una Madre", user=teacher))
    assert kept(teacher, school) == [entry]


def test_copy_of_what_was_cancelled_before_it_was_shown_is_not_there(
    school: School, teacher: User, person: Person
) -> None:
    now = database_now()
    cancelled = {"state": "cancelled", "cancelled_by": teacher}
    make_entry(person, ago=timedelta(minutes=1), cancelled_at=now - timedelta(minutes=2), **cancelled)
    seen = make_entry(person, ago=timedelta(minutes=3), cancelled_at=now - timedelta(minutes=2), **cancelled)
    assert kept(teacher, school) == [seen]


def test_each_school_has_its_own(school: School, teacher: User, person: Person) -> None:
    other = make_school("30000002")
    there = make_person(other, "Ana Ruiz", user=teacher)
    Staff.objects.create(school=other, person=there)
    one, two = make_entry(person), make_entry(there)
    assert (kept(teacher, school), kept(teacher, other)) == ([one], [two])
    Staff.objects.filter(person=there).update(left_on=date(2026, 1, 1))
    assert kept(teacher, other) == []


def test_superuser_reads_as_whom_she_has_sent(school: School) -> None:
    root = User.objects.create_superuser("root")
    entry = make_entry(make_person(school, "Root", user=root))
    make_entry(make_director(school).people.get())
    assert kept(root, school) == [entry]


def test_teacher_whom_a_court_keeps_from_the_child_reads_it_no_more(db: None) -> None:
    family = Family()
    message = family.write(family.teacher)
    assert [one.message for one in kept(family.teacher, family.school)] == [message]
    Guardianship.objects.create(
        school=family.school,
        student=family.student,
        guardian=family.person(family.teacher),
        relation="other",
        order=3,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1",
    )
    assert kept(family.teacher, family.school) == []


def test_read_once_unread_archived_and_taken_out(teacher: User, person: Person) -> None:
    entry, now = make_entry(person), database_now()
    later = now + timedelta(minutes=1)
    mark_read(entry, by=teacher, now=now)
    mark_read(entry, by=teacher, now=later)
    entry.refresh_from_db()
    assert entry.read_at == now
    archive(entry, by=teacher, now=later)
    archive(entry, by=teacher, now=later + timedelta(minutes=1))
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at) == (now, later)
    take_out(entry, by=teacher, now=later)
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at) == (now, None)
    archive(entry, by=teacher, now=later)
    mark_unread(entry, by=teacher, now=later)
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at) == (None, None)


def test_archived_unread_message_counts_as_read(teacher: User, person: Person) -> None:
    entry, now = make_entry(person), database_now()
    archive(entry, by=teacher, now=now)
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at) == (now, now)


def test_expired_entries_are_deleted_by_the_clock_some_at_a_time(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_staff(make_school()).people.get()
    now = database_now()
    stays = make_entry(person)
    for days in (1, 2, 3):
        make_entry(person, entry={"expires_at": now - timedelta(days=days)})
    monkeypatch.setattr(inbox, "FORGOTTEN_AT_ONCE", 2)
    assert (forget_expired(), InboxEntry.objects.count()) == (2, 2)
    assert poller.tick()
    assert (list(InboxEntry.objects.all()), Message.objects.count()) == ([stays], 4)


def test_list_is_newest_first_in_pages(
    school: School, teacher: User, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notica.inbox_list.PAGE", 2)
    at = database_now() - timedelta(hours=1)
    entries = [make_entry(person, subject=f"N{number}", entry={"created_at": at}) for number in range(5)]
    assert titles(teacher, school) == ["N4", "N3"]
    assert titles(teacher, school, after=entries[3].pk) == ["N2", "N1"]
    assert titles(teacher, school, after=entries[1].pk) == ["N0"]


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("", ["Tasas", "Reunión"]),
        (FAMILIES, ["Reunión"]),
        (NOTICES, ["Tasas"]),
        (UNREAD, ["Reunión"]),
        (ARCHIVED, ["Vieja"]),
    ],
)
def test_tabs(db: None, tab: str, expected: list[str]) -> None:
    family, now = Family(), database_now()
    tutor = family.person(family.tutor)
    family.write()
    make_entry(tutor, ago=-timedelta(), subject="Tasas", entry={"read_at": now})
    make_entry(tutor, subject="Vieja", entry={"read_at": now, "archived_at": now})
    InboxEntry.objects.filter(message__kind="to_teacher").update(created_at=now - timedelta(minutes=1))
    assert titles(family.tutor, family.school, tab=tab) == expected


@pytest.mark.parametrize("words", ["reunion", "JUEVES", "lucia marin", "marta", "podré asistir"])
def test_search_finds_subject_text_and_people_without_accents(db: None, words: str) -> None:
    family = Family()
    family.write()
    make_entry(family.person(family.tutor))
    assert titles(family.tutor, family.school, words=words) == ["Reunión"]
    assert titles(family.tutor, family.school, words="nada%") == []
    assert titles(family.tutor, family.school, words="lucia reunion") == ["Reunión"]
    assert titles(family.tutor, family.school, words="lucia nada") == []


def test_acuse_is_called_after_its_send(school: School, teacher: User, person: Person) -> None:
    send = make_entry(person, subject="Salida al museo", to="familia").message
    make_entry(person, kind="acuse", subject="", params={"message": send.pk})
    make_entry(person, kind="acuse", subject="", params={"message": 0})
    assert sorted(titles(teacher, school)) == ["Acuse de envío", "Salida al museo"]


def test_list_costs_the_same_for_one_and_for_thirty(db: None) -> None:
    family = Family()
    tutor = family.person(family.tutor)

    def one_more() -> None:
        family.write(by=family.mother_login)
        Message.objects.update(created_at=F("created_at") - DAILY.within)  # nobody may write so many in a day
        send = make_entry(tutor, to="familia").message
        make_entry(tutor, kind="acuse", subject="", params={"message": send.pk})

    one_more()
    with CaptureQueriesContext(connection) as one:
        assert len(titles(family.tutor, family.school)) == 2
    for _ in range(14):
        one_more()
    with CaptureQueriesContext(connection) as many:
        assert len(titles(family.tutor, family.school)) == 30
    assert len(one) == len(many)


def test_days_are_the_schools(db: None) -> None:
    today = date(2026, 11, 26)
    words = [day_words(today - timedelta(days=days), today) for days in (0, 1, 2, 400)]
    assert words == ["Hoy", "Ayer", "martes 24 de noviembre", "miércoles 22 de octubre, 2025"]


@pytest.mark.parametrize(
    ("hours", "expected"), [(0.2, "se borra hoy"), (24, "se borra en 1 día"), (24 * 7, "se borra en 7 días")]
)
def test_days_left_turn_at_midnight_in_the_school(hours: float, expected: str) -> None:
    assert left_words(NIGHT + timedelta(hours=hours), School(time_zone="Europe/Madrid"), NIGHT) == expected


def test_reading_needs_the_index_alone(school: School, teacher: User, person: Person) -> None:
    """The first page reads its own rows and none of the others, however many there are."""
    make_entry(person)
    now = database_now()
    today = day_in(school, now)
    entries = entries_of(readers(teacher, school, today), teacher, today, now).order_by("-created_at", "-pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    assert "inbox_newest" in entries[:31].explain()


def test_row_says_from_whom_what_and_how_it_begins(db: None) -> None:
    family = Family()
    family.write()
    now = database_now()
    today = day_in(family.school, now)
    tutor = family.tutor
    page = inbox_page(
        entries_of(readers(tutor, family.school, today), tutor, today, now), Filters(), 0, family.school, now
    )
    (row,) = page.days[0].rows
    assert (page.days[0].word, row.sender, row.kind) == (
        "Hoy",
        "Familia de Lucía Marín · 1º ESO A",
        "Mensaje de una familia",
    )
    assert (row.unread, row.beginning) == (True, "No podré asistir a la reunión del jueves.")
