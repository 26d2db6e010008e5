"""Where the pages are."""

from pathlib import Path

from channels_app.sandbox.pages.doing import Doings
from channels_app.sandbox.pages.index import Query, index_page, number_in
from channels_app.sandbox.pages.mailbox import mailbox_page
from channels_app.sandbox.pages.phone import phone_page
from channels_app.sandbox.pages.render import Html
from channels_app.sandbox.pages.rules import rules_page
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.pages.world import World
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
    "Referrer-Policy": "same-origin",  # without it a form would not say whose it is
    "Cache-Control": "no-store",
}


class Pages:
    """The pages and what they are dressed in."""

    def __init__(self, world: World, time_zone: str) -> None:
        """`time_zone` is that of the hours shown; ZoneInfoNotFoundError if there is none so called."""
        self._world = world
        self._doings = Doings(world)
        self._clock = Clock(time_zone)
        self._style = STYLE.read_bytes()
        self._icon = ICON.read_bytes()

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("GET", "/", self.index),
            Route("GET", "/phone", self.open_phone),
            Route("GET", "/phone/{address}", self.phone),
            Route("GET", "/mailbox/{address}", self.mailbox),
            Route("GET", "/control", self.rules),
            Route("GET", "/style.css", self.style),
            Route("GET", "/icon.svg", self.icon),
            *self._doings.routes(),
        ]

    def index(self, request: Request) -> Response:
        """Every phone and mailbox, the latest first."""
        query = Query.read(request.query)
        return _page(index_page(self._world.sandbox, self._clock, query, _told(request)))

    def open_phone(self, request: Request) -> Response:
        """The page of a phone by the number that was typed, whether or not anything ever came to it."""
        number = number_in(request.query.get("numero", ""))
        to = f"/phone/{number}" if number else "/?dicho=telefono"
        return Response(b"", 303, "text/plain", {"Location": to})

    def phone(self, request: Request) -> Response:
        """One phone, or a Telegram chat on no known phone."""
        address, bot = request.match["address"], request.query.get("bot", "")
        return _page(phone_page(self._world, self._clock, address, _told(request), bot))

    def mailbox(self, request: Request) -> Response:
        """What one mailbox received."""
        address = request.match["address"].casefold()
        return _page(mailbox_page(self._world.sandbox, self._clock, address, _told(request)))

    def rules(self, request: Request) -> Response:
        """The rules in force, and what the providers do by themselves."""
        return _page(rules_page(self._world, self._clock, _told(request)))

    def style(self, request: Request) -> Response:
        """The style sheet."""
        return Response(self._style, content_type="text/css; charset=utf-8")

    def icon(self, request: Request) -> Response:
        """The picture in the browser's tab."""
        return Response(self._icon, content_type="image/svg+xml")


def _told(request: Request) -> str:
    return request.query.get("dicho", "")


def _page(html: Html) -> Response:
    body = html.encode("utf-8", "replace")
    return Response(body, content_type="text/html; charset=utf-8", headers=HEADERS)
