"""What the faults have in common: a table held, workers killed, the rest worked to its end and looked at."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from channels_app.tokapp.channel import TokAppChannel
from notica.line import CLAIM_MOST
from notica.models import Delivery, Message
from tests.faults import oracle
from tests.faults.trees import Tree, eventually, kill, tree_of
from tests.providers.sandbox import Sandbox

FEW = 30
_SLOTS = TokAppChannel.capabilities.concurrency
# In flight in a worker whose provider does not answer: it claims no more until a quarter of its slots is free.
BULK_SLOTS = min(_SLOTS - _SLOTS // 5, CLAIM_MOST)
Write = Callable[[int], Message]
Environment = dict[str, str]


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.filter(channel="tokapp").values_list("state", flat=True)))


def finished(message: Message) -> bool:
    return Message.objects.filter(pk=message.pk, finished_at__isnull=False).exists()


def acuse_is_over(message: Message) -> bool:
    return Message.objects.filter(
        kind="acuse", params__message=message.pk, finished_at__isnull=False
    ).exists()


@contextmanager
def held(table: str, mode: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A table that nobody else may use in a conflicting way; a worker who wants it waits."""
    parameters = connection.get_connection_params()
    holder = psycopg.connect(
        f"host={parameters['host']} user={parameters['user']} dbname={parameters['dbname']}"
    )
    try:
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield holder
    finally:
        holder.close()  # it may have gone down with its server


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


def kill_all(tree: Tree) -> None:
    """SIGKILL to the parent, its workers and their horses, the parent first so that none is started again."""
    members = [tree.pid, *tree.workers(), *tree.horses()]
    for pid in members:
        kill(pid)
    tree.kill_whole()


def work_to_the_end(message: Message, environment: Environment, sandbox: Sandbox) -> None:
    """Fresh workers and a round of the clock; then the promises are looked at."""
    with tree_of(environment, "tokapp", "email", "fanout", clock=True):
        eventually(lambda: finished(message) and acuse_is_over(message))
    oracle.check(message, sandbox.log())


def last_questions() -> dict[int, object]:
    """When each other client of the database asked it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, query_start FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return dict(cursor.fetchall())


def let_everybody_look() -> None:
    """Wait until every client has asked the database something again."""
    before = last_questions()
    assert before

    def have_looked() -> bool:
        now = last_questions()
        return all(now.get(pid) != moment for pid, moment in before.items())

    eventually(have_looked)
