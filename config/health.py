"""`/salud`: whether this instance can work, for machines."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_REDIS_SECONDS = 2.0
_migrated: set[str] = set()


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database, the queues and the migrations are right, else 503; which one is in the body."""
    parts: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis, "migrations": _migrations}
    found = {name: look() for name, look in parts.items()}
    well = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "error", **found}, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "error"
    return "ok"


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        return "error"
    return "ok"


def _migrations() -> str:
    """Once this code's migrations are applied they stay so: the answer is kept, for it is dear."""
    name = str(connection.settings_dict["NAME"])
    if name in _migrated:
        return "ok"
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    if pending:
        return "pending"
    _migrated.add(name)
    return "ok"
