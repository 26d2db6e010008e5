"""The sandbox told how the sample school's families behave, and asked what it took."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings

TIMEOUT = 10  # seconds


class SandboxControl:
    """The running sandbox's control paths and its log."""

    def __init__(self) -> None:
        self.url: str = settings.SANDBOX_URL
        self._log = Path(settings.SANDBOX_LOG)
        self._start = self._log.stat().st_size if self._log.exists() else 0

    @property
    def runs(self) -> bool:
        """Whether messages go to the sandbox and not to real accounts."""
        return bool(self.url)

    def tell(self, path: str, payload: dict[str, Any]) -> None:
        """Call one control path."""
        body = json.dumps(payload).encode()
        request = Request(f"{self.url}/control/{path}", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=TIMEOUT):
            pass

    def taken(self) -> list[tuple[str, str]]:
        """(channel, address) of all that the providers took since this object was made."""
        with self._log.open("rb") as log:
            log.seek(self._start)
            entries = [json.loads(line) for line in log]
        return [(entry["channel"], entry["address"]) for entry in entries if entry["taken"]]
