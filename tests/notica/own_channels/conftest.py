"""A mother of two with every kind of address, and the providers' accounts."""

from typing import Any

import pytest
from django.core.cache import cache

from plumier.models import Group, Person, School
from tests.factories.register import Parent, make_group, make_school, make_student
from tests.notica.results import ACCOUNTS

PHONE = "+34612345601"
SECOND = "+34612345602"
MAIL = "lucia@family.example"


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    cache.clear()
    return make_school(name="IES Ribera")


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def mother(group: Group) -> Person:
    parent = Parent("Lucía Vera", contacts={"phone_1": PHONE, "phone_2": SECOND, "email": MAIL})
    make_student(
        group, "Carmen Sánchez", [parent, Parent("Pedro Sánchez", "father", {"phone_1": "+34612345699"})]
    )
    make_student(group, "Hugo Sánchez", [parent])
    assert parent.person is not None
    return parent.person
