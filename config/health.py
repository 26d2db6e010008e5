"""`/salud`: whether this instance can serve, whether anybody sends, and how the channels stand, for machines."""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_app import registry
from config.insiders import is_insider
from notica.account_reports import account_reports
from notica.channel_figures import channel_words
from notica.heartbeat import clock_runs
from notica.worker import unworked

_REDIS_SECONDS = 2.0
_migrated: set[str] = set()


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """What is right and what is not, without a number or a name; 503 when the pages cannot be served.

    Whoever may see numbers (`insiders`) is also told how each account stands: circuit, pause, what waits and since
    when, rates, the last error.

    `status`: `error` is that; `degraded`, with 200, says that pages are served and nobody sends: no clock has
    gone round for a minute, a queue has no worker, or a channel is at rest, cut off or stalled. It is no reason to
    start the web again. A channel that nobody set up is no fault.
    """
    needed = {"database": _database(), "redis": "error", "migrations": _migrations()}
    senders = {"clock": "unknown", "workers": "unknown"}
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        ) as store:
            senders["clock"] = "ok" if clock_runs(store) else "missing"
            senders["workers"] = "missing" if unworked(store, settings.QUEUES) else "ok"
            needed["redis"] = "ok"
    except (redis.RedisError, ValueError):
        senders = dict.fromkeys(senders, "unknown")
    well = set(needed.values()) == {"ok"}
    channels = _channels() if well else dict.fromkeys(registry.channel_names(), "unknown")
    sends = {*senders.values(), *channels.values()} <= {"ok", "not_configured"}
    word = "error" if not well else "ok" if sends else "degraded"
    said: dict[str, Any] = {"status": word, **needed, **senders, "channels": channels}
    if well and is_insider(request):
        said["accounts"] = account_reports()
    return JsonResponse(said, status=200 if well else 503)


def _channels() -> dict[str, str]:
    try:
        return channel_words()
    except (DatabaseError, redis.RedisError):
        return dict.fromkeys(registry.channel_names(), "unknown")


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
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
