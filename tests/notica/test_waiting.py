"""Waiting at a terminal: to the end, or until the next try is further off than anybody sits there for."""

from datetime import timedelta

import pytest

from notica.models import Delivery, Message
from notica.waiting import resumes_at, wait_for
from plumier.clock import database_now
from plumier.models import School
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def message(transactional_db: None, queue_store: object, sandbox: Sandbox) -> Message:
    school: School = make_school()
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", "mother", {"phone_1": "+34600000001"})])
    return send_to(school, make_director(school), groups=[group])


def test_waiting_ends_when_the_next_try_is_far_off(message: Message) -> None:
    later = database_now() + timedelta(hours=8)
    Delivery.objects.update(not_before=later)
    seen: list[tuple[int, int]] = []
    wait_for([message.pk], lambda ended, total: seen.append((ended, total)))
    assert (resumes_at([message.pk]), seen) == (later, [(0, 1)])


@pytest.mark.parametrize(
    "change",
    [{"state": "ready"}, {"state": "uncertain"}, {"state": "accepted"}],
    ids=lambda change: change["state"],
)
def test_what_is_due_soon_is_waited_for(message: Message, change: dict[str, str]) -> None:
    Delivery.objects.update(not_before=database_now() + timedelta(seconds=30), **change)
    assert resumes_at([message.pk]) is None


def test_a_scheduled_message_is_not_waited_for(message: Message) -> None:
    later = database_now() + timedelta(days=1)
    Delivery.objects.all().delete()
    Message.objects.filter(pk=message.pk).update(state="queued", not_before=later)
    assert resumes_at([message.pk]) == later
