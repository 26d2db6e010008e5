"""The page of a mailbox."""

import re
from pathlib import Path

from channels_app.sandbox.pages.mailbox import mailbox_page
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.state import Incoming
from tests.channels_app.sandbox.samples import MAILBOX, sandbox_of

CLOCK = Clock("Europe/Madrid")


def mail(subject: str, *files: str) -> Incoming:
    return Incoming(
        channel="email",
        address=MAILBOX,
        text="Buenas <tardes>",
        subject=subject,
        key="<7@plumier>",
        sender="rebotes@plumier.example",
        attachments=list(files),
        size=140_300,
        details={"From": "IES Ribera <avisos@plumier.example>"},
    )


def test_mailbox_shows_the_latest_first_with_its_files(tmp_path: Path) -> None:
    html = mailbox_page(sandbox_of(tmp_path, mail("Uno", "a <1>.pdf"), mail("Dos")), CLOCK, MAILBOX)
    assert re.findall(r'correo">\s*<h2>([^<]*)</h2>', html) == ["Dos", "Uno"]
    assert re.findall(r"<li><svg.*?</svg><span>([^<]*)</span></li>", html) == ["a &lt;1&gt;.pdf"]
    assert "<strong>IES Ribera</strong>" in html
    assert "Buenas &lt;tardes&gt;" in html
    assert "<dt>Message-ID</dt><dd>&lt;7@plumier&gt;</dd>" in html
    assert "Cabeceras · 140 kB" in html


def test_mailbox_shows_apart_what_it_never_got(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.record(Incoming("email", MAILBOX, ""), taken=False, error="mailbox_full")
    html = mailbox_page(sandbox, CLOCK, MAILBOX)
    assert ("Buzón vacío" in html, "Correo: Buzón lleno" in html) == (True, True)


def test_mailbox_mail_without_subject_or_sender(tmp_path: Path) -> None:
    html = mailbox_page(sandbox_of(tmp_path, Incoming("email", MAILBOX, "Hola")), CLOCK, MAILBOX)
    assert ("(sin asunto)" in html, "Sin remitente" in html) == (True, True)
