import pytest

from config.embedded import commands

_VARIABLES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")
_BOTH = {"postgresql", "valkey"}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("line", "services"),
    [
        ("", set()),
        ("help migrate", set()),
        ("migrate --help", set()),
        ("check --deploy", set()),
        ("makemigrations", set()),
        ("compilemessages", set()),
        ("migrate", _BOTH),
        ("shell", _BOTH),
        ("import_register x.xlsx --school A", _BOTH),
        ("send_message --school A", _BOTH | {"sandbox"}),
        ("work", _BOTH | {"sandbox"}),
        ("demo --once", _BOTH | {"sandbox"}),
    ],
)
def test_wanted_follows_the_command(line: str, services: set[str]) -> None:
    assert commands.wanted(line.split()) == services


@pytest.mark.parametrize(
    ("variable", "services"),
    [
        ("DATABASE_URL", {"valkey"}),
        ("REDIS_URL", {"postgresql", "sandbox"}),
        ("SECRET_KEY", _BOTH),
        ("TELEGRAM_TOKEN", _BOTH),
        ("TWILIO_ACCOUNT_SID__IES", _BOTH),
        ("PUBLIC_URL", _BOTH | {"sandbox"}),
    ],
)
def test_wanted_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, services: set[str]
) -> None:
    monkeypatch.setenv(variable, "x")
    assert commands.wanted(["work"]) == services
