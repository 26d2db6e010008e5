"""A class of which a family is told that its daughter was missing."""

from typing import Any

import pytest
from django.test import Client

from attendance.choices import Mark
from attendance.models import AbsenceNotice
from plumier.models import SchoolPolicy
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director
from tests.mirador.attendance.pages import login_of
from tests.mirador.households import client_of
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock, tmp_path: Any) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    settings.DATA_DIR = tmp_path
    database_clock.freeze(NINE)
    of = SchoolClass()
    make_director(of.school)
    SchoolPolicy.objects.filter(school=of.school).update(school_phone="968 123 456")
    return of


@pytest.fixture
def told(of: SchoolClass) -> AbsenceNotice:
    """Ana was missing in session 2, and her family has been told."""
    of.mark((of.ana, Mark.ABSENT))
    return AbsenceNotice.objects.get()


@pytest.fixture
def mother(of: SchoolClass) -> Client:
    return client_of(login_of(of.mother))


@pytest.fixture
def father(of: SchoolClass) -> Client:
    return client_of(login_of(of.father))
