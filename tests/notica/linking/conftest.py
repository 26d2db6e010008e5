"""A school with a mother, and everybody's bot."""

from typing import Any

import pytest
from django.core.cache import cache

from plumier.models import Group, Person, School
from tests.factories.register import Parent, make_group, make_school, make_student
from tests.notica.linking.said import TOKENS

PHONE = "+34612345601"
OTHER_PHONE = "+34612345602"


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = TOKENS
    cache.clear()
    school = make_school(name="IES Ribera")
    school.policy.school_phone = "968 12 34 56"
    school.policy.save()
    return school


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def mother(group: Group) -> Person:
    parent = Parent("Marta Ros", contacts={"phone_1": PHONE})
    make_student(group, "Luis Gil", [parent])
    assert parent.person is not None
    return parent.person
