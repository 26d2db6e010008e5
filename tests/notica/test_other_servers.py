"""The providers' addresses are the environment's alone: servers that are none of ours take the same messages.

They are written with what Python and aiosmtpd have, from the providers' own documentation, and share nothing with the
sandbox.
"""

import json
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller

from channels_app.models import ChannelAccount
from config.channels import channel_environment
from notica.models import Delivery
from plumier.models import School
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.stories import outcomes, send_to

PHONE, MAIL, CHAT = "+34600000001", "marta@familia.example", "501"


class Provider(BaseHTTPRequestHandler):
    """A Bot API, a Twilio and a TokApp gateway at once; `taken` is (path, what was said)."""

    protocol_version = "HTTP/1.1"
    taken: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_json = self.headers["Content-Type"].startswith("application/json")
        said = json.loads(body) if is_json else {name: one[0] for name, one in parse_qs(body).items()}
        self.taken.append((self.path, {name: str(value) for name, value in said.items()}))
        if self.path.endswith("Messages.json"):
            self._answer(201, {"sid": f"SM{len(self.taken):032x}", "status": "queued"})
        elif "/bot" in self.path:
            self._answer(200, {"ok": True, "result": {"message_id": len(self.taken), "date": 0}})
        else:
            self._answer(200, {"error": 0, "id": str(len(self.taken))})

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing is printed."""


class Mailbox:
    """What aiosmtpd hands over."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@pytest.fixture
def web() -> Iterator[str]:
    Provider.taken.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    handler = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, server_hostname="otro.example")
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def school(transactional_db: None, settings: Any, web: str, mailbox: tuple[Mailbox, int]) -> School:
    environment = {
        "TELEGRAM_TOKEN": "77:otro",
        "TELEGRAM_API_URL": f"{web}/telegram",
        "TWILIO_ACCOUNT_SID": f"AC{'7' * 32}",
        "TWILIO_AUTH_TOKEN": "otro",
        "TWILIO_MESSAGING_SERVICE_SID": f"MG{'7' * 32}",
        "TWILIO_API_URL": f"{web}/twilio",
        "TOKAPP_API_URL": f"{web}/tokapp",
        "TOKAPP_TOKEN": "otro",
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox[1]}",
        "EMAIL_FROM": "Centro <avisos@centro.example>",
    }
    settings.CHANNEL_ENVIRONMENT = channel_environment(environment, {})
    link("telegram", PHONE, CHAT)
    return make_school()


def test_other_servers_take_every_channel_s_message(
    school: School, mailbox: tuple[Mailbox, int], run_engine: Callable[[], None]
) -> None:
    group = make_group(school)
    contacts = {"phone_1": PHONE, "email": MAIL}
    student = make_student(group, "Luis Gil", [Parent("Marta Gil", contacts=contacts)])
    director = make_director(school)
    sent = [
        send_to(school, director, students=[student], way=way, body=f"Por {way}")
        for way in ("telegram_tokapp", "sms", "email")
    ]
    run_engine()
    assert [outcomes(message)[0][1] for message in sent] == ["reached"] * 3
    told = dict(Provider.taken)
    assert set(told) == {
        "/telegram/bot77:otro/sendmessage",
        "/tokapp/messages",
        f"/twilio/2010-04-01/Accounts/AC{'7' * 32}/Messages.json",
    }
    assert told["/telegram/bot77:otro/sendmessage"]["chat_id"] == CHAT
    assert told["/tokapp/messages"]["phone"] == PHONE
    sms = told[f"/twilio/2010-04-01/Accounts/AC{'7' * 32}/Messages.json"]
    assert (sms["To"], sms["MessagingServiceSid"], "Por sms" in sms["Body"]) == (PHONE, f"MG{'7' * 32}", True)
    families = [content for recipients, content in mailbox[0].taken if recipients == [MAIL]]
    assert [message_from_bytes(content)["Auto-Submitted"] for content in families] == ["auto-generated"]
    rows = Delivery.objects.filter(message_id__in=[message.pk for message in sent])
    assert set(rows.values_list("state", flat=True)) == {"accepted"}
    assert ChannelAccount.objects.exclude(circuit_reason="").count() == 0
