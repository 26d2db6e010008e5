"""Where the pages are."""

from pathlib import Path

from channels_app.sandbox.pages.index import Query, index_page
from channels_app.sandbox.pages.mailbox import mailbox_page
from channels_app.sandbox.pages.phone import phone_page
from channels_app.sandbox.pages.render import Html
from channels_app.sandbox.pages.rules import rules_page
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.state import Sandbox
from channels_app.sandbox.web import Request, Response, Route

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    """The pages and what they are dressed in."""

    def __init__(self, sandbox: Sandbox, time_zone: str) -> None:
        """`time_zone` is that of the hours shown; ZoneInfoNotFoundError if there is none so called."""
        self._sandbox = sandbox
        self._clock = Clock(time_zone)
        self._style = STYLE.read_bytes()
        self._icon = ICON.read_bytes()

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("GET", "/", self.index),
            Route("GET", "/phone/{address}", self.phone),
            Route("GET", "/mailbox/{address}", self.mailbox),
            Route("GET", "/control", self.rules),
            Route("GET", "/style.css", self.style),
            Route("GET", "/icon.svg", self.icon),
        ]

    def index(self, request: Request) -> Response:
        """Every phone and mailbox, the latest first."""
        query = Query.read(request.query)
        return _page(index_page(self._sandbox, self._clock, query))

    def phone(self, request: Request) -> Response:
        """What one phone, or a Telegram chat on no known phone, received."""
        return _page(phone_page(self._sandbox, self._clock, request.match["address"]))

    def mailbox(self, request: Request) -> Response:
        """What one mailbox received."""
        return _page(mailbox_page(self._sandbox, self._clock, request.match["address"].casefold()))

    def rules(self, request: Request) -> Response:
        """The rules in force."""
        return _page(rules_page(self._sandbox))

    def style(self, request: Request) -> Response:
        """The style sheet."""
        return Response(self._style, content_type="text/css; charset=utf-8")

    def icon(self, request: Request) -> Response:
        """The picture in the browser's tab."""
        return Response(self._icon, content_type="image/svg+xml")


def _page(html: Html) -> Response:
    body = html.encode("utf-8", "replace")
    return Response(body, content_type="text/html; charset=utf-8", headers=HEADERS)
