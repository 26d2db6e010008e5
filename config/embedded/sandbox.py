"""The local stand-in for the providers, started when no account is configured."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.embedded.places import CHECKOUT, Account, Places
from config.embedded.service import Service


class Sandbox(Service):
    """`python -m channels_app.sandbox`, on this machine's own address only."""

    name = "sandbox"
    title = "El simulador local"
    program = "channels_app.sandbox"

    @property
    def account(self) -> Account | None:
        """The command's own: the code may lie in a folder closed to the servers' account."""
        return None

    def prepare(self) -> None:
        state_file(self.places).unlink(missing_ok=True)

    def command(self) -> list[str]:
        earlier = _read(self._earlier())
        web = _port(str(earlier.get("url", "")))
        mail = _port(str(dict(earlier.get("environment", {})).get("EMAIL_URL", "")))
        log = os.environ.get("SANDBOX_LOG", "") or str(self.places.var / "sandbox.jsonl")
        return [
            *(sys.executable, "-m", "channels_app.sandbox"),
            *("--http-port", str(web), "--smtp-port", str(mail)),
            *("--state", str(state_file(self.places)), "--log", log, "--receipts"),
        ]

    def ready(self) -> bool:
        """Whether it said its addresses; they are kept for the next time."""
        if self.pid() is None:
            return False
        shutil.copyfile(state_file(self.places), self._earlier())
        return True

    def pid(self) -> int | None:
        pid = _read(state_file(self.places)).get("pid")
        return pid if isinstance(pid, int) else None

    def directory(self) -> Path:
        return CHECKOUT

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def _earlier(self) -> Path:
        return self.places.var / "sandbox.earlier.json"


def state_file(places: Places) -> Path:
    """What the running sandbox says of itself."""
    return places.var / "sandbox.json"


def state(places: Places) -> dict[str, Any]:
    """The sandbox's own account of its addresses; empty when it does not run."""
    said = _read(state_file(places))
    pid = said.get("pid")
    if not isinstance(pid, int) or not _alive(pid):
        return {}
    return said


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _port(url: str) -> int:
    try:
        return urlsplit(url).port or 0
    except ValueError:
        return 0
