"""Where a log-in leads, by whom it is."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from plumier.models import Person, School, User
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

pytestmark = pytest.mark.django_db


def led_to(user: User, asked: str = "") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("start") + asked)
    return answer.headers.get("Location", f"{answer.status_code}")


@pytest.fixture
def school() -> School:
    return make_school()


def test_teacher_and_tutor_are_led_to_their_students(school: School) -> None:
    group = make_group(school)
    mine = reverse("profesores:students")
    assert [led_to(make_teacher(group)), led_to(make_tutor(make_group(school, "2º ESO B")))] == [mine, mine]


def test_leader_is_led_to_all_students_unless_she_teaches(school: School) -> None:
    director, teaching = make_director(school), make_tutor(make_group(school))
    assert led_to(director) == reverse("profesores:school_students")
    teaching.people.get().posts.create(school=school, role=Role.DIRECTOR, held_from=date(2020, 9, 1))
    assert led_to(teaching) == reverse("profesores:students")


def test_other_staff_are_led_to_what_came_for_them(school: School) -> None:
    assert led_to(make_staff(school)) == reverse("profesores:inbox")


def test_superuser_is_led_to_all_students(school: School) -> None:
    assert led_to(User.objects.create_superuser("root")) == reverse("profesores:school_students")


def test_families_and_students_are_led_to_mirador(school: School) -> None:
    student = make_student(make_group(school), "Luz Marín", [Parent("Eva Marín")])
    mother = student.guardianships.get().guardian
    found = [led_to(make_login(mother)), led_to(make_login(student.person))]
    assert found == [reverse("mirador:inbox")] * 2


def test_mother_who_works_in_a_school_is_led_to_her_work_and_finds_mirador_in_the_bar(school: School) -> None:
    student = make_student(make_group(school), "Luz Marín", [Parent("Eva Marín")])
    user = make_staff(make_school("30000002"))
    Person.objects.filter(guardianships__student=student).update(user=user)
    assert led_to(user) == reverse("profesores:inbox")
    client = Client()
    client.force_login(user)
    other = client.get(reverse("profesores:inbox")).context["navigation"].other
    assert other.url == reverse("mirador:inbox")


def test_who_is_nobody_is_told_so(db: None) -> None:
    assert led_to(User.objects.create_user("nobody", password="secret")) == "200"


def test_service_is_led_to_the_board_if_there_is_one(school: School) -> None:
    assert led_to(make_service(school)) in ("200", "/tablon/")


def test_visitor_is_asked_to_log_in() -> None:
    assert Client().get(reverse("start"))["Location"] == f"{reverse('account_login')}?next=/"


def test_school_that_was_chosen_is_kept() -> None:
    first, second, other = (make_school(f"3000000{number}", name=f"IES {number}") for number in (1, 2, 3))
    user = make_staff(first)
    make_staff(second).people.update(user=user)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("style")).context["navigation"].here == (first.code, first.name)
    assert client.get(f"{reverse('start')}?centro={second.code}").status_code == 302
    assert client.get(reverse("style")).context["navigation"].here == (second.code, second.name)
    assert client.get(f"{reverse('start')}?centro={other.code}").status_code == 404
    assert client.get(reverse("style")).context["navigation"].here == (second.code, second.name)
