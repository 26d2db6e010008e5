"""What the sandbox itself gives: connections that ask, wait for the answer and ask again, and do nothing else."""

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from benchmarks.bench import Bench
from benchmarks.messages import SMS_TEXT, SUBJECT, TEXT, NotDone
from benchmarks.processes import children
from benchmarks.results import CHANNELS, Ceiling

CONNECTIONS = 64
SECONDS, QUICK_SECONDS = 3.0, 1.0
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_LAST_LINE = re.compile(rb"^\d{3} .*\r\n\Z", re.MULTILINE)


def measure_ceilings(bench: Bench) -> None:
    """Each channel without latency, by one process."""
    for channel in CHANNELS:
        found = bench.attempt(f"the sandbox alone, {channel}", partial(_measure, bench, channel))
        if found is not None:
            bench.results.ceilings.append(found)


def _measure(bench: Bench, channel: str) -> Ceiling:
    bench.sandbox.answer_after(0)
    seconds = QUICK_SECONDS if bench.quick else SECONDS
    with children("benchmarks.sandbox_load.prepare", 1, channel=channel, seconds=seconds) as (child,):
        child.go()
        answer = child.answer(seconds + 30)
    if not answer["answers"]:
        raise NotDone("the sandbox answered nothing")
    return Ceiling(channel, 0, CONNECTIONS, answer["answers"] / answer["seconds"])


def prepare(channel: str, seconds: float, index: int) -> Callable[[], dict[str, Any]]:
    """Ask for so long; how many messages were taken."""
    environment = settings.CHANNEL_ENVIRONMENT
    return lambda: asyncio.run(load(channel, environment, seconds))


async def load(channel: str, environment: Mapping[str, str], seconds: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    url = urlsplit(environment["EMAIL_URL" if channel == "email" else "TOKAPP_API_URL"])
    host, port = url.hostname or "", url.port or 0
    make: Callable[[], Client] = MailClient
    if channel != "email":
        make = partial(WebClient, request(channel, environment))
    began = time.monotonic()
    opened = [await loop.create_connection(make, host, port) for _ in range(CONNECTIONS)]
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    for transport, _ in opened:
        transport.abort()
    return {"answers": sum(client.answers for _, client in opened), "seconds": took}


def request(channel: str, environment: Mapping[str, str]) -> bytes:
    """One whole request that the provider of this channel takes."""
    if channel == "sms":
        account, secret = environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"]
        url = f"{environment['TWILIO_API_URL']}/2010-04-01/Accounts/{account}/Messages.json"
        form = {"To": "+34600000001", "From": environment["TWILIO_FROM"], "Body": SMS_TEXT}
        basic = base64.b64encode(f"{account}:{secret}".encode()).decode()
        return _post(url, "application/x-www-form-urlencoded", urlencode(form), f"Basic {basic}")
    if channel == "telegram":
        url = f"{environment['TELEGRAM_API_URL']}/bot{environment['TELEGRAM_TOKEN']}/sendMessage"
        return _post(url, "application/json", json.dumps({"chat_id": "1000000001", "text": TEXT}), "-")
    given = {"id": "load", "phone": "+34600000001", "text": TEXT}
    url = f"{environment['TOKAPP_API_URL']}/messages"
    return _post(url, "application/json", json.dumps(given), f"Bearer {environment['TOKAPP_TOKEN']}")


def _post(url: str, kind: str, body: str, authorization: str) -> bytes:
    there, content = urlsplit(url), body.encode()
    lines = (
        f"POST {there.path} HTTP/1.1",
        f"Host: {there.netloc}",
        f"Content-Type: {kind}",
        f"Authorization: {authorization}",
        f"Content-Length: {len(content)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + content


class Client(asyncio.Protocol):
    """One connection; `answers` are the messages that were taken."""

    def __init__(self) -> None:
        self.answers = 0
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport


class WebClient(Client):
    """Asks the same again and again, each time as soon as the answer is whole."""

    def __init__(self, question: bytes) -> None:
        super().__init__()
        self._question = question

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._transport.write(self._question)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and length and len(body) >= int(length[1]):
            self.answers += head.startswith(b"HTTP/1.1 2")
            self._heard = b""
            self._transport.write(self._question)


class MailClient(Client):
    """Hands over the same mail again and again, a command as soon as the last is answered."""

    MAIL: ClassVar[tuple[bytes, ...]] = (
        b"MAIL FROM:<avisos@plumier.example>\r\n",
        b"RCPT TO:<familia1@familias.example>\r\n",
        b"DATA\r\n",
        f"Subject: {SUBJECT}\r\n\r\n{TEXT}\r\n.\r\n".encode(),
    )

    def __init__(self) -> None:
        super().__init__()
        self._step = -2  # the greeting, EHLO, then the mail's four

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not _LAST_LINE.search(self._heard):
            return
        self._heard = b""
        self._step += 1
        if self._step == len(self.MAIL):
            self.answers += 1
            self._step = 0
        self._transport.write(b"EHLO bench\r\n" if self._step < 0 else self.MAIL[self._step])
