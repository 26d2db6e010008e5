"""Who changes the register and why: told to PostgreSQL, whose triggers keep every change (`RegisterEdit`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from plumier.models import User

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The oldest rows alone are looked at: there is no index by time, and rows are numbered as time goes.
FORGET: Final = """
DELETE FROM {table} WHERE id IN (
    SELECT id FROM (SELECT id, at FROM {table} ORDER BY id LIMIT %s) oldest
    WHERE at < plumier_now() - interval '5 years')
"""
FORGOTTEN_AT_ONCE: Final = 10_000


@contextmanager
def acting(actor_id: int | None, cause: str) -> Iterator[None]:
    """Name the user and the cause of what changes within, as «import:12».

    Inside a transaction, to whose end the names are bound whatever becomes of it. Within another one the inner
    one counts, and the outer one again after it.
    """
    assert transaction.get_connection().in_atomic_block
    before = _said()
    _say(str(actor_id or ""), cause, local=True)
    yield
    _say(*before, local=True)


def name_actor(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: what a request changes is its user's doing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = getattr(request, "user", None)
        if request.method in READING or not isinstance(user, User):
            return get_response(request)
        _say(str(user.pk), "", local=False)
        try:
            return get_response(request)
        finally:
            with suppress(DatabaseError):  # a session that is gone keeps no name
                _say("", "", local=False)

    return middleware


def forget_old() -> None:
    """Delete what is older than five years, some of it at each call."""
    with connection.cursor() as cursor:
        for table in ("plumier_registeredit", "plumier_recordaccess"):
            cursor.execute(FORGET.format(table=table), [FORGOTTEN_AT_ONCE])


def _said() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('plumier.actor', true), ''),"
            " coalesce(current_setting('plumier.cause', true), '')"
        )
        actor, cause = cursor.fetchone()
    return actor, cause


def _say(actor: str, cause: str, *, local: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('plumier.actor', %s, %s), set_config('plumier.cause', %s, %s)",
            [actor, local, cause, local],
        )
