"""An import is not taken back once somebody it brought has been written to."""

from pathlib import Path
from typing import Any

import pytest

from plumier.models import Contact, School
from tests.factories.register import make_director, make_school
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to
from tests.plumier.importing.test_runs import FIRST, applied, undone


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
