"""Posting, changing and withdrawing: what is refused, what is kept of it, and that it is a few statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notica.files import KeptFile
from plumier.clock import database_now, database_today
from plumier.models import RegisterEdit, School, User
from tablon.actions import (
    NoticeChanged,
    NoticeRefused,
    change_notice,
    discard_notice,
    make_notice,
    publish_notice,
    withdraw_notice,
)
from tablon.models import Notice
from tests.factories.register import make_director, make_school, make_service
from tests.notica.rows import at_once
from tests.tablon.boards import post, service_of, written

PDF = KeptFile("circular.pdf", "application/pdf", 3, "a" * 64)
TXT = KeptFile("menú.txt", "text/plain", 4, "b" * 64)


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def test_school_posts_on_its_own_board_whatever_it_names(school: School, director: User) -> None:
    other = make_school("30000002")
    notice = post(director, school, schools=[other])
    assert list(notice.schools.all()) == [school]


def test_service_posts_on_the_boards_of_its_schools_alone(school: School) -> None:
    user, other = make_service(school), make_school("30000002")
    with pytest.raises(NoticeRefused, match="Alguno de los centros no es de este servicio"):
        post(user, service_of(user), schools=[school, other])
    with pytest.raises(NoticeRefused, match="Elija al menos un centro"):
        post(user, service_of(user), schools=[])
    assert not Notice.objects.exists()


def test_hundreds_of_schools_are_as_many_statements_as_one(school: School) -> None:
    user = make_service(all_schools=True)
    many = School.objects.bulk_create(
        School(code=f"3001{number:04d}", name=f"IES {number}") for number in range(300)
    )
    costs = []
    for schools in ([school], many):
        with CaptureQueriesContext(connection) as queries:
            notice = make_notice(
                written(schools=frozenset(one.pk for one in schools)),
                service_of(user),
                by=user,
                now=database_now(),
            )
        costs.append(len(queries))
    assert (costs[0], notice.places.count()) == (costs[1], 300)


def test_change_writes_the_differences_and_keeps_what_was_before(school: School) -> None:
    user, other = make_service(all_schools=True), make_school("30000002")
    notice = post(user, service_of(user), schools=[school], files=(PDF,))
    kept = notice.places.get().pk
    new = written(title="Otra fecha", schools=frozenset({school.pk, other.pk}), files=(PDF, TXT))
    change_notice(notice, new, by=user, now=database_now())
    notice.refresh_from_db()
    assert notice.places.filter(pk=kept).exists()
    assert (notice.title, notice.places.count(), [one.name for one in notice.files.all()]) == (
        *("Otra fecha", 2),
        ["circular.pdf", "menú.txt"],
    )
    edit = RegisterEdit.objects.filter(table_name="tablon_notice", kind="U").latest("id")
    assert edit.before is not None
    assert edit.after is not None
    assert (edit.before["title"], edit.after["title"]) == ("Jornada de puertas abiertas", "Otra fecha")
    change_notice(notice, written(schools=frozenset({other.pk})), by=user, now=database_now())
    assert (list(notice.schools.all()), notice.files.count()) == ([other], 0)


def test_notice_is_published_once_and_not_after_its_last_day(school: School, director: User) -> None:
    notice = post(director, school)
    with pytest.raises(NoticeRefused, match="ya está publicado"):
        publish_notice(notice, by=director, now=database_now())
    yesterday = database_today() - timedelta(days=1)
    late = post(director, school, draft=True, starts_on=yesterday, ends_on=yesterday)
    with pytest.raises(NoticeRefused, match="Ya ha pasado el último día"):
        publish_notice(late, by=director, now=database_now())


def test_notice_is_withdrawn_once_for_a_reason_and_changed_no_more(school: School, director: User) -> None:
    notice, draft = post(director, school), post(director, school, draft=True)
    with pytest.raises(NoticeRefused, match="Escriba por qué"):
        withdraw_notice(notice, "  ", by=director, now=database_now())
    with pytest.raises(NoticeRefused, match="no está en el tablón"):
        withdraw_notice(draft, "Era otro día", by=director, now=database_now())
    found = withdraw_notice(notice, "Era otro día", by=director, now=database_now())
    assert (found.withdrawn_by, found.withdrawn_for) == (director, "Era otro día")
    with pytest.raises(NoticeRefused, match="no está en el tablón"):
        withdraw_notice(notice, "Otra vez", by=director, now=database_now())
    with pytest.raises(NoticeRefused, match="está retirado"):
        change_notice(notice, written(), by=director, now=database_now())


def test_draft_alone_is_deleted(school: School, director: User) -> None:
    notice, draft = post(director, school), post(director, school, draft=True)
    discard_notice(draft, by=director, now=database_now())
    with pytest.raises(NoticeRefused, match="retírelo"):
        discard_notice(notice, by=director, now=database_now())
    assert list(Notice.objects.all()) == [notice]


def test_days_out_of_order_are_refused(school: School, director: User) -> None:
    with pytest.raises(NoticeRefused, match="anterior al primero"):
        post(director, school, ends_on=database_today() - timedelta(days=1))


def test_nobody_changes_what_is_not_hers(school: School, director: User) -> None:
    notice, stranger = post(director, school), make_director(make_school("30000002"))
    for act in (publish_notice, discard_notice):
        with pytest.raises(NoticeRefused, match="no es suyo"):
            act(notice, by=stranger, now=database_now())
    with pytest.raises(NoticeRefused, match="no es suyo"):
        withdraw_notice(notice, "No", by=make_service(school), now=database_now())
    with pytest.raises(NoticeRefused, match="no es suyo"):
        change_notice(notice, written(), by=stranger, now=database_now())


def test_form_sent_twice_is_one_notice(school: School, director: User) -> None:
    first = make_notice(written(key="form"), school, by=director, now=database_now())
    again = make_notice(written(key="form"), school, by=director, now=database_now())
    other = make_notice(written(key="form"), school, by=make_director(school), now=database_now())
    assert (again, Notice.objects.count(), first.version) == (first, 2, 0)
    assert other != first
    changed = make_notice(written(key="form", title="Otra fecha"), school, by=director, now=database_now())
    assert (changed.pk, changed.title, changed.version) == (first.pk, "Otra fecha", 1)


@pytest.mark.django_db(transaction=True)
def test_form_pressed_twice_at_once_is_one_notice() -> None:
    school = make_school()
    director = make_director(school)
    press = [lambda: make_notice(written(key="form"), school, by=director, now=database_now()).pk] * 4
    assert len(set(at_once(*press))) == 1
    assert Notice.objects.count() == 1


def test_what_somebody_else_changed_is_not_written_over_unseen(school: School, director: User) -> None:
    notice = post(director, school)
    theirs = change_notice(notice, written(title="Otra fecha", seen=0), by=director, now=database_now())
    assert theirs.version == 1
    with pytest.raises(NoticeChanged) as refusal:
        change_notice(notice, written(text="A las 19:00.", seen=0), by=director, now=database_now())
    assert refusal.value.notice.title == "Otra fecha"
    notice.refresh_from_db()
    assert (notice.title, notice.text) == ("Otra fecha", "El jueves **a las 18:00**.")
    knowingly = written(text="A las 19:00.", seen=1)
    assert change_notice(notice, knowingly, by=director, now=database_now()).version == 2


def test_the_same_change_sent_twice_is_one(school: School, director: User) -> None:
    notice = post(director, school)
    for _ in range(2):
        found = change_notice(notice, written(title="Otra fecha", seen=0), by=director, now=database_now())
    assert (found.version, RegisterEdit.objects.filter(kind="U", after__title="Otra fecha").count()) == (1, 1)
