"""Small sets of ids about a user and a day: within each query, or all asked at once and remembered (decision 25)."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from functools import cache, wraps
from typing import Any, Final, TypeAlias

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from plumier.clock import TODAY, Day, database_today
from plumier.memory import memory
from plumier.models import User

MOST: Final = 200  # ids that are remembered; a set of more stays a query within others
# What stands after `__in`: the ids, or the query for them.
Ids: TypeAlias = "QuerySet[Any, int] | tuple[int, ...]"
Ask: TypeAlias = Callable[[User, Day], "QuerySet[Any, int]"]

_asks: Final[list[Ask]] = []
# Stand for the user and the day in the statement that is made once.
_NOBODY: Final = User(pk=-1)
_NO_DAY: Final = date.min
_making: ContextVar[bool] = ContextVar("plumier_making", default=False)


def asked_once(ask: Ask) -> Callable[[User, Day], Ids]:
    """The query itself; in a request with a memory the ids that it finds, unless they are more than `MOST`.

    The first of these functions that is called in a request asks for all of them, in one query.
    """
    number = len(_asks)
    _asks.append(ask)

    @wraps(ask)
    def asked(user: User, today: Day) -> Any:
        if _making.get():
            return RawSQL(f"SELECT id FROM set_{number}", ())  # noqa: S608, S611  # a part of that statement
        kept = memory()
        day = database_today() if today is TODAY and kept is not None else today
        if kept is None or not isinstance(day, date):
            return ask(user, today)
        ids = kept.once((asked_once, user.pk, day), lambda: _all(user, day))[number]
        return ask(user, today) if len(ids) > MOST else ids

    return asked


def any_of(ids: Ids) -> bool:
    """Whether there are any."""
    return ids.exists() if isinstance(ids, QuerySet) else bool(ids)


def _all(user: User, today: date) -> list[tuple[int, ...]]:
    """What each function finds, in their order; one more than `MOST` says that there are more."""
    statement, parameters = _statement()
    given: dict[Any, Any] = {_NOBODY.pk: user.pk, _NO_DAY: today}
    found: list[dict[int, None]] = [{} for _ask in _asks]
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(one, one) for one in parameters])
        for number, one in cursor.fetchall():
            found[number][one] = None
    return [tuple(ids) for ids in found]


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """All of them as one, each named where others build on it; made once a process: making it is what costs."""
    token = _making.set(True)
    try:
        queries = [ask(_NOBODY, _NO_DAY).order_by().distinct().query for ask in _asks]
    finally:
        _making.reset(token)
    sets, parts, parameters = [], [], list[Any]()
    for number, query in enumerate(queries):
        text, some = query.sql_with_params()
        sets.append(f"set_{number} (id) AS ({text})")
        parts.append(f"(SELECT {number}, id FROM set_{number} LIMIT {MOST + 1})")  # noqa: S608
        parameters += some
    return f"WITH {', '.join(sets)} {' UNION ALL '.join(parts)}", tuple(parameters)
