"""The channels' figures as Prometheus reads them. No school's name, no person, no address; an own account by its code.

Loaded only where the extra `observability` is installed. All is read from the database and from Redis at the
moment of asking, so that it is the same whichever process answers.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import redis
from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from channels_app import registry
from channels_app.models import ChannelAccount
from notica.channel_figures import WORDS, channel_words, figures_of
from notica.choices import Lane
from notica.heartbeat import clock_runs
from notica.worker import unworked

REDIS_SECONDS: Final = 2.0
TOLD: Final = "told_"

_TOTALS: Final = (
    "SELECT channel, account_id, outcome, sum(number)::bigint FROM notica_sendtally GROUP BY 1, 2, 3"
)
_OPEN: Final = """
SELECT coalesce(sum(d.count), 0)::bigint FROM notica_progressdelta d
JOIN notica_message m ON m.id = d.message_id AND m.state IN ('sending', 'cancelled') AND m.finished_at IS NULL
WHERE d.outcome = ''
"""


def exposition() -> str:
    """The text that is scraped."""
    collected = CollectorRegistry(auto_describe=False)
    collected.register(_Figures())
    return generate_latest(collected).decode()


class _Figures(Collector):
    def collect(self) -> Iterable[Metric]:
        accounts = {
            row.pk: row for row in ChannelAccount.objects.filter(channel__in=registry.channel_names())
        }
        yield from _queues(accounts)
        yield from _standings(accounts)
        yield from _totals(accounts)
        yield from _processes()


def _queues(accounts: dict[int, ChannelAccount]) -> Iterator[Metric]:
    labels = ("channel", "owner")
    due = GaugeMetricFamily("plumier_due", "Deliveries that could go out now", labels=(*labels, "lane"))
    later = GaugeMetricFamily("plumier_later", "Deliveries for later", labels=(*labels, "lane"))
    oldest = GaugeMetricFamily("plumier_oldest_due_seconds", "Age of the oldest that is due", labels=labels)
    uncertain = GaugeMetricFamily("plumier_uncertain", "Sends without an answer", labels=labels)
    sending = GaugeMetricFamily("plumier_sending", "Sends in flight", labels=labels)
    for pk, figures in figures_of(accounts).items():
        of = (accounts[pk].channel, accounts[pk].owner)
        for lane, queue in figures.queues.items():
            name = Lane(lane).name.lower()
            due.add_metric((*of, name), queue.due)
            later.add_metric((*of, name), queue.later)
        oldest.add_metric(of, figures.queue.oldest or 0)
        uncertain.add_metric(of, figures.uncertain)
        sending.add_metric(of, figures.sending)
    yield from (due, later, oldest, uncertain, sending)
    waiting = GaugeMetricFamily(
        "plumier_open_recipients", "Recipients of running sends without an outcome yet"
    )
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        waiting.add_metric((), cursor.fetchone()[0])
    yield waiting


def _standings(accounts: dict[int, ChannelAccount]) -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT plumier_now()")
        now = cursor.fetchone()[0]
    paused = GaugeMetricFamily("plumier_accounts_paused", "Accounts at rest", labels=("channel",))
    cut = GaugeMetricFamily("plumier_accounts_circuit_open", "Accounts cut off", labels=("channel",))
    state = GaugeMetricFamily(
        "plumier_channel_state", "1 for the word of /salud", labels=("channel", "state")
    )
    for name, word in channel_words().items():
        own = [row for row in accounts.values() if row.channel == name]
        paused.add_metric(
            (name,), sum(row.paused_until is not None and row.paused_until > now for row in own)
        )
        cut.add_metric((name,), sum(row.circuit_open_until is not None for row in own))
        for each in WORDS:
            state.add_metric((name, each), each == word)
    yield from (paused, cut, state)


def _totals(accounts: dict[int, ChannelAccount]) -> Iterator[Metric]:
    tries = CounterMetricFamily(
        "plumier_tries", "Tries by what came of them", labels=("channel", "owner", "outcome")
    )
    told = CounterMetricFamily("plumier_callbacks", "What providers told later", labels=("channel", "state"))
    facts: dict[tuple[str, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        for channel, account, outcome, number in cursor.fetchall():
            if outcome.startswith(TOLD):
                key = (channel, outcome.removeprefix(TOLD))
                facts[key] = facts.get(key, 0) + number
            elif account in accounts:
                tries.add_metric((channel, accounts[account].owner, outcome), number)
    for labels, number in facts.items():
        told.add_metric(labels, number)
    yield from (tries, told)


def _processes() -> Iterator[Metric]:
    """Nothing of them while Redis is away: nobody knows then."""
    clock = GaugeMetricFamily("plumier_clock_up", "1 if a clock went round within the last minute")
    workers = GaugeMetricFamily("plumier_queue_worked", "1 if a living worker listens", labels=("queue",))
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as store:
            clock.add_metric((), clock_runs(store))
            idle = unworked(store, settings.QUEUES)
    except redis.RedisError:
        return
    for name in settings.QUEUES:
        workers.add_metric((name,), name not in idle)
    yield from (clock, workers)
