"""The board as it is read: what is over, what is new, what is put away, in which order and at what cost."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from notica.files import KeptFile
from plumier.clock import database_now, database_today
from plumier.models import AcademicYear, Enrolment, Guardianship, School, Student, User
from tablon.access import notices_read_by, past_notices_for
from tablon.actions import withdraw_notice
from tablon.board import PAGE, Filters, _place_of, board_page, days_words
from tablon.models import Notice
from tablon.reads import archive, mark_read, number_of_readers, take_out
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_student,
)
from tests.tablon.boards import post, service_of

DAY = timedelta(days=1)


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def student(school: School) -> Student:
    return make_student(make_group(school), "Luis Gil", [Parent("Marta Ros")])


@pytest.fixture
def mother(student: Student) -> User:
    return make_login(student.guardians.get())


def titles(user: User, tab: str = "", words: str = "", **more: Any) -> list[str]:
    page = board_page(user, Filters(tab, words), "", database_now(), **more)
    return [card.title for card in page.cards]


def ended(director: User, school: School, days: int = 1, **fields: Any) -> Notice:
    """One whose last day was so many days ago."""
    notice = post(director, school, **fields)
    last = database_today() - days * DAY
    Notice.objects.filter(pk=notice.pk).update(starts_on=last - DAY, ends_on=last)
    return notice


def test_board_shows_what_hangs_and_apart_from_it_what_hung(
    school: School, director: User, mother: User
) -> None:
    post(director, school, title="Ahora")
    ended(director, school, title="Antes")
    ended(director, school, title="Solo alumnado", readers="students")
    withdraw_notice(ended(director, school, title="Retirado"), "Error", by=director, now=database_now())
    assert [titles(mother, tab) for tab in ("", "anteriores", "archivados")] == [["Ahora"], ["Antes"], []]


def test_past_notices_are_read_for_a_year(school: School, director: User, mother: User) -> None:
    ended(director, school, 365, title="Hace un año")
    ended(director, school, 366, title="Hace más")
    assert titles(mother, "anteriores") == ["Hace un año"]


def test_past_notices_are_of_the_days_on_which_she_was_at_the_school(
    school: School, director: User, student: Student, mother: User
) -> None:
    ended(director, school, 10, title="Cuando estaba")
    ended(director, school, 3, title="Cuando ya no")
    Enrolment.objects.update(left_on=database_today() - 5 * DAY, status="withdrawn")
    post(director, school, title="Ahora")
    assert (titles(mother), titles(mother, "anteriores")) == ([], ["Cuando estaba"])


def test_new_family_does_not_read_what_hung_in_the_year_before(
    school: School, director: User, mother: User
) -> None:
    today = database_today()
    AcademicYear.objects.update(starts_on=today - 20 * DAY, ends_on=today + 200 * DAY)
    ended(director, school, 30, title="Del curso anterior")
    ended(director, school, 10, title="De este curso")
    assert titles(mother, "anteriores") == ["De este curso"]


@pytest.mark.parametrize(
    ("barred", "found"),
    [
        ((None, None), ["Antes"]),
        ((-30, -20), ["Antes"]),  # a bar that was over by then
        ((-30, -8), []),  # in force on its last day, though not today
        ((-2, 2), []),  # in force today, though not then
        ((3, None), ["Antes"]),  # to come
    ],
)
def test_past_notices_and_the_days_of_a_court_s_order(
    school: School, director: User, mother: User, barred: tuple[int | None, int | None], found: list[str]
) -> None:
    today = database_today()
    ended(director, school, 10, title="Antes")
    since, until = (today + days * DAY if days is not None else None for days in barred)
    order = "Auto 12/2026" if since else ""
    Guardianship.objects.update(barred_from=since, barred_until=until, barred_reference=order)
    assert titles(mother, "anteriores") == found
    assert [one.title for one in notices_read_by(mother, database_now())] == found


def test_student_reads_what_hung_for_students_whatever_bars_her_father(
    school: School, director: User, student: Student
) -> None:
    ended(director, school, title="Alumnado", readers="students")
    ended(director, school, title="Familias")
    Guardianship.objects.update(barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026")
    assert titles(make_login(student.person), "anteriores") == ["Alumnado"]


def test_past_day_is_over_by_the_school_s_day(school: School, director: User, mother: User) -> None:
    School.objects.update(time_zone="Asia/Ho_Chi_Minh")
    notice = post(director, school)
    Notice.objects.filter(pk=notice.pk).update(starts_on=date(2027, 3, 10), ends_on=date(2027, 3, 10))
    hours = [datetime(2027, 3, 10, hour, 30, tzinfo=UTC) for hour in (16, 17)]
    assert [past_notices_for(mother, hour).count() for hour in hours] == [0, 1]


def test_mother_of_two_schools_reads_both_boards_or_one(
    school: School, director: User, student: Student, mother: User
) -> None:
    other = make_school("30000002", name="CEIP Sol")
    tie = student.guardians.get()
    second = make_student(make_group(other), "Ana Gil", [Parent("Marta Ros", person=tie)])
    service = make_service(school, other)
    post(director, school, title="Del primero")
    post(make_director(other), other, title="Del segundo")
    post(service, service_of(service), title="De los dos", schools=[school, other])
    assert titles(mother) == ["De los dos", "Del segundo", "Del primero"]
    assert titles(mother, student=student) == ["De los dos", "Del primero"]
    assert titles(mother, student=second) == ["De los dos", "Del segundo"]


def test_reading_and_archiving_are_of_one_user_alone(school: School, director: User) -> None:
    student = make_student(
        make_group(school, "2º ESO A"), "Eva Sol", [Parent("Rosa Sol"), Parent("Luis Mar", "father")]
    )
    mother, father = (make_login(one) for one in student.guardians.order_by("pk"))
    notice, now = post(director, school, title="Hola"), database_now()
    archive(notice, by=mother, now=now)
    archive(notice, by=mother, now=now + DAY)
    assert (titles(mother), titles(mother, "archivados")) == ([], ["Hola"])
    assert (titles(father), titles(father, "archivados")) == (["Hola"], [])
    read = notice.reads.get()
    assert (read.user, read.read_at, read.archived_at) == (mother, now, now)
    take_out(notice, by=mother, now=now)
    assert (titles(mother), titles(mother, "archivados")) == (["Hola"], [])


def test_archive_holds_what_is_over_and_never_what_she_may_not_read(
    school: School, director: User, mother: User
) -> None:
    now = database_now()
    for notice in (ended(director, school, title="Antes"), post(director, school, title="Ahora")):
        archive(notice, by=mother, now=now)
    assert titles(mother, "archivados") == ["Ahora", "Antes"]
    Guardianship.objects.update(barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026")
    assert titles(mother, "archivados") == []


def test_card_is_new_until_it_is_opened(school: School, director: User, mother: User) -> None:
    notice, now = post(director, school), database_now()
    found = [board_page(mother, Filters(), "", now).cards[0].unread]
    mark_read(notice, by=mother, now=now)
    mark_read(notice, by=mother, now=now + DAY)
    found.append(board_page(mother, Filters(), "", now).cards[0].unread)
    assert (found, notice.reads.get().read_at) == ([True, False], now)


def test_search_is_in_title_and_text_without_accents(school: School, director: User, mother: User) -> None:
    post(director, school, title="Becas de comedor", text="Plazo hasta el día 30.")
    post(director, school, title="Jornada", text="En el comedor.")
    found = [titles(mother, words=words) for words in ("COMEDOR", "bécas comedor", "dia 30", "nadie")]
    assert found == [["Jornada", "Becas de comedor"], ["Becas de comedor"], ["Becas de comedor"], []]


def test_newest_on_the_board_come_first_whenever_they_were_written(
    school: School, director: User, mother: User
) -> None:
    today = database_today()
    post(director, school, title="Publicado hoy, desde hace un mes", starts_on=today - 30 * DAY)
    first = post(director, school, title="De hace tres días", starts_on=today - 3 * DAY)
    Notice.objects.filter(pk=first.pk).update(published_at=database_now() - 3 * DAY)
    post(director, school, title="De hoy")
    assert titles(mother) == ["De hoy", "Publicado hoy, desde hace un mes", "De hace tres días"]


def test_pages_follow_one_another_without_gap_or_double(school: School, director: User, mother: User) -> None:
    for number in range(PAGE + 3):
        post(director, school, title=f"Anuncio {number:02}")
    first = board_page(mother, Filters(), "", database_now())
    second = board_page(mother, Filters(), first.after, database_now())
    found = [card.title for card in [*first.cards, *second.cards]]
    assert found == [f"Anuncio {number:02}" for number in reversed(range(PAGE + 3))]
    assert (len(first.cards), bool(first.after), second.after) == (PAGE, True, "")


def test_page_costs_the_same_for_one_notice_and_for_many(
    school: School, director: User, mother: User
) -> None:
    file = KeptFile("Bases.pdf", "application/pdf", 240_000, "0" * 64)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            cards = board_page(mother, Filters(), "", database_now()).cards
        assert {card.files[0].name for card in cards} == {"Bases.pdf"}
        return len(queries)

    post(director, school, files=(file,))
    one = cost()
    for _ in range(PAGE - 1):
        post(director, school, files=(file,))
    assert (one, cost()) == (3, 3)  # with the clock's


def test_card_says_who_and_until_when_and_how_it_begins(school: School, director: User, mother: User) -> None:
    service = make_service(school)
    post(
        service,
        service_of(service),
        title="Becas",
        text="# Plazo\n\nTermina **pronto**: [bases](https://x.es).\n\n- uno\n- dos",
        schools=[school],
    )
    card = board_page(mother, Filters(), "", database_now()).cards[0]
    assert (card.owner.word, card.owner.icon) == ("Inspección", "flag")
    assert card.beginning == "Plazo · Termina pronto: bases. uno · dos"


def test_days_say_a_year_that_is_not_this_one() -> None:
    until = date(2027, 1, 8)
    found = [days_words(date(2026, 11, 15), until, day) for day in (date(2026, 12, 1), until)]
    assert found == ["15 nov · hasta 8 ene 2027", "15 nov 2026 · hasta 8 ene"]


@given(st.text(max_size=30))
def test_place_is_none_for_what_is_not_ours(typed: str) -> None:
    place = _place_of(typed)
    assert place is None or typed == f"{place[0]:%Y%m%d}-{typed.partition('-')[2]}"


def test_readers_are_counted_for_whom_they_are_hers(school: School, director: User, mother: User) -> None:
    other = make_school("30000002")
    there = make_student(make_group(other), "Ana Sol", [Parent("Rosa Sol")])
    service = make_service(school, other)
    notice = post(service, service_of(service), schools=[school, other])
    now, today = database_now(), database_today()
    for user in (mother, make_login(there.guardians.get())):
        mark_read(notice, by=user, now=now)
    assert [number_of_readers(notice, user, today) for user in (service, director)] == [2, 1]
