"""The sandbox's process: its servers, its state file, its end."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from channels_app.sandbox import smtp
from channels_app.sandbox.acts import Acts
from channels_app.sandbox.bounces import Bounces, Maildir
from channels_app.sandbox.control import Control
from channels_app.sandbox.pages.routes import Pages
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.receipts import BY_ITSELF
from channels_app.sandbox.state import (
    BOUNCE_ADDRESS,
    EMAIL_FROM,
    TELEGRAM_TOKEN,
    TOKAPP_ACCOUNT,
    TWILIO_FROM,
    TWILIO_SECRET,
    TWILIO_SID,
    Sandbox,
)
from channels_app.sandbox.telegram import TelegramApi
from channels_app.sandbox.tokapp import TokAppApi
from channels_app.sandbox.twilio import TwilioApi
from channels_app.sandbox.web import Connection, Routes, Server

HOST = "127.0.0.1"
BACKLOG = 1024
PARENT_CHECK = 1.0  # seconds between two looks whether the parent is there


@dataclass(frozen=True, slots=True)
class Options:
    """How the process was asked to run; ports 0 are any, `latency` is in seconds.

    `receipts`: it tells by itself that every SMS arrived, without being ordered to.
    """

    http_port: int
    smtp_port: int
    state: Path
    log: Path
    latency: float = 0.0
    with_parent: bool = False
    time_zone: str = "Europe/Madrid"
    receipts: bool = False

    @property
    def bounces(self) -> Path:
        """The Maildir that mails come back to."""
        return self.state.parent.resolve() / "bounces"


def environment(url: str, smtp_port: int, bounces: Path) -> dict[str, str]:
    """The variables by which the channels find the sandbox."""
    return {
        "TELEGRAM_API_URL": f"{url}/telegram",
        "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "TWILIO_API_URL": f"{url}/twilio",
        "TWILIO_ACCOUNT_SID": TWILIO_SID,
        "TWILIO_AUTH_TOKEN": TWILIO_SECRET,
        "TWILIO_FROM": TWILIO_FROM,
        "TOKAPP_API_URL": f"{url}/tokapp",
        "TOKAPP_TOKEN": TOKAPP_ACCOUNT,
        "EMAIL_URL": f"smtp://{HOST}:{smtp_port}",
        "EMAIL_FROM": EMAIL_FROM,
        "BOUNCE_ADDRESS": BOUNCE_ADDRESS,
        "BOUNCE_MAILBOX": f"maildir:{bounces}",
    }


def routes(sandbox: Sandbox, bounces: Bounces, options: Options) -> Routes:
    """Everything that is spoken over HTTP."""
    telegram = TelegramApi(sandbox)
    twilio = TwilioApi(sandbox, BY_ITSELF if options.receipts else None)
    rooms = (
        TokAppApi(sandbox),
        telegram,
        twilio,
        Control(sandbox, telegram),
        Acts(sandbox, telegram, twilio, bounces),
        Pages(World(sandbox, telegram, twilio, bounces), options.time_zone),
    )
    return Routes([route for room in rooms for route in room.routes()])


async def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT (or, `with_parent`, until the parent is gone)."""
    sandbox = Sandbox(options.log, options.latency)
    bounces = Bounces(sandbox, Maildir(options.bounces))
    server = Server(routes(sandbox, bounces, options))
    web = await _listen(partial(Connection, server), options.http_port)
    mail = await _listen(partial(smtp.Connection, sandbox, bounces), options.smtp_port)
    end = _end_signal()
    try:
        _publish(options, _port(web), _port(mail))
        await _until_end(end, options.with_parent)
    finally:
        options.state.unlink(missing_ok=True)
        sandbox.teller.forget()
        mail.close()
        web.close()
        server.close()
        sandbox.log.close()


async def _listen(made: Callable[[], asyncio.BaseProtocol], port: int) -> asyncio.Server:
    """Listen on a port, or another one if it is taken."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(made, HOST, port, backlog=BACKLOG)
    except OSError:
        return await loop.create_server(made, HOST, 0, backlog=BACKLOG)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def _publish(options: Options, http_port: int, smtp_port: int) -> None:
    """Say where it is, in one stroke: who finds the file may use it."""
    path, url = options.state, f"http://{HOST}:{http_port}"
    found = environment(url, smtp_port, options.bounces)
    state = {"pid": os.getpid(), "url": url, "environment": found}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
    draft.replace(path)


def _end_signal() -> asyncio.Event:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    return end


async def _until_end(end: asyncio.Event, with_parent: bool) -> None:
    parent = os.getppid()
    while not end.is_set():
        try:
            await asyncio.wait_for(end.wait(), PARENT_CHECK if with_parent else None)
        except TimeoutError:
            if os.getppid() != parent:
                return
