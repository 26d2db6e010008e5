"""docker-compose.yml, Dockerfile and .dockerignore as Docker reads them, as far as this project uses them."""

import fnmatch
import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.house.sources import ROOT

FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:-|:\?)(?P<rest>[^}]*))?\}")


class MissingVariableError(Exception):
    """A variable without which nothing is started; the sentence that is shown."""


def document() -> dict[str, Any]:
    """The file as it stands."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


def services(given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Every service with the variables of `given` put in and its environment as the container gets it."""
    found: dict[str, dict[str, Any]] = _interpolated(document()["services"], given)
    for service in found.values():
        named = service.get("environment", {})
        values = {name: given.get(name) if value is None else value for name, value in named.items()}
        service["environment"] = {name: value for name, value in values.items() if value is not None}
    return found


def health_command(service: Mapping[str, Any]) -> list[str]:
    """The program that the service's health check runs."""
    kind, *words = service["healthcheck"]["test"]
    return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words


def seconds(text: str) -> float:
    """A duration such as `90s` or `2m`."""
    return float(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's, with its continued lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line]


def instruction(word: str) -> str:
    """The last one of this word."""
    return [rest for name, rest in instructions() if name == word][-1]


def exec_form(text: str) -> list[str]:
    """The words of a JSON array at the end of an instruction."""
    words: list[str] = json.loads(text[text.index("[") :])
    return words


def image_environment() -> dict[str, str]:
    """What ENV sets."""
    return dict(word.split("=", 1) for word in shlex.split(instruction("ENV")))


def in_context(path: Path) -> bool:
    """Whether .dockerignore lets a file of the project into the image; the last line that fits decides."""
    parts = path.relative_to(ROOT)
    inside = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            if any(_fits(each, pattern) for each in (parts, *parts.parents[:-1])):
                inside = line.startswith("!")
    return inside


def _fits(path: Path, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(path.name, pattern[3:])
    return len(path.parts) == 1 and fnmatch.fnmatchcase(path.name, pattern)


def _interpolated(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _interpolated(each, given) for key, each in value.items()}
    if isinstance(value, list):
        return [_interpolated(each, given) for each in value]
    return _VARIABLE.sub(lambda match: _value(match, given), value) if isinstance(value, str) else value


def _value(match: re.Match[str], given: Mapping[str, str]) -> str:
    found = given.get(match["name"], "")
    if not found and match["kind"] == ":?":
        raise MissingVariableError(match["rest"])
    return found or (match["rest"] if match["kind"] == ":-" else "")
