"""A letter brings its secret once, is tried again, and what became of it is kept; the secret is not."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail

from plumier.accounts.actions import send_accounts, welcome_staff
from plumier.accounts.codes import find_code
from plumier.accounts.letters import WAITS, ask_for_letters, due, send_due
from plumier.accounts.people import Selection, Who
from plumier.clock import database_now
from plumier.models import AccountLetter, CodeKind, Person, School, SchoolKind, Staff, User
from tests.database import DatabaseClock
from tests.factories.register import make_person, make_school
from tests.providers.sandbox import Sandbox


@pytest.fixture(autouse=True)
def _mail_server(sandbox: Sandbox, settings: Any) -> None:
    server = urlsplit(sandbox.environment["EMAIL_URL"])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.LINK_ROOT = "https://plumier.example"


@pytest.fixture
def teacher(db: None) -> Person:
    """Added to a concertado school, with an address and no user."""
    return make_teacher_without_user(make_school(kind=SchoolKind.CHARTER))


def make_teacher_without_user(school: School, address: str = "ana@colegio.example") -> Person:
    person = make_person(school, "Ana Ruiz", {"email": address} if address else {}, document="12345678Z")
    Staff.objects.create(school=school, person=person)
    return person


def welcome(person: Person) -> int:
    return welcome_staff([person.staff], by=None, now=database_now())


def received(sandbox: Sandbox) -> list[str]:
    return [entry["text"] for entry in sandbox.taken("email")]


def code_in(text: str, now: Any) -> str:
    return next(word for word in text.split() if find_code(word, now=now))


def state() -> list[tuple[bool, int, str, bool]]:
    """(waits, tries, failure, sent) of each letter."""
    rows = AccountLetter.objects.order_by("id").values_list("due_at", "tries", "failure", "sent_at")
    return [(due_at is not None, tries, failure, sent is not None) for due_at, tries, failure, sent in rows]


def test_teacher_added_to_a_concertado_school_gets_a_temporary_password(
    teacher: Person, sandbox: Sandbox
) -> None:
    assert (welcome(teacher), due()) == (1, True)
    send_due()
    (text,) = received(sandbox)
    code = find_code(code_in(text, database_now()), now=database_now())
    assert code is not None
    assert (code.user.username, code.kind) == ("12345678z", CodeKind.TEMPORARY)
    assert ("12345678z" in text, "https://plumier.example/primera-vez/" in text) == (True, True)
    assert (state(), due()) == ([(False, 1, "", True)], False)


def test_temporary_password_lasts_three_days(teacher: Person, sandbox: Sandbox) -> None:
    welcome(teacher)
    send_due()
    code, now = code_in(received(sandbox)[0], database_now()), database_now()
    assert find_code(code, now=now + timedelta(hours=71)) is not None
    assert find_code(code, now=now + timedelta(hours=72)) is None


@pytest.mark.parametrize("kind", [SchoolKind.PUBLIC, SchoolKind.PRIVATE, SchoolKind.CHARTER])
def test_public_school_welcomes_nobody_by_itself(db: None, kind: str) -> None:
    person = make_teacher_without_user(make_school(kind=kind))
    assert (welcome(person), AccountLetter.objects.count()) == (
        (0, 0) if kind == SchoolKind.PUBLIC else (1, 1)
    )


def test_link_of_a_letter_opens_the_page_for_the_password(teacher: Person, sandbox: Sandbox) -> None:
    selection = Selection(teacher.school, frozenset({Who.STAFF}))
    _made, letters = send_accounts(selection, by=None, now=database_now())
    send_due()
    (text,) = received(sandbox)
    link = next(word for word in text.split() if word.startswith("https://"))
    code = find_code(link.rstrip("/").rpartition("/")[2], now=database_now())
    assert letters == 1
    assert code is not None
    assert (code.user, code.kind) == (User.objects.get(username="12345678z"), CodeKind.LINK)


def test_letter_on_its_way_is_not_asked_for_twice(teacher: Person) -> None:
    assert (welcome(teacher), welcome(teacher), len(state())) == (1, 0, 1)


@pytest.mark.parametrize(
    ("language", "word"), [("es", "Usuario:"), ("vi", "Tên đăng nhập:"), ("en", "User name:")]
)
def test_letter_is_written_in_its_readers_language(
    teacher: Person, sandbox: Sandbox, language: str, word: str
) -> None:
    Person.objects.update(language=language)
    welcome(teacher)
    send_due()
    assert word in received(sandbox)[0]


def test_person_without_an_address_is_told_as_failed(db: None) -> None:
    welcome(make_teacher_without_user(make_school(kind=SchoolKind.CHARTER), address=""))
    send_due()
    assert state() == [(False, 1, "no_email", False)]


def test_letter_of_who_has_chosen_a_password_since_is_not_sent(teacher: Person, sandbox: Sandbox) -> None:
    welcome(teacher)
    user = User.objects.get()
    user.set_password("her own password")
    user.save()
    send_due()
    assert (received(sandbox), state()) == ([], [(False, 1, "not_needed", False)])


def test_address_that_the_server_refuses_is_told_and_not_tried_again(
    teacher: Person, sandbox: Sandbox
) -> None:
    sandbox.refuse("email", "mailbox_unknown")
    welcome(teacher)
    send_due()
    assert state() == [(False, 1, "refused", False)]


def test_letter_is_tried_again_with_growing_waits_and_then_told(
    teacher: Person, sandbox: Sandbox, database_clock: DatabaseClock, settings: Any
) -> None:
    settings.EMAIL_PORT, port = 9, settings.EMAIL_PORT
    welcome(teacher)
    for wait in WAITS:
        send_due()
        assert state()[0][0]
        send_due()
        database_clock.advance(wait)
    settings.EMAIL_PORT = port
    send_due()
    assert (state(), len(received(sandbox))) == ([(False, len(WAITS) + 1, "", True)], 1)


def test_server_that_never_answers_is_given_up(
    teacher: Person, database_clock: DatabaseClock, settings: Any
) -> None:
    settings.EMAIL_PORT = 9
    welcome(teacher)
    for wait in (*WAITS, timedelta(0)):
        send_due()
        database_clock.advance(wait)
    assert state() == [(False, len(WAITS) + 1, "unreachable", False)]


def test_letters_wait_for_the_transaction_that_asks(teacher: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert ask_for_letters(teacher.school, [teacher.pk], CodeKind.LINK, now=database_now()) == 1
    send_due()
    assert mail.outbox == []
    assert state() == [(False, 1, "not_needed", False)]
