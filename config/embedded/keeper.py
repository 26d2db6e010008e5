"""Who uses the own servers, and the process that stops them after the last one.

Every command holds a shared lock on one file, which its forked children inherit. The keeper waits
for the exclusive lock: it gets it when nobody uses the servers any more, however they ended.
"""

import fcntl
import os
import subprocess
import sys

from config.embedded.places import CHECKOUT, Places, prepare
from config.embedded.postgresql import PostgreSQL
from config.embedded.sandbox import Sandbox
from config.embedded.service import Service, detach, locked
from config.embedded.valkey import Valkey

SERVICES: dict[str, type[Service]] = {kind.name: kind for kind in (PostgreSQL, Valkey, Sandbox)}
_uses: dict[str, int] = {}


def use(names: set[str]) -> Places:
    """Start the named services unless they run, and keep them until this process ends.

    Waits while a shutdown is under way. Raises EmbeddedError with a sentence for people.
    """
    places = prepare()
    users = str(places.lock("users"))
    if users not in _uses:
        descriptor = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _uses[users] = descriptor
    with locked(places.lock("start"), fcntl.LOCK_EX):
        _ensure_keeper(places)
        for name, kind in SERVICES.items():
            if name in names:
                kind(places).ensure()
    return places


def keep(descriptor: int) -> None:
    """The keeper's life. `descriptor` holds the lock that says there is one."""
    places = prepare()
    with locked(places.lock("users"), fcntl.LOCK_EX):
        for kind in reversed(SERVICES.values()):
            kind(places).stop()
        # First this one: who then becomes a user must see that there is no keeper.
        os.close(descriptor)


def _ensure_keeper(places: Places) -> None:
    try:
        with (
            locked(places.lock("keeper"), fcntl.LOCK_EX | fcntl.LOCK_NB) as descriptor,
            places.log("keeper").open("ab") as log,
        ):
            keeper = subprocess.Popen(
                [sys.executable, "-m", "config.embedded", "keep", str(descriptor)],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[descriptor],
                start_new_session=True,
            )
            detach(keeper)
    except BlockingIOError:
        return
