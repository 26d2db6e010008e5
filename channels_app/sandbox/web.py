"""As much of a web server as the providers need: HTTP/1.1, bodies in memory, a handler for each path.

The sandbox shares its cores with what is measured against it; a general server spends on a message
three times what this one does.
"""

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

import httptools

logger = logging.getLogger(__name__)

LARGEST_REQUEST = 4 * 1024 * 1024
KEPT_PATHS = 1024  # whose handlers are remembered
JSON = "application/json"
Headers = list[tuple[bytes, bytes]]
_PIECE = re.compile(r"\{(\w+)\}")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] | None = None

    def encoded(self, *, last: bool) -> bytes:
        """As it goes out; `last` says that the connection ends with it."""
        more = "".join(f"{name}: {value}\r\n" for name, value in (self.headers or {}).items())
        if last:
            more += "Connection: close\r\n"
        head = (
            f"HTTP/1.1 {_status(self.status)}\r\nContent-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\n{more}\r\n"
        )
        return head.encode("latin-1") + self.body


def json_response(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(_ENCODE(payload).encode("utf-8", "backslashreplace"), status, JSON, headers)


class Request:
    """What was asked. `match` has the parts of the path that the route names."""

    def __init__(self, connection: "Connection", target: str, headers: Headers, body: bytes) -> None:
        self.method = connection.method
        self.path, _, self._query = target.partition("?")
        self.body = body
        self.match: Mapping[str, str] = {}
        self._headers = headers
        self._connection = connection

    def header(self, name: str) -> str:
        """The first header of that name, in lower case; empty if there is none."""
        wanted = name.encode()
        return next((value.decode("latin-1") for key, value in self._headers if key.lower() == wanted), "")

    @property
    def content_type(self) -> str:
        """Without its parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def cut(self) -> None:
        """End the connection without an answer."""
        self._connection.abort()

    async def gone(self) -> None:
        """Returns once the client has left."""
        await asyncio.shield(self._connection.lost)

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters in the address."""
        return dict(parse_qsl(self._query, keep_blank_values=True)) if self._query else {}

    def json(self) -> Any:
        """The body as JSON; ValueError if it is none."""
        return json.loads(self.body.decode())

    def form(self) -> dict[str, str]:
        """The body as a form, of either kind."""
        if self.content_type == "multipart/form-data":
            return self._parts()
        if self.content_type != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def _parts(self) -> dict[str, str]:
        head = f"Content-Type: {self.header('content-type')}\r\n\r\n".encode("latin-1")
        found: dict[str, str] = {}
        for part in BytesParser().parsebytes(head + self.body).walk():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                found[name] = content.decode("utf-8", "replace")
        return found


Answered = Response | Awaitable[Response]
Handler = Callable[[Request], Answered]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a handler answers: `{name}` in the path stands for a part without a slash. No method is any."""

    method: str
    path: str
    handler: Handler


class Routes:
    """Finds the handler of a path."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = [(_pattern(route.path), route) for route in routes]
        self.find = lru_cache(KEPT_PATHS)(self._find)

    def _find(self, method: str, path: str) -> tuple[Handler, dict[str, str]]:
        status = 404
        for pattern, route in self._routes:
            found = pattern.fullmatch(path)
            if found and route.method in ("", method):
                return route.handler, {name: unquote(value) for name, value in found.groupdict().items()}
            status = 405 if found else status
        return _refuse(status), {}


@dataclass(slots=True, eq=False)
class Server:
    """The routes, and the connections that are open."""

    routes: Routes
    connections: set["Connection"] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def close(self) -> None:
        """End every connection and every request at once."""
        for connection in list(self.connections):
            connection.abort()
        for task in self.tasks:
            task.cancel()


class Connection(asyncio.Protocol):
    """One client's; its requests are answered one after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._busy = False
        self._target, self._headers, self._body = b"", Headers(), b""
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def method(self) -> str:
        """Of the request that was read last."""
        return self._parser.get_method().decode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._server.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)
        self._waiting.clear()
        self.lost.set_result(None)

    def abort(self) -> None:
        """End it at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.write(Response(status=400).encoded(last=True))
            self._transport.close()

    def on_url(self, piece: bytes) -> None:
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > LARGEST_REQUEST:
            self._body = b""
            self._transport.write(Response(status=413).encoded(last=True))
            self._transport.close()

    def on_message_complete(self) -> None:
        request = Request(self, self._target.decode("latin-1"), self._headers, self._body)
        self._target, self._headers, self._body = b"", [], b""
        self._waiting.append((request, not self._parser.should_keep_alive()))
        if not self._busy:
            self._next()

    def _next(self) -> None:
        """Begin the next request, if one waits."""
        while self._waiting and not self._transport.is_closing():
            request, last = self._waiting.popleft()
            handler, request.match = self._server.routes.find(request.method, request.path)
            answered = handler(request)
            if not isinstance(answered, Response):
                self._busy = True
                task = asyncio.create_task(self._later(request, answered, last=last))
                self._server.tasks.add(task)
                task.add_done_callback(self._server.tasks.discard)
                return
            self._send(answered, last=last)

    async def _later(self, request: Request, answered: Awaitable[Response], *, last: bool) -> None:
        try:
            response = await answered
        except Exception:
            logger.exception("%s failed", request.path)
            response = Response(status=500)
        self._busy = False
        self._send(response, last=last)
        self._next()

    def _send(self, response: Response, *, last: bool) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(response.encoded(last=last))
        if last:
            self._transport.close()


@lru_cache(64)
def _status(number: int) -> str:
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:
        return f"{number} "


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            f"(?P<{piece}>[^/]+)" if number % 2 else re.escape(piece)
            for number, piece in enumerate(_PIECE.split(path))
        )
    )


def _refuse(status: int) -> Handler:
    return lambda request: Response(status=status, content_type="text/plain")
