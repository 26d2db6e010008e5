"""An own PostgreSQL, an own Valkey and the local sandbox, for trial, development and tests.

They are used when `DATABASE_URL` or `REDIS_URL` is not set, each by itself: started by the first
command that needs them, shared with others, stopped after the last one. `PLUMIER_VAR` names another
folder than the checkout's `var/`; `PLUMIER_PROFILE=test` takes servers of its own that promise no
durability, `PLUMIER_PROFILE=bench` others that do and have a server's memory.
"""

import os
import secrets
import sys
from collections.abc import Sequence

from config.embedded import keeper, places, postgresql, sandbox, valkey
from config.embedded.commands import is_trial, missing_servers, wanted
from config.embedded.errors import EmbeddedError
from config.embedded.places import var_folder

__all__ = [
    "EmbeddedError",
    "database_url",
    "is_trial",
    "redis_url",
    "sandbox_environment",
    "sandbox_url",
    "start_for_web",
    "start_if_wanted",
    "start_sandbox",
    "start_servers",
    "trial_secret_key",
    "var_folder",
]


def database_url() -> str:
    """The own PostgreSQL's address, whether it runs or not."""
    return postgresql.url(places.current())


def redis_url() -> str:
    """The own Valkey's address, whether it runs or not."""
    return valkey.url(places.current())


def trial_secret_key() -> str:
    """A random key made at the first use and kept in `var/`."""
    try:
        return places.write_once(var_folder() / "secret_key", secrets.token_urlsafe(50))
    except OSError as error:
        raise EmbeddedError(
            f"No se puede escribir en {var_folder()}: {error}. Indique otra carpeta en PLUMIER_VAR."
        ) from error


def start_servers() -> None:
    """Start whichever server the environment gives no address for. Raises EmbeddedError."""
    needed = missing_servers()
    if needed:
        keeper.use(needed)


def start_sandbox() -> str:
    """Start the local sandbox unless it runs; its address. Raises EmbeddedError."""
    keeper.use({"sandbox"})
    return sandbox_url()


def start_if_wanted(argv: Sequence[str]) -> None:
    """Start what the command needs, or end it with a sentence that says why that cannot be."""
    needed = _start_or_exit(argv)
    # The autoreloader runs the command a second time; once is enough.
    if "sandbox" in needed and not os.environ.get("RUN_MAIN"):
        print(
            f"Sin cuentas de envío en el entorno: los mensajes van al simulador local ({sandbox_url()})",
            file=sys.stderr,
        )


def start_for_web() -> None:
    """Start what the web needs, or end it with a sentence. Says nothing else: the web has many processes."""
    _start_or_exit(["runserver"])


def _start_or_exit(argv: Sequence[str]) -> set[str]:
    needed = wanted(argv)
    try:
        if needed:
            keeper.use(needed)
    except EmbeddedError as error:
        sys.exit(str(error))
    return needed


def sandbox_environment() -> dict[str, str]:
    """The variables that lead the channels to the running sandbox; empty when it does not run."""
    return {str(name): str(value) for name, value in _state().get("environment", {}).items()}


def sandbox_url() -> str:
    """The running sandbox's page; empty when it does not run."""
    return str(_state().get("url", ""))


def _state() -> dict[str, dict[str, str]]:
    return sandbox.state(places.current())
