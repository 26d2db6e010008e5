"""A forgotten password: one answer for all, and a letter where the register has an address (A2, P)."""

from typing import Any
from urllib.parse import urlsplit

import django_rq
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plumier.accounts.recovery import JOB, LETTERS_AN_HOUR, OFTEN, answer_waiting, waiting
from plumier.models import Contact, Person, RecoveryRequest, School, Staff, User
from tests.factories.register import (
    Parent,
    make_group,
    make_login,
    make_person,
    make_school,
    make_staff,
    make_student,
)
from tests.providers.sandbox import Sandbox

PASSWORD = "cuatro palabras bien largas"


@pytest.fixture(autouse=True)
def _mail_server(sandbox: Sandbox, settings: Any) -> None:
    cache.clear()
    server = urlsplit(sandbox.environment["EMAIL_URL"])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def student_of(school: School, **contacts: str) -> User:
    person = make_student(make_group(school), "Luis Gil", contacts=contacts).person
    return make_login(person)


def asked(who: str) -> tuple[int, str]:
    response = Client().post(reverse("recover"), {"who": who})
    return response.status_code, response["Location"]


def letters(sandbox: Sandbox) -> list[tuple[str, str]]:
    answer_waiting()
    return sorted((entry["address"], entry["text"]) for entry in sandbox.taken("email"))


def links(text: str) -> list[str]:
    return [urlsplit(word).path for word in text.split() if "/primera-vez/" in word]


def test_student_gets_her_letter_at_the_alternative_address_alone(school: School, sandbox: Sandbox) -> None:
    user = student_of(school, email_alt="luis@example.org", email_official="nre@alu.example")
    asked(user.username)
    ((address, text),) = letters(sandbox)
    assert (address, user.username in text, waiting()) == ("luis@example.org", True, False)
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    (link,) = links(text)
    assert Client().post(link, form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert Client().post(link, form).status_code == 410


def test_member_of_staff_gets_hers_at_the_official_address(school: School, sandbox: Sandbox) -> None:
    user = make_staff(school)
    Contact.objects.create(
        school=school, person=user.people.get(), slot="email_alt", kind="email", value="other@example.org"
    )
    asked(user.username.upper())
    assert [address for address, _text in letters(sandbox)] == [f"{user.username}@staff.example"]


def test_address_that_a_family_shares_gets_one_letter_with_each_name(
    school: School, sandbox: Sandbox
) -> None:
    parents = [Parent("Marta Ros"), Parent("Pedro Gil", "father")]
    for parent in parents:
        parent.contacts = {"email": "casa@example.org"}
    make_student(make_group(school), "Luis Gil", parents)
    users = [make_login(parent.person) for parent in parents if parent.person]
    asked("Casa@Example.org")
    ((address, text),) = letters(sandbox)
    assert address == "casa@example.org"
    assert [user.username in text for user in users] == [True, True]
    assert len(set(links(text))) == 2


def test_answer_is_the_same_whoever_it_is(school: School) -> None:
    user = student_of(school, email_alt="luis@example.org")
    answers = {
        asked(who) for who in (user.username, "luis@example.org", "nobody", "x" * 250, "o'hara@example.org")
    }
    assert answers == {(302, reverse("recover_asked"))}


def without_address(school: School) -> str:
    return student_of(school).username


def with_the_official_one_alone(school: School) -> str:
    return student_of(school, email_official="nre@alu.example").username


def inactive(school: School) -> str:
    user = student_of(school, email_alt="luis@example.org")
    User.objects.update(is_active=False)
    return user.username


def gone(school: School) -> str:
    user = make_staff(school)
    Staff.objects.update(active=False)
    return user.username


def another_address_of_hers(school: School) -> str:
    student_of(school, email_alt="luis@example.org", email_official="nre@alu.example")
    return "nre@alu.example"


def without_user(school: School) -> str:
    make_person(school, "Ana Ruiz", {"email": "ana@example.org"})
    return "ana@example.org"


NOBODY = [without_address, with_the_official_one_alone, inactive, gone, another_address_of_hers, without_user]


@pytest.mark.parametrize("make", NOBODY)
def test_nothing_goes_out_where_it_must_not(school: School, sandbox: Sandbox, make: Any) -> None:
    asked(make(school))
    assert (letters(sandbox), waiting()) == ([], False)


def test_one_user_gets_few_letters_an_hour(school: School, sandbox: Sandbox) -> None:
    user = student_of(school, email_alt="luis@example.org")
    for _ in range(LETTERS_AN_HOUR + 3):
        asked(user.username)
    assert len(letters(sandbox)) == LETTERS_AN_HOUR


def test_who_asks_without_end_is_told_the_same_and_asks_for_nothing(school: School) -> None:
    assert {asked("nobody") for _ in range(OFTEN + 5)} == {(302, reverse("recover_asked"))}
    assert RecoveryRequest.objects.count() == OFTEN


def test_letter_waits_while_the_server_is_away(school: School, sandbox: Sandbox, settings: Any) -> None:
    user = student_of(school, email_alt="luis@example.org")
    settings.EMAIL_PORT, port = 9, settings.EMAIL_PORT
    asked(user.username)
    assert (letters(sandbox), waiting()) == ([], True)
    settings.EMAIL_PORT = port
    assert (len(letters(sandbox)), waiting()) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_job_is_handed_nothing_about_who_asked() -> None:
    queue = django_rq.get_queue("slow")
    queue.empty()
    asked("luis@example.org")
    assert [(job.func_name, job.args, job.kwargs) for job in queue.jobs] == [(JOB, [], {})]
    queue.empty()
    RecoveryRequest.objects.all().delete()


def test_letter_is_in_the_language_of_the_page(school: School, sandbox: Sandbox) -> None:
    user = student_of(school, email_alt="luis@example.org")
    Client(HTTP_ACCEPT_LANGUAGE="vi").post(reverse("recover"), {"who": user.username})
    ((_address, text),) = letters(sandbox)
    assert "Tên đăng nhập:" in text
    assert Person.objects.count() == 1
