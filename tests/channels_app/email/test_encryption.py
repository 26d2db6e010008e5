"""Mail over TLS, with a certificate made for the test."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from channels_app.base import Attachment, OutcomeClass
from channels_app.email.channel import EmailChannel
from tests.channels_app.sending import outgoing

SIZE = 8_000_000  # bytes: many times what the sockets hold


class Keeper:
    """Keeps the mails' sizes."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802
        self.sizes.append(len(envelope.content or b""))
        return "250 2.0.0 Ok: queued as T1"


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def _send(url: str, folder: Path) -> tuple[OutcomeClass, str]:
    path = folder / "file"
    path.write_bytes(b"x" * SIZE)
    file = Attachment("a.pdf", "application/pdf", str(path))
    async with EmailChannel({"EMAIL_URL": url, "EMAIL_FROM": "avisos@plumier.example"}) as channel:
        outcome = await asyncio.wait_for(channel.send(outgoing("ana@x.example", attachments=(file,))), 30)
    return outcome.kind, outcome.code


async def _serve(keeper: Keeper, certificate: Path, *, starttls: bool) -> tuple[asyncio.Server, int]:
    context = _context(certificate)

    def connection() -> SMTP:
        return SMTP(
            keeper,
            data_size_limit=None,
            hostname="localhost",
            tls_context=context if starttls else None,
            require_starttls=starttls,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "localhost", 0, ssl=None if starttls else context)
    return server, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("url", "starttls"), [("smtp://localhost:{}?tls=1", True), ("smtps://localhost:{}", False)]
)
async def test_a_large_mail_goes_whole_by_tls(
    certificate: Path, trusted: None, tmp_path: Path, url: str, starttls: bool
) -> None:
    keeper = Keeper()
    server, port = await _serve(keeper, certificate, starttls=starttls)
    async with server:
        result = await _send(url.format(port), tmp_path)
    assert result == (OutcomeClass.ACCEPTED, "")
    assert [size > SIZE * 4 // 3 for size in keeper.sizes] == [True]


@pytest.mark.parametrize(
    ("url", "starttls"), [("smtp://localhost:{}?tls=1", True), ("smtps://localhost:{}", False)]
)
async def test_a_certificate_nobody_vouches_for_is_not_trusted(
    certificate: Path, tmp_path: Path, url: str, starttls: bool
) -> None:
    keeper = Keeper()
    server, port = await _serve(keeper, certificate, starttls=starttls)
    async with server:
        result = await _send(url.format(port), tmp_path)
    assert (result, keeper.sizes) == ((OutcomeClass.NOT_PROCESSED, "network.tls"), [])
