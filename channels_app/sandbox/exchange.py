"""One HTTP request to a provider: what the rules make of it.

The protocols differ in words only, so each gives a `Voice`; what happens is the same for all.
"""

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol

from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import SEND, Rule
from channels_app.sandbox.state import Incoming, Sandbox
from channels_app.sandbox.web import Answered, Response


class Asker(Protocol):
    """Whoever asked and waits for the answer."""

    def cut(self) -> None:
        """End the connection without an answer."""

    async def gone(self) -> None:
        """Returns once the asker has left."""


class Nobody:
    """Nobody waits for the answer."""

    def cut(self) -> None:
        """There is no connection."""

    async def gone(self) -> None:
        """Nobody was there."""


class Voice(ABC):
    """How one provider says what."""

    channel: str

    @abstractmethod
    def new_id(self) -> str:
        """An id for a message that it takes."""

    @abstractmethod
    def accepted(self, entry: Entry) -> Response:
        """It took the message."""

    @abstractmethod
    def refused(self, answer: Answer) -> Response:
        """It did not, and says why."""

    @abstractmethod
    def throttled(self, retry_after: float) -> Response:
        """Too much at once; `retry_after` in seconds."""

    @abstractmethod
    def broken(self, status: int) -> Response:
        """Its own failure, an HTTP status from 500."""


def exchange(asker: Asker, sandbox: Sandbox, incoming: Incoming, voice: Voice) -> Answered:
    """Take a message, or do what the rules say instead."""
    rule = sandbox.rules.pick(incoming.channel, incoming.address)
    if rule is None and not sandbox.latency:
        return _take(sandbox, incoming, voice)
    return _exchange(asker, sandbox, incoming, voice, rule)


async def _exchange(
    asker: Asker, sandbox: Sandbox, incoming: Incoming, voice: Voice, rule: Rule | None
) -> Response:
    if sandbox.latency:
        await asyncio.sleep(sandbox.latency)
    if rule is None:
        return _take(sandbox, incoming, voice)
    if rule.action == "slow":
        await asyncio.sleep(rule.number_of("seconds", 1))
        return voice.accepted(sandbox.record(incoming, taken=True, provider_id=voice.new_id(), error="slow"))
    sandbox.record(incoming, taken=rule.takes, provider_id=voice.new_id(), error=rule.label)
    return await _obey(asker, rule, voice, incoming.address)


def _take(sandbox: Sandbox, incoming: Incoming, voice: Voice) -> Response:
    return voice.accepted(sandbox.record(incoming, taken=True, provider_id=voice.new_id()))


async def obstruct(asker: Asker, sandbox: Sandbox, voice: Voice, operation: str) -> Response | None:
    """What the rules say about a request that sends nothing; None lets it through."""
    rule = sandbox.rules.pick(voice.channel, "", operation)
    if sandbox.latency:
        await asyncio.sleep(sandbox.latency)
    if rule is None:
        return None
    if rule.action == "slow":
        await asyncio.sleep(rule.number_of("seconds", 1))
        return None
    return await _obey(asker, rule, voice, "")


def refuse(sandbox: Sandbox, incoming: Incoming, voice: Voice, preset: str) -> Response:
    """Refuse a message that the provider itself would refuse, rules or none."""
    sandbox.record(incoming, taken=False, error=preset)
    rule = Rule(number=0, channel=voice.channel, action="refuse", operation=SEND, preset=preset)
    return voice.refused(rule.answer(incoming.address))


async def _obey(asker: Asker, rule: Rule, voice: Voice, address: str) -> Response:
    match rule.action:
        case "refuse":
            return voice.refused(rule.answer(address))
        case "throttle":
            return voice.throttled(rule.number_of("retry_after", 1))
        case "error":
            return voice.broken(int(rule.number_of("status", 500)))
        case "hang":
            await asker.gone()
        case _:
            asker.cut()
    return Response()
