"""The mail server."""

import smtplib
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.providers.sandbox import Sandbox

SENDER, ANA, LUIS = "rebotes+1@plumier.example", "ana@example.es", "luis@example.es"
CUT = (smtplib.SMTPServerDisconnected, ConnectionError)
Open = Callable[[], smtplib.SMTP]


@pytest.fixture
def connect(provider: Sandbox) -> Iterator[Open]:
    """Open a connection to the mail server."""
    clients: list[smtplib.SMTP] = []

    def open_one() -> smtplib.SMTP:
        host, _, port = provider.environment["EMAIL_URL"].removeprefix("smtp://").partition(":")
        clients.append(smtplib.SMTP(host, int(port), timeout=10))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()


def mail(text: str = "Buenas tardes", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in ({"Subject": "Reunión", "Message-ID": "<7@plumier>"} | headers).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes(policy=SMTP)


def outcomes(provider: Sandbox) -> list[tuple[str, bool, str | None]]:
    return [(entry["address"], entry["taken"], entry["error"]) for entry in provider.log()]


def test_mail_is_logged_with_what_people_read(connect: Open, provider: Sandbox) -> None:
    message = EmailMessage()
    message["From"] = "IES Ribera <avisos@plumier.example>"
    message["To"] = "Ana Muñoz <ana@example.es>"
    message["Subject"] = "Reunión de familias de 2º ESO: orden del día, lugar y hora, y quién viene"
    message["Message-ID"] = "<7@plumier>"
    message.set_content("Os esperamos.\n.\n..puntos\nÑandú")
    message.add_alternative("<p>Os esperamos</p>", subtype="html")
    message.add_attachment(b"%PDF" * 9000, maintype="application", subtype="pdf", filename="circular ñ.pdf")
    connect().sendmail(SENDER, [ANA], message.as_bytes(policy=SMTP))
    [entry] = provider.log()
    assert entry["subject"] == message["Subject"]
    assert entry["text"] == "Os esperamos.\n.\n..puntos\nÑandú"
    assert entry["attachments"] == ["circular ñ.pdf"]
    assert (entry["key"], entry["sender"], entry["taken"]) == ("<7@plumier>", SENDER, True)
    assert entry["details"] == {
        "From": "IES Ribera <avisos@plumier.example>",
        "To": "Ana Muñoz <ana@example.es>",
    }


def test_mail_answer_names_the_queue_id(connect: Open, provider: Sandbox) -> None:
    client = connect()
    client.ehlo()
    client.mail(SENDER)
    client.rcpt("Ana@Example.es")
    code, words = client.data(mail())
    [entry] = provider.log()
    assert (code, words.decode()) == (250, f"2.0.0 Ok: queued as {entry['provider_id']}")
    assert entry["address"] == ANA


def test_mail_large_one_is_kept_by_size_and_name(connect: Open, provider: Sandbox) -> None:
    message = EmailMessage()
    message["Subject"] = "Fotos"
    message.set_content("Adjunto")
    message.add_attachment(bytes(3_000_000), maintype="image", subtype="jpeg", filename="grupo.jpg")
    content = message.as_bytes(policy=SMTP)
    connect().sendmail(SENDER, [ANA], content)
    [entry] = provider.log()
    assert (entry["text"], entry["attachments"], entry["size"]) == ("Adjunto", ["grupo.jpg"], len(content))
    assert provider.log_path.stat().st_size < 3_000_000


def test_mail_many_by_one_connection_and_many_connections(connect: Open, provider: Sandbox) -> None:
    clients = [connect() for _ in range(8)]
    people = [f"familia{number}@example.es" for number in range(40)]
    for number, person in enumerate(people):
        clients[number % 8].sendmail(SENDER, [person], mail())
    assert [entry["address"] for entry in provider.taken("email")] == people


def _pipelined(client: smtplib.SMTP, *commands: str) -> list[int]:
    """Commands in one write; the replies' codes."""
    client.send("".join(f"{command}\r\n" for command in commands))
    return [client.getreply()[0] for _ in commands]


def test_commands_may_come_at_once(connect: Open, provider: Sandbox) -> None:
    client = connect()
    client.ehlo()
    assert client.has_extn("pipelining")
    envelope = (f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{ANA}>", f"RCPT TO:<{LUIS}>", "DATA")
    assert _pipelined(client, *envelope) == [250, 250, 250, 354]
    client.send(b"Subject: a\r\n\r\n..Hola\r\n.\r\nMAIL FROM:<a@x.example>\r\nQUIT\r\n")
    assert [client.getreply()[0] for _ in range(3)] == [250, 250, 221]
    assert [(entry["address"], entry["text"]) for entry in provider.log()] == [
        (ANA, ".Hola"),
        (LUIS, ".Hola"),
    ]


def test_data_without_a_recipient_is_refused_and_asks_for_nothing(connect: Open, provider: Sandbox) -> None:
    provider.refuse("email", "mailbox_unknown")
    client = connect()
    client.ehlo()
    envelope = (f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{ANA}>", "DATA", "NOOP")
    assert _pipelined(client, *envelope) == [250, 550, 503, 250]
    assert outcomes(provider) == [(ANA, False, "mailbox_unknown")]


def test_commands_out_of_turn_or_shape_are_refused(connect: Open, provider: Sandbox) -> None:
    client = connect()
    assert _pipelined(client, "MAIL FROM:<a@x.example>", "EHLO", "HELO", "HELO x") == [503, 501, 501, 250]
    assert _pipelined(client, "RCPT TO:<a@x.example>", "DATA", "MAIL a@x.example", "BOO") == [
        503,
        503,
        501,
        500,
    ]
    size = f"MAIL FROM:<a@x.example> SIZE={200 * 1024 * 1024}"
    assert _pipelined(client, size, "MAIL FROM:<a@x.example>", "MAIL FROM:<a@x.example>") == [552, 250, 503]
    assert _pipelined(client, "RCPT TO:<>", "DATA x", "RSET", "RCPT TO:<a@x.example>") == [501, 501, 250, 503]
    assert _pipelined(client, "NOOP", "HELP", "VRFY ana", "AUTH X", "AUTH PLAIN !") == [
        250,
        250,
        252,
        504,
        501,
    ]
    assert provider.log() == []


def test_a_user_logs_in_by_either_way(connect: Open, provider: Sandbox) -> None:
    for mechanism, user in (("auth_plain", "ribera"), ("auth_login", "molinos")):
        client = connect()
        client.user, client.password = user, "secreto"
        client.ehlo()
        client.auth(mechanism.removeprefix("auth_").upper(), getattr(client, mechanism))
        client.sendmail(SENDER, [ANA], mail())
    assert [entry["account"] for entry in provider.log()] == ["ribera", "molinos"]


def test_mail_empty_return_path_and_login_are_admitted(connect: Open, provider: Sandbox) -> None:
    client = connect()
    client.login("ribera", "secreto")
    client.sendmail("", [ANA], mail())
    assert [(entry["sender"], entry["account"]) for entry in provider.log()] == [("<>", "ribera")]


def test_mail_line_too_long_is_refused(connect: Open, provider: Sandbox) -> None:
    with pytest.raises(smtplib.SMTPDataError) as raised:
        connect().sendmail(SENDER, [ANA], b"Subject: x\r\n\r\n" + b"a" * 1200 + b"\r\n")
    assert raised.value.smtp_code == 500
    assert outcomes(provider) == []


@pytest.mark.parametrize(
    ("preset", "code", "words"),
    [
        ("mailbox_unknown", 550, b"5.1.1 No such user here"),
        ("mailbox_full", 552, b"5.2.2 Mailbox full"),
        ("greylisted", 451, b"4.7.1 Greylisted, please try again later"),
        ("null_mx", 556, b"5.1.10 Domain does not accept mail"),
    ],
)
def test_refuse_one_recipient_and_take_the_other(
    connect: Open, provider: Sandbox, preset: str, code: int, words: bytes
) -> None:
    provider.refuse("email", preset, address=ANA)
    refused = connect().sendmail(SENDER, [ANA, LUIS], mail())
    assert refused == {ANA: (code, words)}
    assert outcomes(provider) == [(ANA, False, preset), (LUIS, True, None)]


@pytest.mark.parametrize(("preset", "code"), [("too_big", 552), ("policy", 554), ("no_space", 452)])
def test_refuse_at_the_end_of_the_data(connect: Open, provider: Sandbox, preset: str, code: int) -> None:
    provider.refuse("email", preset)
    with pytest.raises(smtplib.SMTPDataError) as raised:
        connect().sendmail(SENDER, [ANA], mail())
    assert raised.value.smtp_code == code
    assert outcomes(provider) == [(ANA, False, preset)]


def test_refuse_own_words_and_stage(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "refuse", status=450, code="4.2.2", description="Lleno", stage="data", times=1)
    client = connect()
    with pytest.raises(smtplib.SMTPDataError) as raised:
        client.sendmail(SENDER, [ANA], mail())
    assert raised.value.args == (450, b"4.2.2 Lleno")
    client.sendmail(SENDER, [ANA], mail())
    assert outcomes(provider) == [(ANA, False, "refuse"), (ANA, True, None)]


def test_refuse_greylisted_once_each(connect: Open, provider: Sandbox) -> None:
    provider.refuse("email", "greylisted", times_each=1)
    client = connect()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail(SENDER, [ANA], mail())
    assert client.sendmail(SENDER, [ANA], mail()) == {}


def test_refuse_banner_and_login(connect: Open, provider: Sandbox) -> None:
    provider.refuse("email", "banner", times=1)
    provider.refuse("email", "login_wrong")
    with pytest.raises(smtplib.SMTPConnectError) as raised:
        connect()
    assert raised.value.args == (554, b"5.3.2 No SMTP service here")
    with pytest.raises(smtplib.SMTPAuthenticationError) as failed:
        connect().login("ribera", "secreto")
    assert failed.value.smtp_code == 535
    assert outcomes(provider) == []


def test_throttle_says_421_and_closes(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "throttle", times=1)
    client = connect()
    client.ehlo()
    client.mail(SENDER)
    assert client.rcpt(ANA)[0] == 421
    with pytest.raises(CUT):
        client.noop()
    assert outcomes(provider) == [(ANA, False, "throttle")]


def test_cut_at_the_recipient(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "cut")
    client = connect()
    client.ehlo()
    client.mail(SENDER)
    with pytest.raises(CUT):
        client.rcpt(ANA)
    assert outcomes(provider) == [(ANA, False, "cut")]


def test_cut_before_dot_instead_of_asking_for_the_data(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "cut_before_dot")
    client = connect()
    client.ehlo()
    client.mail(SENDER)
    client.rcpt(ANA)
    with pytest.raises(CUT):
        client.docmd("DATA")
    assert outcomes(provider) == [(ANA, False, "cut_before_dot")]


def test_cut_before_dot_in_the_midst_of_the_data(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "cut_before_dot", bytes=100)
    client = connect()
    client.ehlo()
    client.mail(SENDER)
    client.rcpt(ANA)
    assert client.docmd("DATA")[0] == 354
    with pytest.raises(CUT):
        client.send(b"a" * 200)
        client.getreply()
    assert outcomes(provider) == [(ANA, False, "cut_before_dot")]


@pytest.mark.parametrize("action", ["cut_after_dot", "cut_after", "lose"])
def test_cut_after_dot_has_taken_the_mail(connect: Open, provider: Sandbox, action: str) -> None:
    provider.rule("email", action)
    with pytest.raises(CUT):
        connect().sendmail(SENDER, [ANA], mail())
    assert outcomes(provider) == [(ANA, True, action)]


def test_cut_after_dot_may_have_taken_nothing(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "cut_after_dot", taken=False)
    with pytest.raises(CUT):
        connect().sendmail(SENDER, [ANA], mail())
    assert outcomes(provider) == [(ANA, False, "cut_after_dot")]


def test_error_is_a_passing_one(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "error")
    with pytest.raises(smtplib.SMTPDataError) as raised:
        connect().sendmail(SENDER, [ANA], mail())
    assert raised.value.smtp_code == 451
    assert outcomes(provider) == [(ANA, False, "error")]


def test_hang_after_the_dot(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "hang")
    client = connect()
    assert client.sock is not None
    client.sock.settimeout(0.4)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        client.sendmail(SENDER, [ANA], mail())
    assert outcomes(provider) == [(ANA, False, "hang")]


def test_slow_takes_after_its_seconds(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "slow", seconds=0.3)
    start = time.monotonic()
    assert connect().sendmail(SENDER, [ANA], mail()) == {}
    assert time.monotonic() - start >= 0.3
    assert outcomes(provider) == [(ANA, True, "slow")]


def test_slow_loses_the_mail_of_a_sender_that_goes(connect: Open, provider: Sandbox) -> None:
    provider.rule("email", "slow", seconds=30)
    client = connect()
    assert client.sock is not None
    client.sock.settimeout(0.3)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        client.sendmail(SENDER, [ANA], mail())
    client.close()
    provider.wait_for(lambda entries: entries)
    assert outcomes(provider) == [(ANA, False, "slow")]
