"""A one-time code opens once, in its time, and cannot be read in the database."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from plumier.accounts.codes import ALPHABET, LASTING, as_written, find_code, make_codes, use_code
from plumier.clock import database_now
from plumier.models import AccountCode, CodeKind, User
from tests.notica.rows import at_once


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ana")


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


def made(user: User, now: datetime, kind: CodeKind = CodeKind.SHEET) -> str:
    return make_codes([user.pk], kind, now=now)[user.pk]


@pytest.mark.parametrize("kind", CodeKind)
def test_code_is_found_however_it_is_typed_until_it_expires(
    user: User, now: datetime, kind: CodeKind
) -> None:
    code = made(user, now, kind)
    last = now + LASTING[kind] - timedelta(seconds=1)
    for typed in (code, as_written(code), f" {code.lower()} "):
        found = find_code(typed, now=last)
        assert found is not None
        assert (found.user, found.kind) == (user, kind)
    assert find_code(code, now=now + LASTING[kind]) is None


def test_code_is_used_once(user: User, now: datetime) -> None:
    code = find_code(made(user, now), now=now)
    assert code is not None
    assert (use_code(code, now=now), use_code(code, now=now)) == (user, None)


@pytest.mark.django_db(transaction=True)
def test_code_that_two_use_at_once_opens_for_one() -> None:
    user, now = User.objects.create_user("ana"), database_now()
    code = find_code(made(user, now), now=now)
    assert code is not None
    answers = at_once(lambda: use_code(code, now=now), lambda: use_code(code, now=now))
    assert sorted(answer is not None for answer in answers) == [False, True]


def test_new_code_ends_the_one_before(user: User, now: datetime) -> None:
    first, second = made(user, now), made(user, now)
    assert find_code(first, now=now) is None
    assert find_code(second, now=now) is not None


def test_code_of_somebody_who_may_not_log_in_opens_nothing(user: User, now: datetime) -> None:
    code = made(user, now)
    User.objects.update(is_active=False)
    assert find_code(code, now=now) is None


def test_no_code_stands_in_the_database(user: User, now: datetime) -> None:
    code = made(user, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT plumier_accountcode::text FROM plumier_accountcode")
        rows = [row[0] for row in cursor.fetchall()]
    assert (len(rows), any(code in row for row in rows)) == (1, False)


def test_codes_are_all_different_and_easy_to_read(now: datetime) -> None:
    users = User.objects.bulk_create(User(username=f"u{number}") for number in range(500))
    codes = make_codes([user.pk for user in users], CodeKind.SHEET, now=now)
    assert len(set(codes.values())) == AccountCode.objects.count() == 500
    assert set("".join(codes.values())) <= set(ALPHABET)
    assert not set("01OIL") & set(ALPHABET) - {"L"}


def test_written_code_stands_in_groups_of_four() -> None:
    assert as_written("ABCDEFGHJK") == "ABCD-EFGH-JK"
