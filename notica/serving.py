"""The web server beside the workers of one machine."""

import os
import socket
import sys

from django.conf import settings

HOST = "127.0.0.1"
PORTS_TRIED = 20


def web_port() -> int:
    """The port of the settings, or the next one that is free."""
    for port in range(settings.PORT, settings.PORT + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {settings.PORT} on")


def web_job(port: int) -> None:
    """Become the web server; never returns."""
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}"]
    options = ["--threads", "8", "--log-level", "warning", "--chdir", str(settings.BASE_DIR)]
    os.execv(sys.executable, [*gunicorn, *options])  # noqa: S606
