"""The providers' own clients, blocking, with their connections kept open as long as the thread lives."""

import threading

import requests
from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TIMEOUT = 60  # seconds
_here = threading.local()


def telegram(chat: str, text: str) -> str:
    """Call the Bot API; the message's id."""
    found = settings.CHANNEL_ENVIRONMENT
    url = f"{found['TELEGRAM_API_URL']}/bot{found['TELEGRAM_TOKEN']}/sendMessage"
    answer = _session().post(url, json={"chat_id": chat, "text": text}, timeout=TIMEOUT)
    answer.raise_for_status()
    return str(answer.json()["result"]["message_id"])


def tokapp(delivery_id: int, phone: str, text: str) -> str:
    """Call the gateway; the message's id."""
    found = settings.CHANNEL_ENVIRONMENT
    answer = _session().post(
        f"{found['TOKAPP_API_URL']}/messages",
        json={"id": str(delivery_id), "phone": phone, "text": text},
        headers={"Authorization": f"Bearer {found['TOKAPP_TOKEN']}"},
        timeout=TIMEOUT,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def sms(phone: str, text: str) -> str:
    """Call Twilio; the message's id."""
    if not hasattr(_here, "twilio"):
        _here.twilio = _twilio()
    sender = settings.CHANNEL_ENVIRONMENT["TWILIO_FROM"]
    return str(_here.twilio.messages.create(phone, from_=sender, body=text).sid)


def _session() -> requests.Session:
    if not hasattr(_here, "session"):
        _here.session = requests.Session()
    session: requests.Session = _here.session
    return session


def _twilio() -> Client:
    found = settings.CHANNEL_ENVIRONMENT
    http = _SandboxHttpClient(found["TWILIO_API_URL"])
    return Client(found["TWILIO_ACCOUNT_SID"], found["TWILIO_AUTH_TOKEN"], http_client=http)


class _SandboxHttpClient(TwilioHttpClient):  # type: ignore[misc]  # Twilio's classes are untyped to mypy
    """Twilio's own client, led to the sandbox."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: object, **options: object) -> Response:
        """Twilio's request to another host."""
        there = url.replace("https://api.twilio.com", self._base_url, 1)
        return super().request(method, there, *args, **options)
