"""The requirement sets say what `pyproject.toml` says, each thing pinned and hashed."""

import re
import tomllib

import pytest

from tests.house.sources import ROOT

_SETS = ("base", "embedded", "observability", "dev", "bench")
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
_HASH = "--hash=sha256:"


def _project() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"base": project["dependencies"], **project["optional-dependencies"]}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", text, maxsplit=1)[0].lower().replace("_", "-") for text in requirements}


def _text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def _pins(name: str) -> dict[str, str]:
    return {package: version.rstrip(" \\") for package, version in _PIN.findall(_text(name))}


def test_project_has_the_sets() -> None:
    assert set(_project()) == set(_SETS)


@pytest.mark.parametrize("name", _SETS)
def test_set_pins_what_the_project_asks_for(name: str) -> None:
    assert (_names(_project()[name]) | _names(_project()["base"])) - _pins(name).keys() == set()


@pytest.mark.parametrize("name", _SETS)
def test_set_agrees_with_base(name: str) -> None:
    own, base = _pins(name), _pins("base")
    assert {package: own.get(package) for package in base} == base


@pytest.mark.parametrize("name", [*_SETS, "pip"])
def test_everything_is_hashed(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", _text(name).strip())
    assert [block.splitlines()[0] for block in blocks if _HASH not in block] == []


def test_each_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().partition("[tool.")[0].splitlines()
    wanted = [line for line in lines if re.match(r'    "', line)]
    assert len(wanted) == sum(len(each) for each in _project().values())
    assert [line for line in wanted if not re.search(r"# \w+", line)] == []
