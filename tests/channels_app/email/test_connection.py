"""One connection, and what is certain when it breaks."""

import asyncio
from collections.abc import Awaitable

import pytest

from channels_app.email.connection import MailConnection, Progress
from channels_app.email.errors import Refused, Stage, Unusable
from channels_app.email.message import Letter
from channels_app.network import AnswerLost, NetworkFailure, NotSent
from tests.channels_app.email.scripted import CLOSE, PIPELINES, Script, scripted
from tests.channels_app.servers import serving, silent

DEADLINE = 20.0  # seconds: the connection has none of its own
ENVELOPE = ("avisos@plumier.example", "ana@familia.example")
LETTER = Letter(b"Subject: a\r\n\r\nHola\r\n")
LARGE = Letter(LETTER.head, b"x" * 40_000_000)


def _send(
    connection: MailConnection, letter: Letter = LETTER, progress: Progress | None = None
) -> Awaitable[str]:
    return asyncio.wait_for(connection.send(ENVELOPE, letter, progress or Progress()), DEADLINE)


async def _failed(script: Script, letter: Letter = LETTER) -> tuple[type[NetworkFailure], str]:
    connection = MailConnection(script.account())
    with pytest.raises(NetworkFailure) as caught:
        await _send(connection, letter)
    assert not connection.is_open
    return type(caught.value), caught.value.code


async def _refused(script: Script, connection: MailConnection | None = None) -> tuple[Stage, int]:
    connection = connection or MailConnection(script.account())
    with pytest.raises(Refused) as caught:
        await _send(connection)
    connection.close()
    return caught.value.reply.stage, caught.value.reply.code


async def test_many_mails_go_by_one_connection() -> None:
    async with scripted() as script:
        connection = MailConnection(script.account())
        said = [await _send(connection) for _ in range(3)]
        await connection.quit()
    assert said == ["2.0.0 Ok: queued as Q1"] * 3
    assert script.mails == [LETTER.head + b".\r\n"] * 3
    mail = [f"MAIL FROM:<{ENVELOPE[0]}> SIZE={LETTER.size}", f"RCPT TO:<{ENVELOPE[1]}>", "DATA"]
    assert script.heard == [["EHLO plumier.example", *mail * 3, "QUIT"]]


EHLO = pytest.mark.parametrize(
    "ehlo", ["250-here\r\n250 SIZE 1000000", PIPELINES], ids=["one by one", "at once"]
)


@EHLO
@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("greeting", Stage.GREETING),
        ("mail", Stage.SENDER),
        ("rcpt", Stage.RECIPIENT),
        ("data", Stage.DATA),
        ("dot", Stage.DATA),
    ],
)
async def test_a_refusal_says_where_it_came(command: str, stage: Stage, ehlo: str) -> None:
    async with scripted(**{command: "554 no"}, ehlo=ehlo) as script:
        assert await _refused(script) == (stage, 554)


@pytest.mark.parametrize("command", ["rcpt", "data", "mail"])
async def test_a_refused_mail_is_reset_before_the_next(command: str) -> None:
    async with scripted(**{command: ["550 no", "250 ok" if command != "data" else "354 go"]}) as script:
        connection = MailConnection(script.account())
        with pytest.raises(Refused):
            await _send(connection)
        await _send(connection)
        connection.close()
    (heard,) = script.heard
    assert heard.count("RSET") == 1
    assert [line.split()[0] for line in heard][-4:] == ["RSET", "MAIL", "RCPT", "DATA"]


@EHLO
async def test_a_server_that_will_not_reset_gets_a_fresh_connection(ehlo: str) -> None:
    data = ["503 no recipient", "354 go"] if ehlo == PIPELINES else "354 go"
    async with scripted(rcpt=["550 no", "250 ok"], data=data, rset="502 no", ehlo=ehlo) as script:
        connection = MailConnection(script.account())
        with pytest.raises(Refused):
            await _send(connection)
        await _send(connection)
        connection.close()
    assert (len(script.heard), len(script.mails)) == (2, 1)


