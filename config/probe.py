"""`python -m config.probe web | clock | bots | worker QUEUE …`: whether a container does its work, for orchestrators.

Ends with 0, or with 1 and a sentence. It is asked twice a minute in every container, so it loads neither Django nor
the Redis client, which take forty times as long as the question.
"""

import os
import socket
import ssl
import sys
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SECONDS = 5.0
PREFIX = os.environ.get("RQ_KEY_PREFIX", "rq")  # as in rq/defaults.py
Reply = bytes | int | list["Reply"] | None


class Store:
    """The few commands that are asked of Redis or Valkey, in its protocol (RESP2)."""

    def __init__(self, url: str) -> None:
        """Connect to redis://, rediss:// or unix://. OSError or ValueError when that cannot be."""
        parts = urlsplit(url)
        self._stream = _connect(parts).makefile("rwb")
        if parts.password:
            user = [unquote(parts.username)] if parts.username else []
            self.ask("AUTH", *user, unquote(parts.password))
        database = parse_qs(parts.query).get("db", [parts.path[1:] if parts.scheme != "unix" else ""])[0]
        if database:
            self.ask("SELECT", database)

    def ask(self, *words: str) -> Reply:
        """One command's reply; ValueError with the server's words when it refuses."""
        parts = [word.encode() for word in words]
        self._stream.write(b"*%d\r\n" % len(parts))
        self._stream.writelines(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._stream.flush()
        return self._reply()

    def _reply(self) -> Reply:
        line = self._stream.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        if kind == b"$":
            return self._stream.read(int(rest) + 2)[:-2] if rest != b"-1" else None
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest
        raise ValueError(rest.decode(errors="replace") or "no reply")


def _connect(parts: SplitResult) -> socket.socket:
    if parts.scheme == "unix":
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(SECONDS)
        local.connect(unquote(parts.path))
        return local
    host = parts.hostname or "localhost"
    plain = socket.create_connection((host, parts.port or 6379), SECONDS)
    if parts.scheme == "rediss":
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    return plain


def web() -> str:
    """What is wrong with the pages of this host; empty when nothing is."""
    port = int(os.environ.get("PORT") or 8000)
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(f"GET /salud HTTP/1.0\r\nHost: {_own_name()}\r\n\r\n".encode())
        status = connection.makefile("rb").readline().split()[1:2]
    return "" if status == [b"200"] else f"/salud: {b' '.join(status).decode()}"


def clock(store: Store) -> str:
    """As `web`, of the clock."""
    return "" if store.ask("EXISTS", f"plumier:clock:{socket.gethostname()}") else "no round within a minute"


def bots(store: Store) -> str:
    """As `web`, of who hears what people say to the bots."""
    return "" if store.ask("EXISTS", f"plumier:bots:{socket.gethostname()}") else "nobody hears the bots"


def worker(store: Store, queues: Iterable[str]) -> str:
    """As `web`, of the workers of these queues."""
    own = socket.gethostname().encode()
    idle = [name for name in queues if own not in _hosts(store, name)]
    return f"nobody works {', '.join(idle)}" if idle else ""


def _hosts(store: Store, queue: str) -> list[Reply]:
    keys = store.ask("SMEMBERS", f"{PREFIX}:workers:{queue}")
    found = keys if isinstance(keys, list) else []
    return [store.ask("HGET", key.decode(), "hostname") for key in found if isinstance(key, bytes)]


def _own_name() -> str:
    """A name that ALLOWED_HOSTS takes."""
    given = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip(" *")]
    public = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname
    return given[0].removeprefix(".") if given else public or "localhost"


def main(arguments: list[str]) -> str:
    """What is wrong, as a sentence; empty when all is well."""
    kind, queues = arguments[:1], arguments[1:]
    try:
        if kind == ["web"]:
            return web()
        if kind not in (["clock"], ["bots"], ["worker"]):
            return __doc__ or ""
        store = Store(os.environ.get("REDIS_URL", ""))
        if kind == ["worker"]:
            return worker(store, queues)
        return clock(store) if kind == ["clock"] else bots(store)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
