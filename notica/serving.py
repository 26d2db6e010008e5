"""The web server beside the workers of one machine."""

import signal
import socket
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

HOST = "127.0.0.1"
PORTS_TRIED = 20
THREADS = 8


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
    """Serve the pages in this process and a forked one, which share the memory of whoever forked this one."""
    Pages(port).run()


class Pages(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn without its own reading of files and arguments."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        given: dict[str, Any] = {
            "bind": f"{HOST}:{self._port}",
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": _leave_ctrl_c_to_the_crew,
            "post_worker_init": _leave_ctrl_c_to_the_crew,
        }
        for name, value in given.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return get_wsgi_application()


def _leave_ctrl_c_to_the_crew(_server: object) -> None:
    """gunicorn would cut the visits under way; the crew's SIGTERM lets them come to their end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
