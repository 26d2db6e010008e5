"""The pages on which people see what each phone and mailbox received."""

from aiohttp import web

from channels_app.sandbox.state import Sandbox


class Pages:
    """The pages."""

    def __init__(self, sandbox: Sandbox, time_zone: str) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.AbstractRouteDef]:
        """Where they are."""
        return []
