"""Everything at once: thousands of recipients by every channel while processes, servers and providers fail."""

import contextlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from channels_app.models import Activation, ActivationState, ChannelAccount
from notica.cancelling import cancel
from notica.models import Delivery, Message, Recipient
from notica.refusals import Refused
from plumier.clock import database_now
from plumier.models import Contact, Group, Person, School, SchoolPolicy, User
from tests.factories.crowds import make_families
from tests.factories.register import make_group
from tests.faults import oracle
from tests.faults.chaos import Chaos
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

SHORT = bool(os.environ.get("SHORT"))
RECIPIENTS = 600 if SHORT else 6000
FAULTS = 10 if SHORT else 100
BETWEEN_SECONDS = 1.0
CALM_SECONDS = 240.0
# How a twelfth of the families each is written to: way, slot of its address, and what else.
PLANS = (
    *[("telegram_tokapp", "phone_1", {"email_after": True})] * 6,
    *[("email", "email", {})] * 3,
    *[("sms", "phone_1", {})] * 3,
)


@pytest.fixture
def seed(capsys: pytest.CaptureFixture[str]) -> int:
    """Printed; set by PLUMIER_FAULTS_SEED."""
    seed = int(os.environ.get("PLUMIER_FAULTS_SEED", "") or random.SystemRandom().randrange(10**6))
    with capsys.disabled():
        print(f"\nchaos: seed {seed}, {RECIPIENTS} recipients, {FAULTS} faults", file=sys.stderr)
    return seed


@pytest.fixture
def chaos(seed: int, environment: dict[str, str], sandbox: Sandbox, school: School) -> Iterator[Chaos]:
    # A bot's own rate would make the run last as long as the real thing; one test keeps to it.
    ChannelAccount.objects.update_or_create(channel="telegram", owner="", defaults={"rate": 2000})
    chaos = Chaos(seed, environment, sandbox)
    yield chaos
    chaos.end()


@pytest.mark.short
def test_chaos_loses_nothing_and_claims_nothing(
    chaos: Chaos, school: School, director: User, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    groups = [_families(school, place, chaos.random) for place in range(len(PLANS))]
    messages: list[Message] = []
    for number in range(FAULTS):
        while len(messages) < min(len(PLANS), 1 + 2 * len(PLANS) * number // FAULTS):  # all by half-time
            messages += _send(school, director, groups[len(messages)], PLANS[len(messages)])
        if number == FAULTS // 2:
            chaos.do(chaos.postgresql_away)
            _cancel_one(messages, director)
        chaos.once()
        time.sleep(BETWEEN_SECONDS)
    assert len(messages) == len(PLANS)
    _come_to_rest(chaos)
    chaos.end()
    log = sandbox.log()
    with capsys.disabled():
        print(
            _told(chaos, time.monotonic() - began, Counter(entry["taken"] for entry in log)), file=sys.stderr
        )
    for message in messages:
        oracle.check(message, log)
    assert Recipient.objects.filter(message__in=messages).count() == RECIPIENTS - _never_written(messages)


def _never_written(messages: list[Message]) -> int:
    """Recipients of a message that was cancelled before its rows were written."""
    each = RECIPIENTS // len(PLANS)
    cancelled = [one for one in messages if Message.objects.filter(pk=one.pk, state="cancelled").exists()]
    return sum(each - Recipient.objects.filter(message=one).count() for one in cancelled)


def _families(school: School, place: int, chance: random.Random) -> Group:
    group = make_group(school, name=f"{place} A")
    _way, slot, _more = PLANS[place]
    mothers = make_families(group, RECIPIENTS // len(PLANS), slot)
    if slot == "phone_1":
        Contact.objects.bulk_create(_mailbox(mother) for mother in mothers)
        _link_some(mothers, chance)
    return group


def _mailbox(person: Person) -> Contact:
    value = f"madre{person.pk}@familia.example"
    return Contact(
        school_id=person.school_id, person=person, slot="email", kind="email", value=value, typed=value
    )


def _link_some(people: list[Person], chance: random.Random) -> None:
    """Half of them have a Telegram chat."""
    account, _ = ChannelAccount.objects.get_or_create(channel="telegram", owner="")
    phones = Contact.objects.filter(person__in=people, slot="phone_1").order_by("pk")
    now = database_now()
    Activation.objects.bulk_create(
        Activation(
            account=account,
            address=phone,
            endpoint=str(10**9 + int(phone[-8:])),
            state=ActivationState.LINKED,
            checked_at=now,
        )
        for phone in phones.values_list("value", flat=True)
        if chance.random() < 0.5
    )


def _send(
    school: School, director: User, group: Group, plan: tuple[str, str, dict[str, bool]]
) -> list[Message]:
    way, _slot, more = plan
    return [send_to(school, director, groups=[group], way=way, body=f"Aviso del grupo {group.pk}.", **more)]


def _cancel_one(messages: list[Message], director: User) -> None:
    """The newest that has not ended; one may end at this very moment."""
    running = Message.objects.filter(pk__in=[one.pk for one in messages], finished_at__isnull=True)
    newest = running.order_by("-pk").first()
    if newest is not None:
        with contextlib.suppress(Refused):
            cancel(newest, by=director, now=database_now())


def _come_to_rest(chaos: Chaos) -> None:
    """Until all messages and their acuses have ended."""
    ends_at = time.monotonic() + CALM_SECONDS
    while (
        Message.objects.filter(finished_at__isnull=True).exists()
        or Message.objects.filter(acuse_sent_at__isnull=True, kind="message").exists()
    ):
        assert time.monotonic() < ends_at, (
            list(Message.objects.values_list("pk", "kind", "state", "finished_at")),
            Counter(Delivery.objects.values_list("channel", "state")),
        )
        chaos.calm()
        time.sleep(3 * BETWEEN_SECONDS)


def _told(chaos: Chaos, seconds: float, taken: "Counter[bool]") -> str:
    states = Counter(Delivery.objects.values_list("state", flat=True))
    marked = Delivery.objects.filter(uncertain_count__gt=0).count()
    faults = ", ".join(f"{name} {number}" for name, number in sorted(chaos.done.items()))
    return (
        f"chaos: {seconds:.0f} s; {faults}\n"
        f"chaos: tries {taken.total()}, taken {taken[True]}; deliveries {dict(states)}, marked {marked}"
    )