@pytest.mark.parametrize("pipelines", [False, True])
@pytest.mark.parametrize("command", ["greeting", "ehlo", "mail", "rcpt", "data"])
async def test_a_cut_before_the_dot_is_not_sent(command: str, pipelines: bool) -> None:
    answers = {"ehlo": PIPELINES} if pipelines else {}
    async with scripted(**{**answers, command: CLOSE}) as script:
        kind, _ = await _failed(script)
    assert kind is NotSent


async def test_a_cut_amid_the_data_is_not_sent() -> None:
    script = Script({})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        for answer in (b"250 here", b"250 ok", b"250 ok", b"354 go"):
            await reader.readline()
            writer.write(answer + b"\r\n")
        await reader.readexactly(1_000_000)

    async with serving(talk) as script.port:
        assert await _failed(script, LARGE) == (NotSent, "network.cut")


async def test_a_refusal_amid_the_data_is_heard() -> None:
    script = Script({})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        for answer in (b"250 here", b"250 ok", b"250 ok", b"354 go"):
            await reader.readline()
            writer.write(answer + b"\r\n")
        await reader.readexactly(1_000_000)
        writer.write(b"552 5.3.4 too big\r\n")
        while await reader.read(1_000_000):
            pass

    async with serving(talk) as script.port:
        connection = MailConnection(script.account())
        progress = Progress()
        with pytest.raises(Refused) as caught:
            await _send(connection, LARGE, progress)
    assert (caught.value.reply.code, progress.sent_dot, connection.is_open) == (552, False, False)


async def test_a_large_mail_arrives_whole() -> None:
    async with scripted() as script:
        connection = MailConnection(script.account())
        sent = Letter(LETTER.head, b"0123456789" * 30 + b"\r\n")
        await _send(connection, sent)
        connection.close()
    assert script.mails == [sent.head + sent.shared + b".\r\n"]


@EHLO
async def test_a_cut_after_the_dot_is_a_lost_answer(ehlo: str) -> None:
    async with scripted(dot=CLOSE, ehlo=ehlo) as script:
        assert await _failed(script) == (AnswerLost, "network.lost_answer")


@pytest.mark.parametrize(("command", "kind"), [("mail", NotSent), ("dot", AnswerLost)])
async def test_an_answer_that_is_none_is_as_good_as_a_cut(command: str, kind: type[NetworkFailure]) -> None:
    async with scripted(**{command: "hello there"}) as script:
        assert (await _failed(script))[0] is kind


@EHLO
@pytest.mark.parametrize("last", [CLOSE, "421 4.4.2 idle too long"])
async def test_a_connection_that_died_idle_is_replaced_once(last: str, ehlo: str) -> None:
    async with scripted(mail=["250 ok", last, "250 ok"], ehlo=ehlo) as script:
        connection = MailConnection(script.account())
        said = [await _send(connection) for _ in range(2)]
        connection.close()
    assert (len(said), len(script.mails), len(script.heard)) == (2, 2, 2)


async def test_a_fresh_connection_that_dies_is_not_replaced() -> None:
    async with scripted(mail=CLOSE) as script:
        assert await _failed(script) == (NotSent, "network.cut")
    assert len(script.heard) == 1


async def test_sender_recipient_and_data_are_asked_at_once_where_the_server_takes_it() -> None:
    script, heard = Script({}), []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        await reader.readline()
        writer.write(PIPELINES.encode() + b"\r\n")
        heard.append(await reader.readuntil(b"DATA\r\n"))  # and not a word before it
        writer.write(b"250 ok\r\n250-ok\r\n250 ok\r\n354 go\r\n")
        heard.append(await reader.readuntil(b"\r\n.\r\n"))
        writer.write(b"250 2.0.0 Ok: queued as Q1\r\n")
        await reader.read()

    async with serving(talk) as script.port:
        connection = MailConnection(script.account())
        assert await _send(connection) == "2.0.0 Ok: queued as Q1"
        connection.close()
    asked = f"MAIL FROM:<{ENVELOPE[0]}> SIZE={LETTER.size}\r\nRCPT TO:<{ENVELOPE[1]}>\r\nDATA\r\n"
    assert heard == [asked.encode(), LETTER.head + b".\r\n"]


