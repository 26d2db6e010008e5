"""The e-mail channel against the sandbox."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from channels_app.base import Attachment, Fault, Outcome, OutcomeClass, Outgoing
from channels_app.email import attachments as encoding
from channels_app.email import channel as module
from channels_app.email.account import read_account
from channels_app.email.channel import EmailChannel
from channels_app.email.errors import BAD_ADDRESS, MISCONFIGURED, NEXT_DAY, NO_ATTACHMENT, NO_SMTPUTF8
from channels_app.email.return_path import read
from channels_app.environment import values
from channels_app.network import UNEXPECTED
from tests.channels_app.email.scripted import CLOSE, scripted
from tests.channels_app.sending import outgoing, send_all, send_one
from tests.channels_app.servers import free_port, serving, silent
from tests.providers.sandbox import Sandbox

ANA = "ana@familia.example"


@pytest.mark.parametrize(
    ("preset", "kind", "code"),
    [
        ("mailbox_unknown", OutcomeClass.PERMANENT, "smtp.5.1.1"),
        ("mailbox_disabled", OutcomeClass.PERMANENT, "smtp.5.2.1"),
        ("not_local", OutcomeClass.PERMANENT, "smtp.5.1.6"),
        ("syntax", OutcomeClass.PERMANENT, "smtp.5.1.3"),
        ("null_mx", OutcomeClass.PERMANENT, "smtp.5.1.10"),
        ("relay", OutcomeClass.PERMANENT, "smtp.5.7.1"),
        ("mailbox_full", OutcomeClass.NOT_PROCESSED, "smtp.5.2.2"),
        ("greylisted", OutcomeClass.NOT_PROCESSED, "smtp.4.7.1"),
        ("busy", OutcomeClass.NOT_PROCESSED, "smtp.4.2.1"),
        ("no_space", OutcomeClass.NOT_PROCESSED, "smtp.4.3.1"),
        ("too_big", OutcomeClass.PERMANENT, "smtp.5.3.4"),
        ("policy", OutcomeClass.PERMANENT, "smtp.5.7.1"),
        ("spam", OutcomeClass.PERMANENT, "smtp.5.7.1"),
        ("login_needed", OutcomeClass.NOT_PROCESSED, "smtp.login"),
    ],
)
async def test_a_refusal_is_classified_and_nothing_taken(
    sandbox: Sandbox, preset: str, kind: OutcomeClass, code: str
) -> None:
    sandbox.refuse("email", preset)
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.kind, outcome.code, sandbox.taken()) == (kind, code, [])


async def test_a_full_mailbox_is_tried_the_next_day(sandbox: Sandbox) -> None:
    sandbox.refuse("email", "mailbox_full")
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.fault, outcome.suppress, outcome.retry_after) == (Fault.ADDRESS, False, NEXT_DAY)


async def test_a_closed_door_is_the_accounts_fault(sandbox: Sandbox) -> None:
    sandbox.refuse("email", "banner")
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.kind, outcome.code, outcome.fault) == (
        OutcomeClass.NOT_PROCESSED,
        "smtp.greeting",
        Fault.ACCOUNT,
    )


async def test_a_wrong_password_is_the_accounts_fault(sandbox: Sandbox, settings: Any) -> None:
    url = settings.CHANNEL_ENVIRONMENT["EMAIL_URL"].replace("smtp://", "smtp://ana:x@")
    settings.CHANNEL_ENVIRONMENT["EMAIL_URL"] = url
    sandbox.refuse("email", "login_wrong")
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.code, outcome.fault) == ("smtp.login", Fault.ACCOUNT)


@pytest.mark.parametrize(
    ("action", "kind", "code", "taken"),
    [
        ("cut", OutcomeClass.NOT_PROCESSED, "network.cut", 0),
        ("cut_before_dot", OutcomeClass.NOT_PROCESSED, "network.cut", 0),
        ("cut_after_dot", OutcomeClass.UNCERTAIN, "network.lost_answer", 1),
        ("lose", OutcomeClass.UNCERTAIN, "network.lost_answer", 1),
    ],
)
async def test_a_cut_is_certain_before_the_dot_only(
    sandbox: Sandbox, action: str, kind: OutcomeClass, code: str, taken: int
) -> None:
    sandbox.rule("email", action)
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.kind, outcome.code, len(sandbox.taken())) == (kind, code, taken)


async def test_a_cut_amid_a_large_file_is_not_processed(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.rule("email", "cut_before_dot", bytes=2_000_000)
    outcome = await send_one(EmailChannel, ANA, attachments=(_file(tmp_path, 20_000_000),))
    assert (outcome.kind, outcome.code) == (OutcomeClass.NOT_PROCESSED, "network.cut")


def _file(folder: Path, size: int, name: str = "circular.pdf") -> Attachment:
    path = folder / f"{size}"
    path.write_bytes(b"%PDF" * (size // 4))
    return Attachment(name, "application/pdf", str(path))


async def test_a_server_that_never_greets_is_not_processed_in_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailChannel, "deadline", 0.3)
    async with serving(silent) as port:
        settings.CHANNEL_ENVIRONMENT = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "EMAIL_FROM": "a@x.example"}
        started = time.monotonic()
        outcome = await send_one(EmailChannel, ANA)
    assert (outcome.code, time.monotonic() - started < 10) == ("network.no_time", True)
    assert outcome.kind is OutcomeClass.NOT_PROCESSED


async def test_the_environment_shortens_the_deadline(settings: Any) -> None:
    async with serving(silent) as port:
        settings.CHANNEL_ENVIRONMENT = {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "EMAIL_FROM": "a@x.example",
            "EMAIL_TIMEOUT": "0.2",
        }
        outcome = await asyncio.wait_for(send_one(EmailChannel, ANA), 5)
    assert outcome.code == "network.no_time"


async def test_waiting_for_a_connection_counts_as_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailChannel, "deadline", 0.4)
    async with serving(silent) as port:
        url = f"smtp://127.0.0.1:{port}?connections=1"
        settings.CHANNEL_ENVIRONMENT = {"EMAIL_URL": url, "EMAIL_FROM": "a@x.example"}
        outcomes = await asyncio.wait_for(send_all(EmailChannel, [ANA] * 5), 5)
    assert [outcome.code for outcome in outcomes] == ["network.no_time"] * 5


async def test_nobody_listening_is_not_processed(settings: Any) -> None:
    url = f"smtp://127.0.0.1:{await free_port()}"
    settings.CHANNEL_ENVIRONMENT = {"EMAIL_URL": url, "EMAIL_FROM": "a@x.example"}
    outcome = await send_one(EmailChannel, ANA)
    assert (outcome.kind, outcome.code) == (OutcomeClass.NOT_PROCESSED, "network.connect")


async def test_a_mail_arrives_as_it_was_written(sandbox: Sandbox, tmp_path: Path) -> None:
    file = _file(tmp_path, 4_000, "Reunión trimestral.pdf")
    text = "Hola, ñandú:\n.\n..\nfin"
    await send_one(
        EmailChannel, ANA, subject="Reunión «final»", text=text, html="<p>x</p>", attachments=(file,)
    )
    (entry,) = sandbox.taken("email")
    assert (entry["subject"], entry["attachments"], entry["key"]) == (
        "Reunión «final»",
        ["Reunión trimestral.pdf"],
        "<m1.d1@plumier.example>",
    )
    assert entry["text"].replace("\r\n", "\n").rstrip("\n") == text


async def test_a_file_is_encoded_once_for_everybody(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = []
    enclose = encoding.enclose

    def counted(attachments: tuple[Attachment, ...]) -> encoding.Enclosure:
        encoded.append(attachments)
        return enclose(attachments)

    monkeypatch.setattr(encoding, "enclose", counted)
    file = _file(tmp_path, 100_000)
    async with EmailChannel(values(EmailChannel)) as channel:
        tries = [channel.send(outgoing(f"a{n}@x.example", n, attachments=(file,))) for n in range(30)]
        await asyncio.gather(*tries)
    assert (encoded, len(sandbox.taken("email"))) == ([(file,)], 30)


async def test_a_large_file_arrives_whole(sandbox: Sandbox, tmp_path: Path) -> None:
    outcome = await send_one(EmailChannel, ANA, attachments=(_file(tmp_path, 50_000_000),))
    assert (outcome.kind, sandbox.taken("email")[0]["attachments"]) == (
        OutcomeClass.ACCEPTED,
        ["circular.pdf"],
    )


async def test_a_missing_file_is_our_fault_and_disturbs_nobody_else(sandbox: Sandbox, tmp_path: Path) -> None:
    gone = Attachment("a.pdf", "application/pdf", str(tmp_path / "gone"))
    async with EmailChannel(values(EmailChannel)) as channel:
        outcomes = [
            await channel.send(outgoing(ANA, attachments=(gone,))),
            await channel.send(outgoing(ANA, 2)),
        ]
    assert (outcomes[0], outcomes[1].kind) == (NO_ATTACHMENT, OutcomeClass.ACCEPTED)


async def test_the_return_path_tells_delivery_and_try(sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT["BOUNCE_ADDRESS"] = "bounces@plumier.example"
    async with EmailChannel(values(EmailChannel)) as channel:
        await channel.send(outgoing(ANA, 41, 3))
    (entry,) = sandbox.taken("email")
    assert read(entry["sender"]) == (41, 3)


async def test_without_a_bounce_address_mails_come_back_to_the_sender(
    sandbox: Sandbox, settings: Any
) -> None:
    del settings.CHANNEL_ENVIRONMENT["BOUNCE_ADDRESS"]
    await send_one(EmailChannel, ANA)
    assert [entry["sender"] for entry in sandbox.taken()] == [values(EmailChannel)["EMAIL_FROM"]]


@pytest.mark.parametrize(
    "address",
    ["ana", "ana@x.example\r\nRCPT TO:<b@x.example>", "a b@x.example", "", "a@" + "ñ" * 80 + ".example"],
)
async def test_what_is_no_address_is_refused_here(sandbox: Sandbox, address: str) -> None:
    assert (await send_one(EmailChannel, address), sandbox.log()) == (BAD_ADDRESS, [])


async def test_letters_beyond_ascii_go_where_the_server_takes_them(sandbox: Sandbox, settings: Any) -> None:
    assert (await send_one(EmailChannel, "peña@ñu.example")).kind is OutcomeClass.ACCEPTED
    assert [entry["address"] for entry in sandbox.taken()] == ["peña@xn--u-qga.example"]
    async with scripted(ehlo="250 here") as script:
        settings.CHANNEL_ENVIRONMENT["EMAIL_URL"] = f"smtp://127.0.0.1:{script.port}"
        assert await send_one(EmailChannel, "peña@ñu.example") == NO_SMTPUTF8


async def test_a_header_cannot_be_smuggled_in(sandbox: Sandbox) -> None:
    await send_one(
        EmailChannel, ANA, subject="Hola\r\nBcc: x@y.example\r\n\r\nfin", sender_name="IES\nBcc: x@y.example"
    )
    (entry,) = sandbox.taken("email")
    assert entry["subject"] == "Hola Bcc: x@y.example fin"


async def test_a_connection_closed_while_idle_costs_no_try() -> None:
    async with scripted(mail=["250 ok", CLOSE, "250 ok"]) as script:
        environment = {"EMAIL_URL": f"smtp://127.0.0.1:{script.port}", "EMAIL_FROM": "a@x.example"}
        async with EmailChannel(environment) as channel:
            outcomes = [await channel.send(outgoing(ANA, number)) for number in (1, 2)]
    assert outcomes == [Outcome(OutcomeClass.ACCEPTED, provider_id="Q1")] * 2
    assert len(script.mails) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"EMAIL_URL": "nonsense", "EMAIL_FROM": "a@x.example"},
        {"EMAIL_URL": "smtp://127.0.0.1", "EMAIL_FROM": "nobody"},
        {"EMAIL_URL": "smtp://127.0.0.1", "EMAIL_FROM": "a@x.example", "EMAIL_TIMEOUT": "soon"},
    ],
)
async def test_an_account_that_cannot_be_read_is_its_own_fault(environment: dict[str, str]) -> None:
    message: Outgoing = outgoing(ANA)
    async with EmailChannel(environment) as channel:
        assert await channel.send(message) == MISCONFIGURED


@pytest.mark.parametrize("url", ["smtp://ana:x@127.0.0.1:{}", "smtp://127.0.0.1:{}?tls=1"])
async def test_what_the_server_lacks_is_the_accounts_fault(url: str) -> None:
    async with scripted() as script:
        environment = {"EMAIL_URL": url.format(script.port), "EMAIL_FROM": "a@x.example"}
        async with EmailChannel(environment) as channel:
            assert await channel.send(outgoing(ANA)) == MISCONFIGURED


async def test_what_nobody_foresaw_is_uncertain_and_logged(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> object:
        raise RuntimeError("boom")

    monkeypatch.setattr(module, "build", broken)
    assert await send_one(EmailChannel, ANA) == UNEXPECTED
    assert [record.getMessage() for record in caplog.records] == [
        "email: delivery 1 failed in an unforeseen way"
    ]


GOOD = {"EMAIL_URL": "smtps://a:b@mail.example", "EMAIL_FROM": "IES <avisos@x.example>"}


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"EMAIL_TIMEOUT": "30", "BOUNCE_ADDRESS": "b@x.example"}, 0),
        ({"EMAIL_URL": "mail.example"}, 1),
        ({"EMAIL_URL": "smtp://a:b@mail.example"}, 1),
        ({"EMAIL_URL": "smtps://mail.example?connections=0"}, 1),
        ({"EMAIL_FROM": "IES"}, 1),
        ({"EMAIL_TIMEOUT": "0"}, 1),
        ({"BOUNCE_ADDRESS": "bounces"}, 1),
        ({"BOUNCE_ADDRESS": "b@x.example", "BOUNCE_MAILBOX": "maildir:/var/mail/b"}, 0),
        ({"BOUNCE_ADDRESS": "b@x.example", "BOUNCE_MAILBOX": "/var/mail/b"}, 1),
        ({"BOUNCE_MAILBOX": "imaps://a:b@mail.example"}, 1),
        ({"BOUNCE_ADDRESS": "b@x.example", "BOUNCE_MAILBOX": "imaps://a:%C3%B1@mail.example"}, 1),
    ],
)
def test_problems(changes: dict[str, str], count: int) -> None:
    assert len(EmailChannel.problems({**GOOD, **changes})) == count


@pytest.mark.parametrize(("query", "mails"), [("", 16), ("?connections=10", 40)])
def test_as_many_mails_are_on_their_way_as_the_account_has_connections_for(query: str, mails: int) -> None:
    channel = EmailChannel({**GOOD, "EMAIL_URL": f"smtps://mail.example{query}"})
    assert channel.concurrency == mails


def test_the_deadline_is_never_longer_than_a_lease_allows() -> None:
    assert read_account({**GOOD, "EMAIL_TIMEOUT": "500"}).timeout == 60.0
