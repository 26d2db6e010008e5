"""The web server below the providers and the pages."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from channels_app.sandbox import web as module
from channels_app.sandbox.web import Connection, Request, Response, Route, Routes, Server, json_response


async def _echo(request: Request) -> Response:
    await asyncio.sleep(0)
    return json_response({"query": request.query, "form": request.form(), **request.match})


async def _fails(request: Request) -> Response:
    raise RuntimeError("boom")


async def _hang(request: Request) -> Response:
    await request.gone()
    return Response()


ROUTES = Routes(
    [
        Route("POST", "/echo/{name}", _echo),
        Route("GET", "/now", lambda request: Response(b"now", content_type="text/plain")),
        Route("", "/fails", _fails),
        Route("GET", "/hang", _hang),
    ]
)


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, Server]]:
    server = Server(ROUTES)
    listening = await asyncio.get_running_loop().create_server(lambda: Connection(server), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    try:
        async with asyncio.timeout(10):
            yield reader, writer, server
    finally:
        writer.transport.abort()
        listening.close()
        server.close()
        await asyncio.sleep(0)  # the loop lets go of them


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.split("\r\n") if line.startswith("Content-Length"))
    return int(head.split()[1]), (await reader.readexactly(int(length.split()[1]))).decode()


async def test_requests_on_one_connection_are_answered_in_their_order() -> None:
    form = b"a=%C3%B1+b&c="
    head = b"POST /echo/x%2Fy?q=1&r= HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    slow = head + b"Content-Length: %d\r\n\r\n%s" % (len(form), form)
    async with _served() as (reader, writer, _):
        writer.write(slow + b"GET /now HTTP/1.1\r\n\r\n" + slow)
        answers = [await _answer(reader) for _ in range(3)]
    said = '{"query": {"q": "1", "r": ""}, "form": {"a": "ñ b", "c": ""}, "name": "x/y"}'
    assert answers == [(200, said), (200, "now"), (200, said)]


async def test_a_chunked_body_in_pieces_is_read_whole() -> None:
    head = b"POST /echo/a HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    async with _served() as (reader, writer, _):
        for byte in head + b"Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n1\r\n7\r\n0\r\n\r\n":
            writer.write(bytes([byte]))
            await writer.drain()
        assert await _answer(reader) == (200, '{"query": {}, "form": {"a": "7"}, "name": "a"}')


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /nowhere", 404),
        ("GET /echo/a", 405),
        ("POST /now", 405),
        ("GET /echo/a/b", 404),
        ("PUT /fails", 500),
    ],
)
async def test_what_cannot_be_is_refused(request_line: str, status: int) -> None:
    async with _served() as (reader, writer, _):
        writer.write(f"{request_line} HTTP/1.1\r\n\r\nGET /now HTTP/1.1\r\n\r\n".encode())
        assert [(await _answer(reader))[0], (await _answer(reader))[0]] == [status, 200]


@pytest.mark.parametrize("head", [b"GET /now HTTP/1.0\r\n", b"GET /now HTTP/1.1\r\nConnection: close\r\n"])
async def test_a_connection_is_closed_when_it_is_asked_for(head: bytes) -> None:
    async with _served() as (reader, writer, _):
        writer.write(head + b"\r\n")
        assert (await reader.read()).endswith(b"Connection: close\r\n\r\nnow")


async def test_no_http_is_a_bad_request() -> None:
    async with _served() as (reader, writer, _):
        writer.write(b"EHLO x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_a_body_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_REQUEST", 10)
    async with _served() as (reader, writer, _):
        writer.write(b"POST /echo/a HTTP/1.1\r\nContent-Length: 11\r\n\r\n" + b"x" * 11)
        assert (await reader.read()).startswith(b"HTTP/1.1 413 ")


async def test_a_client_that_goes_is_noticed() -> None:
    async with _served() as (_, writer, server):
        writer.write(b"GET /hang HTTP/1.1\r\n\r\n")
        while not server.tasks:
            await asyncio.sleep(0.001)
        writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
        while server.tasks or server.connections:
            await asyncio.sleep(0.001)


async def test_close_ends_every_connection() -> None:
    async with _served() as (reader, writer, server):
        writer.write(b"GET /hang HTTP/1.1\r\n\r\n")
        while not server.tasks:
            await asyncio.sleep(0.001)
        server.close()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
