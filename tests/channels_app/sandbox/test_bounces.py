"""Mails that come back, in the Maildir where they are looked for."""

import json
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import HTTPError

import pytest

from channels_app.sandbox.plans import DIALECTS, KINDS
from tests.providers.sandbox import Sandbox

ADDRESS, RETURN_PATH = "ana@example.es", "rebotes+7.1.abcdef@plumier.example"


def send(provider: Sandbox, *addresses: str, sender: str = RETURN_PATH) -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = "IES Ribera <avisos@plumier.example>", ", ".join(addresses)
    mail["Subject"], mail["Message-ID"] = "Reunión de padres", "<7@plumier.example>"
    mail.set_content("Buenas tardes")
    host, _, port = provider.environment["EMAIL_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as client:
        client.sendmail(sender, list(addresses), mail.as_bytes())


def mails(provider: Sandbox) -> list[EmailMessage]:
    files = sorted((provider.bounces / "new").iterdir())
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def report(mail: EmailMessage) -> dict[str, str]:
    """The fields of a delivery status about its one recipient."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    groups = part.get_payload()
    assert isinstance(groups, list)
    return {name: str(value) for name, value in groups[1].items()}


def test_environment_leads_to_the_maildir(provider: Sandbox) -> None:
    assert provider.environment["BOUNCE_MAILBOX"] == f"maildir:{provider.bounces}"
    assert provider.environment["BOUNCE_ADDRESS"] == "rebotes@plumier.example"
    assert sorted(path.name for path in provider.bounces.iterdir()) == ["cur", "new", "tmp"]


def test_rule_lets_a_mail_be_taken_and_come_back(provider: Sandbox) -> None:
    provider.rule("email", "bounce", address=ADDRESS, kind="no_such_user", after=0.01)
    send(provider, ADDRESS, "otro@example.es")
    assert [one["address"] for one in provider.wait_for_told(1, "bounce")] == [ADDRESS]
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(True, "bounce")] * 2
    [mail] = mails(provider)
    assert (mail["Return-Path"], mail["Delivered-To"], mail["To"]) == ("<>", RETURN_PATH, RETURN_PATH)
    assert mail.get_content_type() == "multipart/report"
    fields = report(mail)
    assert (fields["Final-Recipient"], fields["Action"], fields["Status"]) == (
        f"rfc822; {ADDRESS}",
        "failed",
        "5.1.1",
    )
    assert fields["Diagnostic-Code"].startswith("smtp; 550 5.1.1")
    assert list((provider.bounces / "tmp").iterdir()) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("kind", "action", "status"),
    [
        ("no_such_user", "failed", "5.1.1"),
        ("full", "failed", "5.2.2"),
        ("policy", "failed", "5.7.1"),
        ("delayed", "delayed", "4.4.1"),
        ("delivered", "delivered", "2.0.0"),
    ],
)
def test_report_has_its_action_status_and_the_mails_own_headers(
    provider: Sandbox, dialect: str, kind: str, action: str, status: str
) -> None:
    send(provider, ADDRESS)
    provider.bounce(ADDRESS, kind, dialect=dialect)
    [mail] = mails(provider)
    fields = report(mail)
    assert (fields["Action"], fields["Status"]) == (action, status)
    assert mail.defects == []
    original = mail.as_string().partition("Content-Description: Undelivered Message Headers")[2]
    assert ("Message-ID: <7@plumier.example>" in original, "From: IES Ribera" in original) == (True, True)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("unstructured_")])
def test_unstructured_one_is_a_text_alone(provider: Sandbox, kind: str) -> None:
    send(provider, ADDRESS)
    provider.bounce(ADDRESS, kind)
    [mail] = mails(provider)
    assert (mail.get_content_type(), mail["From"].startswith("MAILER-DAEMON@")) == ("text/plain", True)
    text = mail.get_content()
    assert (f"<{ADDRESS}>:\n" in text, "Message-ID: <7@plumier.example>" in text, "Status:" in text) == (
        True,
        True,
        False,
    )


def test_vacation_is_no_bounce(provider: Sandbox) -> None:
    send(provider, ADDRESS)
    provider.bounce(ADDRESS, "vacation")
    [mail] = mails(provider)
    assert (mail["Auto-Submitted"], mail["In-Reply-To"], mail.get_content_type()) == (
        "auto-replied (vacation)",
        "<7@plumier.example>",
        "text/plain",
    )
    assert mail["Subject"] == "Fuera de la oficina: Reunión de padres"


def test_repeat_is_twice_the_same(provider: Sandbox) -> None:
    send(provider, ADDRESS)
    assert len(provider.bounce(ADDRESS, repeat=2)) == 2
    first, second = mails(provider)
    assert first.as_bytes() == second.as_bytes()


def test_null_return_path_gets_nothing_back(provider: Sandbox) -> None:
    send(provider, ADDRESS, sender="")
    assert provider.bounce(ADDRESS) == []
    assert (mails(provider), [one["error"] for one in provider.told()]) == ([], ["no_return_path"])


def test_refusal_of_the_data_goes_before_what_comes_back(provider: Sandbox) -> None:
    provider.rule("email", "bounce", address=ADDRESS, after=0)
    provider.refuse("email", "spam", address="otro@example.es")
    with pytest.raises(smtplib.SMTPDataError):
        send(provider, ADDRESS, "otro@example.es")
    assert (mails(provider), {entry["taken"] for entry in provider.log()}) == ([], {False})


def test_mailbox_without_mail_cannot_send_one_back(provider: Sandbox) -> None:
    with pytest.raises(HTTPError) as raised:
        provider.bounce("nadie@example.es")
    with raised.value:
        assert json.loads(raised.value.read())["error"] == "address: of a mailbox that has had a mail lately"


def test_restart_keeps_what_waits_in_the_maildir(tmp_path: Path) -> None:
    for _ in range(2):
        sandbox = Sandbox().start(tmp_path)
        send(sandbox, ADDRESS)
        sandbox.bounce(ADDRESS)
        sandbox.stop()
    assert len(mails(sandbox)) == 2
