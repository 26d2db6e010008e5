"""`manage.py proposals`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories.proposals import Story, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story()


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("proposals", *arguments, stdout=out)
    return out.getvalue()


def test_open_ones_are_listed_without_whole_addresses(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678", email="")
    make_story("HN02").proposal(None, name="A, B", relation="mother", phone_1="0912345679")
    rows = [json.loads(line) for line in _run("--school", "HN01", "--json").splitlines()]
    assert [(row["id"], row["state"], row["changes"]) for row in rows] == [
        (one.pk, "proposed", {"phone_1": "***678"})
    ]
    assert rows[0]["expediente"] == story.student.expediente
    assert "345678" not in _run("--school", "HN01")


def test_those_of_a_state_alone(story: Story) -> None:
    story.proposal(story.father, phone_1="0912345678")
    waiting = story.new_pupil()
    rows = [
        json.loads(line) for line in _run("--school", "HN01", "--state", "to_confirm", "--json").splitlines()
    ]
    assert [row["id"] for row in rows] == [waiting.pk]
    assert _run("--school", "HN01", "--state", "applied", "--json") == ""


@pytest.mark.parametrize("arguments", [("--school", "none"), ("--school", "HN01", "--state", "none")])
def test_what_is_none_is_refused(story: Story, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refusal:
        _run(*arguments)
    assert refusal.value.returncode == 2
