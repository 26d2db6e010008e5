"""What a command of `manage.py` needs."""

import os
from collections.abc import Sequence

from config import channels

# They touch neither the database nor the queues.
_NEED_NOTHING = {
    *("help", "version", "check", "diffsettings", "findstatic", "collectstatic"),
    *("makemigrations", "makemessages", "compilemessages", "startapp", "startproject"),
}
_DELIVER = {"send_message", "work", "run", "clock", "demo", "runserver"}


def is_trial() -> bool:
    """Neither a secret key nor a database is given: this is one person's machine."""
    return not os.environ.get("SECRET_KEY") and not os.environ.get("DATABASE_URL")


def missing_servers() -> set[str]:
    """The servers that the environment gives no address for."""
    servers = {"postgresql": "DATABASE_URL", "valkey": "REDIS_URL"}
    return {name for name, variable in servers.items() if not os.environ.get(variable)}


def wanted(argv: Sequence[str]) -> set[str]:
    """The services to start before the command whose arguments these are."""
    if not argv or argv[0] in _NEED_NOTHING or {"--help", "-h", "--version"} & set(argv):
        return set()
    needed = missing_servers()
    if argv[0] in _DELIVER and is_trial() and not channels.has_account(os.environ):
        needed.add("sandbox")
    return needed
