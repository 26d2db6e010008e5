"""Opening a connection: greeting, encryption, log-in."""

import socket
from typing import NoReturn

import pytest

from channels_app.email.errors import Refused, Stage, Unusable
from channels_app.email.opening import connected
from channels_app.network import NotSent
from tests.channels_app.email.scripted import CLOSE, Script, scripted
from tests.channels_app.servers import free_port

LOGIN = "250-here\r\n250 AUTH PLAIN"


async def _not_sent(script: Script, **account: object) -> str:
    with pytest.raises(NotSent) as caught:
        await connected(script.account(**account))
    return caught.value.code


async def test_a_user_is_logged_in() -> None:
    async with scripted(ehlo=LOGIN, auth="235 welcome") as script:
        dialogue = await connected(script.account(user="ana", password="ñ"))
        assert (dialogue.is_open, dialogue.extensions) == (True, frozenset({"auth"}))
        dialogue.close()
    assert script.heard == [["EHLO plumier.example", "AUTH PLAIN AGFuYQDDsQ=="]]


@pytest.mark.parametrize(
    ("answers", "stage", "code"),
    [
        ({"greeting": "554 no service"}, Stage.GREETING, 554),
        ({"greeting": "421 later"}, Stage.GREETING, 421),
        ({"ehlo": "550 who"}, Stage.GREETING, 550),
        ({"ehlo": LOGIN, "auth": "535 5.7.8 wrong"}, Stage.LOGIN, 535),
        ({"ehlo": LOGIN, "auth": "454 later"}, Stage.LOGIN, 454),
    ],
)
async def test_a_refusal_says_where_it_came(answers: dict[str, str], stage: Stage, code: int) -> None:
    async with scripted(**answers) as script:
        with pytest.raises(Refused) as caught:
            await connected(script.account(user="ana", password="x"))
    assert (caught.value.reply.stage, caught.value.reply.code) == (stage, code)


async def test_no_way_to_log_in_is_said() -> None:
    async with scripted() as script:
        with pytest.raises(Unusable) as caught:
            await connected(script.account(user="ana", password="x"))
    assert caught.value.what == "login"


async def test_without_starttls_nothing_is_said_in_the_clear() -> None:
    async with scripted(ehlo=LOGIN) as script:
        with pytest.raises(Unusable) as caught:
            await connected(script.account(user="ana", password="x", starttls=True))
    assert caught.value.what == "security"
    assert script.heard == [["EHLO plumier.example"]]


async def test_tls_with_a_server_that_has_none_is_not_sent() -> None:
    async with scripted() as script:
        assert await _not_sent(script, tls=True) == "network.tls"


async def test_nobody_listening_is_not_sent() -> None:
    assert await _not_sent(Script({}, port=await free_port())) == "network.connect"


async def test_a_name_without_address_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*args: object, **kwargs: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert await _not_sent(Script({}, port=25), host="correo.example") == "network.dns"


@pytest.mark.parametrize("command", ["greeting", "ehlo", "auth"])
async def test_a_cut_is_not_sent(command: str) -> None:
    answers = {"ehlo": LOGIN, "auth": "235 ok", command: CLOSE}
    async with scripted(**answers) as script:
        assert await _not_sent(script, user="ana", password="x") == "network.cut"
