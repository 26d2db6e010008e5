"""Workers killed and stopped at each point of a send: before the claim, after it, after the provider took it,
while the outcome is written, and before the recipients are settled."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from notica import claiming, poller
from notica.models import Delivery, Message
from tests.database import DatabaseClock
from tests.faults import oracle
from tests.faults.trees import Tree, eventually, kill, tree_of
from tests.providers.sandbox import Sandbox

FEW = 30
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
    with psycopg.connect(
        f"host={parameters['host']} user={parameters['user']} dbname={parameters['dbname']}"
    ) as holder:
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield holder


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


# The point: the table that stops a worker there, how it is held, and what is then to be seen of the rows.
POINTS = {
    "before the claim": ("channels_app_channelaccount", "ACCESS EXCLUSIVE", {"ready": FEW}, 0),
    "after the claim": ("channels_app_suppression", "ACCESS EXCLUSIVE", {"sending": FEW}, 0),
    "before the write": ("notica_attempt", "ACCESS EXCLUSIVE", {"sending": FEW}, FEW),
    "after the write": ("notica_recipient", "EXCLUSIVE", {"accepted": FEW}, FEW),
}


@pytest.mark.parametrize(("table", "mode", "seen", "taken"), POINTS.values(), ids=POINTS)
def test_worker_killed_at_a_point_loses_nothing_and_claims_nothing(
    write: Write,
    environment: Environment,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    table: str,
    mode: str,
    seen: dict[str, int],
    taken: int,
) -> None:
    message = write(FEW)
    poller.tick()
    with held(table, mode) as holder:
        with tree_of(environment, "tokapp") as tree:
            eventually(lambda: tree.horses() and somebody_waits())
            eventually(lambda: len(sandbox.taken()) == taken)
            kill_all(tree)
        holder.rollback()
    assert (states(), len(sandbox.taken())) == (seen, taken)
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    work_to_the_end(message, environment, sandbox)
    again = FEW if "sending" in seen else 0
    assert Delivery.objects.filter(message_id=message.pk, uncertain_count=1, tries=2).count() == again
    assert len(sandbox.taken("tokapp")) == FEW + (again if taken else 0)
