"""SMS whose answer was lost, asked for at the provider; its log says how many copies there are.

The provider remembers the messages of other tests, so each test writes words of its own.
"""

from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest

from channels_app.base import Outgoing
from channels_app.sms.channel import LOOK_UP_AFTER, SmsChannel
from notica.delivery import drain
from notica.models import Attempt, Delivery, Message, UncertainRule
from notica.overdue import reap
from plumier.models import Group, School, SchoolPolicy, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.draining import draining
from tests.notica.stories import outcomes, send_to
from tests.providers.sandbox import Sandbox

PHONE_1, PHONE_2 = "+34600000001", "+34600000002"


def own_words() -> str:
    return f"Aviso {token_hex(8)}."


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE_1})])
    return group


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    """An SMS to Luis's family."""
    return send_to(school, director, way="sms", groups=[group], body=own_words())


def wait_and_drain(clock: DatabaseClock, seconds: float = LOOK_UP_AFTER + 1) -> None:
    clock.advance(timedelta(seconds=seconds))
    drain("sms", linger=False)


def rows() -> list[tuple[str, int, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "tries", "uncertain_count"))


def test_send_that_was_taken_is_found_and_not_repeated(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("sms", "lose")
    drain("sms", linger=False)
    assert rows() == [("uncertain", 1, 1)]
    wait_and_drain(database_clock)
    (entry,) = sandbox.log()
    assert (rows(), entry["taken"]) == ([("accepted", 1, 1)], True)
    assert Delivery.objects.get().provider_id == entry["provider_id"]
    assert [outcome for _, outcome, _ in outcomes(message)] == ["reached"]


def test_send_that_was_not_taken_goes_out_once_more(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("sms", "lose", taken=False, times=1)
    drain("sms", linger=False)
    wait_and_drain(database_clock)
    assert (rows(), len(sandbox.taken())) == ([("accepted", 2, 1)], 1)
    assert list(Attempt.objects.order_by("try_no").values_list("outcome", flat=True)) == [
        "uncertain",
        "accepted",
    ]


def test_send_that_is_never_taken_fails_after_two(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("sms", "lose", taken=False)
    drain("sms", linger=False)
    for _ in range(3):
        wait_and_drain(database_clock)
    assert (rows(), sandbox.taken(), len(sandbox.log())) == ([("failed", 2, 2)], [], 2)
    assert [row[1:] for row in outcomes(message)] == [("failed", "sms.not_found")]


@pytest.mark.parametrize(
    ("rule", "copies", "state"),
    [(None, 1, "sent_unconfirmed"), (False, 1, "sent_unconfirmed"), (True, 2, "accepted")],
)
def test_where_the_provider_does_not_list_the_rule_decides(
    message: Message,
    school: School,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    rule: bool | None,
    copies: int,
    state: str,
) -> None:
    if rule is not None:
        UncertainRule.objects.create(school=school, channel="sms", kind="", resend=rule)
    sandbox.rule("sms", "lose", times=1)
    sandbox.rule("sms", "error", operation="list", status=503)
    drain("sms", linger=False)
    wait_and_drain(database_clock)
    assert (len(sandbox.taken()), rows()[0][0], rows()[0][2]) == (copies, state, 1)


def test_worker_that_died_after_the_send_is_made_good_by_the_list(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    drain("sms", linger=False)
    Delivery.objects.update(
        state="sending",
        ended_at=None,
        provider_id="",
        lease_until=database_clock.now() - timedelta(seconds=1),
    )
    assert len(reap()) == 1
    wait_and_drain(database_clock)
    assert (rows(), len(sandbox.taken())) == ([("accepted", 1, 1)], 1)


def test_newest_of_several_with_the_same_text_is_adopted(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    texts = {"way": "sms", "groups": [group], "body": own_words()}
    send_to(school, director, **texts)
    drain("sms", linger=False)
    sandbox.rule("sms", "lose")
    send_to(school, director, **texts)
    drain("sms", linger=False)
    wait_and_drain(database_clock)
    sids = [entry["provider_id"] for entry in sandbox.taken()]
    assert list(Delivery.objects.order_by("pk").values_list("provider_id", flat=True)) == sids


@pytest.mark.parametrize("minutes", [0, 3])
def test_other_send_of_the_same_text_is_not_adopted(
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    minutes: int,
) -> None:
    """It belongs to another delivery; beyond what clocks may differ by it is another one anyway."""
    texts = {"way": "sms", "groups": [group], "body": own_words()}
    send_to(school, director, **texts)
    drain("sms", linger=False)
    database_clock.advance(timedelta(minutes=minutes))
    sandbox.rule("sms", "lose", taken=False, times=1)
    send_to(school, director, **texts)
    drain("sms", linger=False)
    wait_and_drain(database_clock)
    assert (len(sandbox.taken()), [row[:2] for row in rows()]) == (2, [("accepted", 1), ("accepted", 2)])


def test_two_of_which_one_was_taken_do_not_both_adopt_it(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    texts = {"way": "sms", "groups": [group], "body": own_words()}
    sandbox.rule("sms", "lose", times=1)
    sandbox.rule("sms", "lose", taken=False, times=1)
    for _ in range(2):
        send_to(school, director, **texts)
        drain("sms", linger=False)
    wait_and_drain(database_clock)
    wait_and_drain(database_clock)
    assert (len(sandbox.taken()), [row[0] for row in rows()]) == (2, ["accepted", "accepted"])
    assert len(set(Delivery.objects.values_list("provider_id", flat=True))) == 2


def test_row_whose_look_up_breaks_is_judged_by_rule_and_stops_no_other(
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    SchoolPolicy.objects.update(sms_to_many=True)
    make_student(group, "Eva Paz", [Parent("Rosa Paz", contacts={"phone_1": PHONE_2})])
    sandbox.rule("sms", "lose")
    send_to(school, director, way="sms", groups=[group], body=own_words())
    drain("sms", linger=False)
    look_up = SmsChannel.look_up

    async def breaks(self: SmsChannel, outgoing: Outgoing, *asked: Any) -> Any:
        if outgoing.address == PHONE_1:
            raise RuntimeError("a mistake")
        return await look_up(self, outgoing, *asked)

    monkeypatch.setattr(SmsChannel, "look_up", breaks)
    wait_and_drain(database_clock)
    assert dict(Delivery.objects.values_list("address", "state")) == {
        PHONE_1: "sent_unconfirmed",
        PHONE_2: "accepted",
    }


def test_text_that_cannot_be_made_again_is_judged_by_rule(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("sms", "lose")
    drain("sms", linger=False)
    Delivery.objects.update(message_id=999_999_999)
    wait_and_drain(database_clock)
    assert (rows(), len(sandbox.taken())) == ([("sent_unconfirmed", 1, 1)], 1)


def test_claimed_rows_do_not_wait_for_the_provider_s_list(
    message: Message,
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
) -> None:
    """The list hangs until the send that was due meanwhile has gone out."""
    sandbox.rule("sms", "lose", times=1)
    drain("sms", linger=False)
    database_clock.advance(timedelta(seconds=LOOK_UP_AFTER + 1))
    sandbox.rule("sms", "hang", operation="list")
    send_to(school, director, way="sms", groups=[group], body=own_words())
    with draining("sms"):
        sandbox.wait_for(lambda entries: len(entries) == 2, timeout=30)
    assert [row[0] for row in rows()][:1] == ["uncertain"]