async def test_data_wanted_for_nobody_gets_a_lone_dot_and_the_next_mail_goes() -> None:
    answers = {"rcpt": ["550 5.1.1 no", "250 ok"], "dot": ["554 no valid recipients", "250 ok"]}
    async with scripted(ehlo=PIPELINES, **answers) as script:
        connection = MailConnection(script.account())
        with pytest.raises(Refused) as caught:
            await _send(connection)
        await _send(connection)
        connection.close()
    assert (caught.value.reply.stage, caught.value.reply.code) == (Stage.RECIPIENT, 550)
    assert (script.mails, len(script.heard)) == ([b".\r\n", LETTER.head + b".\r\n"], 1)


async def test_data_wanted_for_somebody_after_a_refused_sender_gets_nothing() -> None:
    async with scripted(ehlo=PIPELINES, mail=["550 no", "250 ok"]) as script:
        connection = MailConnection(script.account())
        assert (await _refused(script, connection))[0] is Stage.SENDER
        await _send(connection)
        connection.close()
    assert (script.mails, len(script.heard)) == ([LETTER.head + b".\r\n"], 2)


async def test_a_refused_recipient_is_told_although_the_server_then_says_no_more() -> None:
    async with scripted(ehlo=PIPELINES, rcpt="550 5.1.1 no", data=CLOSE) as script:
        connection = MailConnection(script.account())
        assert await _refused(script, connection) == (Stage.RECIPIENT, 550)
        assert not connection.is_open


async def test_a_go_ahead_that_is_none_is_not_sent() -> None:
    async with scripted(data="250 ok") as script:
        assert await _failed(script) == (NotSent, "network.cut")


async def test_421_after_the_dot_is_a_refusal_and_an_end() -> None:
    async with scripted(dot="421 4.3.2 going down") as script:
        connection = MailConnection(script.account())
        assert await _refused(script, connection) == (Stage.DATA, 421)


async def test_a_cancelled_mail_leaves_no_connection_behind() -> None:
    async with serving(silent) as port:
        connection = MailConnection(Script({}, port=port).account())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.send(ENVELOPE, LETTER, Progress()), 0.2)
        assert not connection.is_open


@pytest.mark.parametrize(("dot", "sent_dot"), [(["250 ok"], True)])
async def test_progress_is_told_when_the_dot_went(dot: list[str], sent_dot: bool) -> None:
    async with scripted(dot=dot) as script:
        connection, progress = MailConnection(script.account()), Progress()
        await _send(connection, progress=progress)
        connection.close()
    assert progress.sent_dot is sent_dot


async def test_letters_beyond_ascii_are_asked_for_by_smtputf8() -> None:
    async with scripted() as script:
        connection = MailConnection(script.account())
        await connection.send((ENVELOPE[0], "peña@familia.example"), LETTER, Progress())
        connection.close()
    assert script.heard[0][1:3] == [
        f"MAIL FROM:<{ENVELOPE[0]}> SIZE={LETTER.size} SMTPUTF8",
        "RCPT TO:<peña@familia.example>",
    ]


async def test_a_server_without_smtputf8_gets_no_such_mail_and_still_the_next() -> None:
    async with scripted(ehlo="250 here") as script:
        connection = MailConnection(script.account())
        with pytest.raises(Unusable):
            await connection.send((ENVELOPE[0], "peña@familia.example"), LETTER, Progress())
        await _send(connection)
        connection.close()
    assert script.heard == [
        ["EHLO plumier.example", f"MAIL FROM:<{ENVELOPE[0]}>", f"RCPT TO:<{ENVELOPE[1]}>", "DATA"]
    ]


@pytest.mark.parametrize("answers", [{"quit": CLOSE}, {"quit": "500 no"}, {}])
async def test_quit_never_fails(answers: dict[str, str]) -> None:
    async with scripted(**answers) as script:
        connection = MailConnection(script.account())
        await _send(connection)
        await connection.quit()
    assert not connection.is_open
