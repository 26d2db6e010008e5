import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from config import embedded
from config.embedded import commands, keeper, places
from config.embedded.places import CHECKOUT
from tests.config.embedded.conftest import eventually

_USER = (
    "import sys; from config import embedded; embedded.start_if_wanted(['work']);"
    " print(embedded.sandbox_url(), flush=True); sys.stdin.read()"
)
_users: list[subprocess.Popen[str]] = []


@pytest.fixture
def alone(own_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing else runs: only the sandbox's own life is looked at."""
    monkeypatch.setattr(commands, "missing_servers", set)
    yield
    while _users:
        _users.pop().communicate()
    assert eventually(lambda: not _running())


def _running() -> bool:
    return keeper.SERVICES["sandbox"](places.prepare()).running()


def _start() -> tuple[subprocess.Popen[str], str]:
    code = f"import config.embedded.commands as c; c.missing_servers = set; {_USER}"
    user = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _users.append(user)
    assert user.stdout is not None
    return user, user.stdout.readline().strip()


def test_sandbox_is_shared_told_and_stopped_after_the_last(alone: None) -> None:
    first, url = _start()
    second, same = _start()
    with urlopen(f"{url}/control/rules") as response:
        assert (json.load(response), same) == ({"rules": []}, url)
    assert embedded.sandbox_environment()["TELEGRAM_API_URL"] == f"{url}/telegram"
    told = [user.communicate()[1].strip() for user in (first, second)]
    _users.clear()
    sentence = "Sin cuentas de envío en el entorno: los mensajes van al simulador local"
    assert told == [f"{sentence} ({url})", f"{sentence} ({url})"]
    assert eventually(lambda: not _running())
    assert (embedded.sandbox_environment(), embedded.sandbox_url()) == ({}, "")


def test_sandbox_comes_back_at_the_same_address(alone: None) -> None:
    _, url = _start()
    _users.pop().communicate()
    assert eventually(lambda: not _running())
    assert _start()[1] == url
