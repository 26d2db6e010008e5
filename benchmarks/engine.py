"""Plumier's own workers."""

from collections.abc import Sequence

import django_rq
from rq import Worker

from benchmarks.processes import Workers
from benchmarks.race import Contender


def engine(number: int = 2) -> Contender:
    """So many workers of a channel, as `manage.py work` runs them."""

    def commands(channel: str) -> Sequence[Sequence[str]]:
        return [["manage.py", "work", channel, "--no-clock"]] * number

    def ready(channel: str, crew: Workers) -> bool:
        return Worker.count(queue=django_rq.get_queue(channel)) == number

    return Contender("engine", commands, ready, None, settled=True)
