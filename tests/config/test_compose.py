"""docker-compose.yml against the published schema and this project's own measures."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings

from channels_app import registry
from config.embedded import postgresql
from notica.crew import INSIST_SECONDS, STOP_SECONDS
from tests.config import compose
from tests.house.sources import ROOT

NEEDED = {"SECRET_KEY": "k", "DATABASE_PASSWORD": "p", "PUBLIC_URL": "https://avisos.example"}
SERVERS = {"db", "redis"}
WORKERS = {f"worker-{name}" for name in settings.QUEUES}
LONG_RUNNING = SERVERS | WORKERS | {"web", "clock", "telegram-bot"}
OURS = WORKERS | {"web", "clock", "telegram-bot", "migrate"}
# Said by the file itself, or of no use where nothing is a trial.
NOT_PASSED = {"SANDBOX_LOG"}


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    return compose.services(NEEDED)


def test_file_is_what_the_published_schema_asks_for() -> None:
    schema = json.loads((Path(__file__).parent / "vendor" / "compose-spec.json").read_text())
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(compose.document())] == []
    wrong = {"services": {"web": {"image": "x", "comand": "y"}}}
    assert [error.message for error in validator.iter_errors(wrong)] != []


def test_every_queue_has_a_worker_and_nothing_else_stands_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == LONG_RUNNING | {"migrate"}
    commands = {name: services[f"worker-{name}"]["command"] for name in settings.QUEUES}
    assert commands == {name: ["python", "manage.py", "work", name, "--no-clock"] for name in settings.QUEUES}
    health = {name: compose.health_command(services[f"worker-{name}"]) for name in settings.QUEUES}
    assert health == {name: ["python", "-m", "config.probe", "worker", name] for name in settings.QUEUES}


@pytest.mark.parametrize("name", sorted(LONG_RUNNING))
def test_what_runs_on_is_watched_and_started_again(name: str, services: dict[str, dict[str, Any]]) -> None:
    service = services[name]
    assert (service["restart"], service["healthcheck"]["retries"]) == ("unless-stopped", 3)
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert compose.seconds(service["healthcheck"]["interval"]) > compose.seconds(
        service["healthcheck"]["timeout"]
    )


@pytest.mark.parametrize("name", sorted(OURS - {"migrate"}))
def test_ours_wait_for_the_migrated_database(name: str, services: dict[str, dict[str, Any]]) -> None:
    conditions = {other: need["condition"] for other, need in services[name]["depends_on"].items()}
    assert conditions == {
        "db": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", sorted(WORKERS))
def test_worker_may_be_many_and_has_time_to_end(name: str, services: dict[str, dict[str, Any]]) -> None:
    service = services[name]
    assert {"container_name", "ports", "hostname"} & service.keys() == set()
    assert service["deploy"] == {"replicas": 1}
    assert compose.seconds(service["stop_grace_period"]) > STOP_SECONDS + 2 * INSIST_SECONDS


@pytest.mark.parametrize("name", sorted(OURS))
def test_ours_may_do_little_and_share_the_data(name: str, services: dict[str, dict[str, Any]]) -> None:
    service = services[name]
    assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
    assert service["volumes"] == ["data:/data"]
    assert service["environment"]["DATA_DIR"] == "/data" == compose.instruction("VOLUME")


def test_servers_are_reached_by_ours_alone(services: dict[str, dict[str, Any]]) -> None:
    assert compose.document()["networks"]["servers"] == {"internal": True}
    assert [(services[name]["networks"], "ports" in services[name]) for name in SERVERS] == [
        (["servers"], False)
    ] * 2
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}
    outside = {name for name, service in services.items() if "outside" in service["networks"]}
    assert outside == {"web", "telegram-bot", *(f"worker-{name}" for name in registry.channel_names())}


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_value_without_which_nothing_starts_is_asked_for(name: str) -> None:
    for given in ({**NEEDED, name: ""}, {key: value for key, value in NEEDED.items() if key != name}):
        with pytest.raises(compose.MissingVariableError, match=f"^Falta {name} en .env: "):
            compose.services(given)


def test_no_secret_has_a_default() -> None:
    text = compose.FILE.read_text() + (ROOT / "Dockerfile").read_text()
    assert set(re.findall(r"\$\{(\w+):-", text)) == {"PORT"}
    example = (ROOT / ".env.example").read_text()
    secret = re.findall(r"^#?(\w*(?:KEY|PASSWORD|TOKEN|SID|FROM))=(.*)$", example, re.MULTILINE)
    assert len(secret) == 9
    assert {value for _name, value in secret} == {""}


def test_every_variable_reaches_every_process_of_ours() -> None:
    readme = {
        name
        for line in (ROOT / "README.md").read_text().splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", line)
    }
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.str\("(\w+)"', source))
    channels = {name for each in registry.channel_names() for name in registry.channel_class(each).variables}
    wanted = (readme | read | channels) - NOT_PASSED
    assert {"TOKAPP_TOKEN", "PUBLIC_URL", "LOG_LEVEL"} <= wanted
    given = {name: f"value of {name}" for name in wanted | set(NEEDED)}
    services = compose.services(given)
    assert [
        f"{name}: {variable}" for name in OURS for variable in wanted - services[name]["environment"].keys()
    ] == []
    own = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT"}
    for name in wanted - own:
        assert services["web"]["environment"][name] == f"value of {name}"
    assert services["web"]["env_file"] == [{"path": ".env", "required": False}]


def test_example_names_what_the_file_passes() -> None:
    named = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    passed = set(compose.document()["services"]["web"]["environment"])
    assert named == passed - {"DATABASE_URL", "REDIS_URL", "DATA_DIR"} | {"DATABASE_PASSWORD"}


def test_database_is_made_as_the_own_one(services: dict[str, dict[str, Any]]) -> None:
    """Names sort and fold the same; the log tells as little."""
    arguments = services["db"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert arguments == [word for word in postgresql._INITDB if "locale" in word]
    told = dict(word.split("=") for word in services["db"]["command"] if "=" in word)
    assert told == {name: value for name, value in postgresql._SETTINGS.items() if name in told}
    assert len(told) == 3


def test_image_runs_as_nobody_and_is_the_web(services: dict[str, dict[str, Any]]) -> None:
    words = [word for word, _rest in compose.instructions()]
    assert set(words[words.index("USER") :]) == {"USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert compose.instruction("USER") == "plumier"
    assert compose.exec_form(compose.instruction("CMD")) == services["web"]["command"]
    assert compose.exec_form(compose.instruction("HEALTHCHECK")) == compose.health_command(services["web"])
    assert compose.image_environment().items() >= {"DATA_DIR": "/data", "PORT": "8000"}.items()
    assert "--require-hashes --no-deps -r /tmp/base.txt" in str(compose.instructions())


def test_image_holds_the_program_and_nothing_else() -> None:
    outside = {"tests", "docs", ".ci", ".git", "var", ".venv"}
    inside = {path for path in ROOT.iterdir() if compose.in_context(path)}
    assert {path.name for path in inside} & (outside | {".env", "README.md", "docker-compose.yml"}) == set()
    assert {"config", "notica", "static", "templates", "manage.py"} <= {path.name for path in inside}
    assert compose.in_context(ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.mo")
    assert not compose.in_context(ROOT / "config" / "__pycache__" / "settings.cpython-311.pyc")


def test_unit_of_the_readme_gives_time_to_end() -> None:
    unit = (ROOT / "README.md").read_text().partition("```ini\n")[2].partition("```")[0]
    lines = [line.partition("=")[::2] for line in unit.splitlines() if "=" in line]
    service = {name: value for name, value in lines if name != "ExecStartPre"}
    assert (service["KillMode"], int(service["TimeoutStopSec"]) > STOP_SECONDS + 2 * INSIST_SECONDS) == (
        "mixed",
        True,
    )
    program = "/opt/plumier/.venv/bin/python manage.py"
    assert [value for name, value in lines if name.startswith("ExecStart")] == [
        f"{program} migrate --noinput",
        f"{program} collectstatic --noinput",
        f"{program} run",
    ]
