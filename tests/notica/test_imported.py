"""An import is not taken back once somebody it brought has been written to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notica.models import Message
from plumier.models import Contact, School, Student
from tests.factories.register import make_director, make_school
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to
from tests.plumier.importing.test_runs import FIRST, SECOND, applied, undone


@pytest.fixture
def school(db: None, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR, settings.CHANNEL_ENVIRONMENT = tmp_path, ACCOUNTS
    return make_school()


@pytest.mark.parametrize(("writes", "state"), [(True, "applied"), (False, "undone")])
def test_import_whose_people_have_been_written_to_stays(school: School, writes: bool, state: str) -> None:
    director = make_director(school)
    run = applied(school, director, FIRST)
    if writes:
        send_to(school, director, groups=[school.groups.get(name="1º ESO A")], subject="Reunión")
    run = undone(run, director)
    assert (run.state, "ya se ha escrito a personas que trajo" in run.notice) == (state, writes)
    assert Contact.objects.filter(value="+34600111111").exists() is writes


def test_message_written_before_and_sent_after_counts_too(school: School) -> None:
    director = make_director(school)
    run = applied(school, director, FIRST)
    message = send_to(school, director, groups=[school.groups.get(name="1º ESO A")], subject="Reunión")
    Message.objects.filter(pk=message.pk).update(created_at=message.created_at - timedelta(days=2))
    assert undone(run, director).state == "applied"


def test_message_to_others_is_in_nobodys_way(school: School) -> None:
    director = make_director(school)
    applied(school, director, FIRST)
    run = applied(school, director, SECOND)
    luis = Student.objects.get(expediente="1")
    message = send_to(school, director, students=[luis], subject="Reunión")
    assert message.recipients.count() == 2
    assert (undone(run, director).notice, run.state) == ("", "undone")
