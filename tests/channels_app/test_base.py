"""What every channel of the settings promises, against the sandbox's own log."""

import asyncio
import time
from dataclasses import fields, replace

import pytest

from channels_app.base import AddressKind, Channel, Outcome, OutcomeClass
from channels_app.environment import problems, values
from channels_app.registry import channel_class, channel_names
from tests.channels_app.sending import TEXT, outgoing, send_all, send_one
from tests.providers.sandbox import Sandbox

NAMES = pytest.mark.parametrize("name", channel_names())
MANY = 200


def address(channel: type[Channel], number: int = 1) -> str:
    match channel.capabilities.address:
        case AddressKind.PHONE:
            return f"+346{number:08d}"
        case AddressKind.CHAT:
            return str(100_000 + number)
        case AddressKind.EMAIL:
            return f"familia{number}@correo.example"


def quick(monkeypatch: pytest.MonkeyPatch, name: str, seconds: float = 1.5) -> type[Channel]:
    channel = channel_class(name)
    monkeypatch.setattr(channel, "deadline", seconds)
    return channel


@NAMES
async def test_a_message_is_taken_and_said_so(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    outcome = await send_one(channel, address(channel))
    (entry,) = sandbox.log()
    said = replace(outcome, receipt_within=None)  # for its own tests: not all are told later
    assert said == Outcome(OutcomeClass.ACCEPTED, provider_id=entry["provider_id"])
    assert (entry["channel"], entry["address"], entry["taken"]) == (name, address(channel), True)
    assert entry["text"].strip() == TEXT


@NAMES
async def test_many_at_once_are_sent_taken_and_returned(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    addresses = [address(channel, number) for number in range(MANY)]
    outcomes = await send_all(channel, addresses)
    taken = {entry["address"]: entry["provider_id"] for entry in sandbox.taken(name)}
    assert len(sandbox.log()) == MANY
    assert dict(zip(addresses, (outcome.provider_id for outcome in outcomes), strict=True)) == taken
    assert {outcome.kind for outcome in outcomes} == {OutcomeClass.ACCEPTED}


@NAMES
async def test_a_provider_that_hangs_is_uncertain_within_the_deadline(
    sandbox: Sandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = quick(monkeypatch, name)
    sandbox.rule(name, "hang")
    started = time.monotonic()
    outcome = await send_one(channel, address(channel))
    assert time.monotonic() - started < 15
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, "network.timeout")


@NAMES
async def test_a_lost_answer_is_uncertain(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    sandbox.rule(name, "lose")
    outcome = await send_one(channel, address(channel))
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, "network.lost_answer")
    assert len(sandbox.taken(name)) == 1


@NAMES
async def test_a_failing_provider_is_asked_once(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    sandbox.rule(name, "error", status=451 if name == "email" else 503)
    outcome = await send_one(channel, address(channel))
    wanted = OutcomeClass.NOT_PROCESSED if name == "email" else OutcomeClass.UNCERTAIN
    assert (outcome.kind, len(sandbox.log())) == (wanted, 1)


@NAMES
async def test_some_failing_do_not_disturb_the_others(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    addresses = [address(channel, number) for number in range(40)]
    for number, action in enumerate(("refuse", "lose", "cut", "throttle", "error")):
        sandbox.rule(name, action, address=addresses[number * 8])
    outcomes = await send_all(channel, addresses)
    accepted = [outcome.kind is OutcomeClass.ACCEPTED for outcome in outcomes]
    assert accepted == [number % 8 != 0 or number > 32 for number in range(40)]


@NAMES
async def test_a_cancelled_send_is_cancelled_and_the_next_one_goes(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    sandbox.rule(name, "hang", times=1)
    async with channel(values(channel)) as opened:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(opened.send(outgoing(address(channel, 1))), 0.3)
        second = await opened.send(outgoing(address(channel, 2), number=2))
    assert second.kind is OutcomeClass.ACCEPTED


@NAMES
async def test_a_channel_may_be_left_and_entered_again(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    opened = channel(values(channel))
    kinds = []
    for number in (1, 2):
        async with opened:
            kinds.append((await opened.send(outgoing(address(channel, number), number))).kind)
    assert kinds == [OutcomeClass.ACCEPTED] * 2


@NAMES
def test_the_sandbox_account_has_no_problems(sandbox: Sandbox, name: str) -> None:
    assert problems(channel_class(name)) == []


@NAMES
def test_every_required_variable_is_one_that_is_read(name: str) -> None:
    channel = channel_class(name)
    assert set(channel.required) - set(channel.variables) == set()


@NAMES
async def test_no_detail_holds_the_address(sandbox: Sandbox, name: str) -> None:
    channel = channel_class(name)
    there = address(channel)
    said = f"{there} y {there.partition('@')[0].upper()} no valen"
    sandbox.rule(name, "refuse", address=there, description=said)
    outcome = await send_one(channel, there)
    assert outcome.detail.removeprefix("5.1.1 ") == "… y … no valen"


def test_an_outcome_says_nothing_that_it_was_not_told() -> None:
    outcome = Outcome(OutcomeClass.ACCEPTED)
    assert [getattr(outcome, field.name) for field in fields(outcome)] == [
        OutcomeClass.ACCEPTED,
        "",
        "",
        False,
        None,
        "",
        "",
        0,
        None,
    ]


@NAMES
def test_an_account_is_worth_as_many_sends_as_its_channel_unless_it_says_otherwise(
    sandbox: Sandbox, name: str
) -> None:
    channel = channel_class(name)
    assert channel(values(channel)).concurrency == channel.capabilities.concurrency
