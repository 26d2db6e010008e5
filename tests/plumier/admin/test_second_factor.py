"""A lost phone or key: taken off by who leads the school, of her own people, and noted (A7)."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from plumier.models import Person, RecordAccess, User
from tests.factories.register import make_director, make_person, make_school, make_staff


def with_key(user: User) -> User:
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Llave 1"})
    return user


def drop(by: User, *users: User, **more: str) -> Any:
    client = Client()
    client.force_login(by)
    people = Person.objects.filter(user__in=users).values_list("pk", flat=True)
    data = {"action": "drop_second_factor", "_selected_action": list(people), **more}
    return client.post(reverse("admin:plumier_person_changelist"), data, follow=True)


@pytest.fixture
def director(db: None) -> User:
    return make_director(make_school())


def test_it_is_asked_first_and_then_taken_off_and_noted(director: User) -> None:
    teacher = with_key(make_staff(director.people.get().school))
    assert "Quitarlo a 1 persona" in " ".join(drop(director, teacher).content.decode().split())
    assert Authenticator.objects.count() == 1
    drop(director, teacher, confirmed="1")
    assert Authenticator.objects.count() == 0
    noted = RecordAccess.objects.filter(page="second_factor").values_list("user_id", "person_id")
    assert list(noted) == [(director.pk, teacher.people.get().pk)]


def test_who_works_elsewhere_too_and_superusers_keep_theirs(director: User) -> None:
    school = director.people.get().school
    elsewhere, root = with_key(make_staff(school)), with_key(User.objects.create_superuser("root"))
    make_person(make_school("30000002"), "Ana Ruiz", user=elsewhere)
    make_person(school, "Jefa", user=root)
    drop(director, elsewhere, root, confirmed="1")
    assert Authenticator.objects.count() == 2


def test_pages_of_the_library_are_left_out(db: None) -> None:
    assert [model for model in admin.site._registry if model._meta.app_label in ("account", "mfa")] == []
