"""What providers tell later, many times and at once. Forged ones: `notica/test_callbacks.py`."""

import pytest

from channels_app.receipts import Receipt as Told
from channels_app.receipts import State
from notica import late_facts
from notica.delivery import drain
from notica.models import Delivery, Message, Receipt, Recipient
from notica.progress import totals
from plumier.models import Group, School, User
from tests.factories.crowds import make_families
from tests.faults import oracle
from tests.notica.rows import at_once
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

pytestmark = pytest.mark.short


def _sent(school: School, director: User, group: Group) -> tuple[Message, Delivery]:
    make_families(group, 1)
    message = send_to(school, director, groups=[group], way="sms")
    drain("sms", linger=False)
    return message, Delivery.objects.get(message_id=message.pk)


def _fact(delivery: Delivery, state: State) -> Told:
    return Told(f"SM{delivery.pk}:{state}", delivery.pk, delivery.tries, state)


def test_ten_copies_of_a_callback_at_once_are_one(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    message, delivery = _sent(school, director, group)
    at_once(*[lambda: late_facts.take("sms", [_fact(delivery, "delivered")])] * 10)
    late_facts.apply_waiting()
    delivery.refresh_from_db()
    assert (delivery.state, Receipt.objects.count()) == ("delivered", 1)
    assert totals(message.pk) == {"reached": 1}
    oracle.check_one(message, sandbox.log())


def test_callbacks_in_any_order_at_once_end_with_the_best(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    """Read is better than delivered, however late delivered is told."""
    message, delivery = _sent(school, director, group)
    states: tuple[State, ...] = ("accepted", "delivered", "read") * 3
    at_once(*[lambda state=state: late_facts.take("sms", [_fact(delivery, state)]) for state in states])
    late_facts.apply_waiting()
    delivery.refresh_from_db()
    assert (delivery.state, Receipt.objects.filter(applied_at=None).count()) == ("read", 0)
    assert Recipient.objects.get(message=message).outcome == "reached"


def test_bounce_told_ten_times_opens_the_next_step_once(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    (mother,) = make_families(group, 1)
    mother.contacts.create(
        school=school, slot="email", kind="email", value=f"m{mother.pk}@familia.example", typed="-"
    )
    message = send_to(school, director, groups=[group], way="sms", email_after=True)
    drain("sms", linger=False)
    delivery = Delivery.objects.get(message_id=message.pk)
    at_once(*[lambda: late_facts.take("sms", [_fact(delivery, "undelivered")])] * 10)
    drain("email", linger=False)
    assert sorted(Delivery.objects.filter(message_id=message.pk).values_list("step", "channel", "state")) == [
        (1, "sms", "undelivered"),
        (2, "email", "accepted"),
    ]
    assert Recipient.objects.get(message=message).outcome == "reached"
    assert Message.objects.filter(kind="acuse").count() == 1
