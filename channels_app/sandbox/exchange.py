"""One HTTP request to a provider: what the rules make of it.

The protocols differ in words only, so each gives a `Voice`; what happens is the same for all.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from typing import Any

from aiohttp import web

from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import SEND, Rule
from channels_app.sandbox.state import Incoming, Sandbox

HANG_CHECK = 0.1  # seconds between two looks whether the client has gone


class Voice(ABC):
    """How one provider says what."""

    channel: str

    @abstractmethod
    def new_id(self) -> str:
        """An id for a message that it takes."""

    @abstractmethod
    def accepted(self, entry: Entry) -> web.Response:
        """It took the message."""

    @abstractmethod
    def refused(self, answer: Answer) -> web.Response:
        """It did not, and says why."""

    @abstractmethod
    def throttled(self, retry_after: float) -> web.Response:
        """Too much at once; `retry_after` in seconds."""

    @abstractmethod
    def broken(self, status: int) -> web.Response:
        """Its own failure, an HTTP status from 500."""


def json_response(payload: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


async def exchange(
    request: web.Request, sandbox: Sandbox, incoming: Incoming, voice: Voice
) -> web.StreamResponse:
    """Take a message, or do what the rules say instead."""
    rule = sandbox.rules.pick(incoming.channel, incoming.address)
    if sandbox.latency:
        await asyncio.sleep(sandbox.latency)
    if rule is None:
        return voice.accepted(sandbox.record(incoming, taken=True, provider_id=voice.new_id()))
    if rule.action == "slow":
        await asyncio.sleep(rule.number_of("seconds", 1))
        return voice.accepted(sandbox.record(incoming, taken=True, provider_id=voice.new_id(), error="slow"))
    sandbox.record(incoming, taken=rule.takes, provider_id=voice.new_id(), error=rule.label)
    return await _obey(request, rule, voice, incoming.address)


async def obstruct(
    request: web.Request, sandbox: Sandbox, voice: Voice, operation: str
) -> web.StreamResponse | None:
    """What the rules say about a request that sends nothing; None lets it through."""
    rule = sandbox.rules.pick(voice.channel, "", operation)
    if sandbox.latency:
        await asyncio.sleep(sandbox.latency)
    if rule is None:
        return None
    if rule.action == "slow":
        await asyncio.sleep(rule.number_of("seconds", 1))
        return None
    return await _obey(request, rule, voice, "")


def refuse(sandbox: Sandbox, incoming: Incoming, voice: Voice, preset: str) -> web.Response:
    """Refuse a message that the provider itself would refuse, rules or none."""
    sandbox.record(incoming, taken=False, error=preset)
    rule = Rule(number=0, channel=voice.channel, action="refuse", operation=SEND, preset=preset)
    return voice.refused(rule.answer(incoming.address))


async def _obey(request: web.Request, rule: Rule, voice: Voice, address: str) -> web.StreamResponse:
    match rule.action:
        case "refuse":
            return voice.refused(rule.answer(address))
        case "throttle":
            return voice.throttled(rule.number_of("retry_after", 1))
        case "error":
            return voice.broken(int(rule.number_of("status", 500)))
        case "hang":
            await _until_gone(request)
        case _:
            _cut(request)
    return web.Response()


async def _until_gone(request: web.Request) -> None:
    while request.transport is not None:
        await asyncio.sleep(HANG_CHECK)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
