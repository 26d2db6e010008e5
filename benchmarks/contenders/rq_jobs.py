"""RQ: one job for each delivery, two forking workers."""

from collections.abc import Sequence

from rq import Queue, Worker
from rq.serializers import JSONSerializer

from benchmarks.processes import Workers
from benchmarks.race import Contender
from benchmarks.stores import queue_store

WORKERS = 2


def _queue() -> Queue:
    return Queue("deliveries", connection=queue_store(), serializer=JSONSerializer)


def _enqueue(ids: Sequence[int]) -> None:
    job = "benchmarks.contenders.delivering.deliver"
    queue = _queue()
    queue.enqueue_many([Queue.prepare_data(job, [delivery_id], result_ttl=0) for delivery_id in ids])


def _ready(channel: str, crew: Workers) -> bool:
    return Worker.count(queue=_queue()) == WORKERS


RQ = Contender("rq", lambda channel: [["-m", "benchmarks.contenders.rq_worker"]] * WORKERS, _ready, _enqueue)
