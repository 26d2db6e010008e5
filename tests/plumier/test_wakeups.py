"""A hint is asked for once what it is about is committed, and its loss is nobody's error."""

from typing import Any

import django_rq
import pytest
from django.db import transaction

from plumier.wakeups import QUEUE, wake_later

JOB = "plumier.versions.fold_versions"


@pytest.mark.django_db(transaction=True)
def test_job_is_asked_for_when_the_transaction_ends() -> None:
    queue = django_rq.get_queue(QUEUE)
    queue.empty()
    with transaction.atomic():
        wake_later(JOB, 7)
        assert queue.count == 0
    assert [(job.func_name, job.args) for job in queue.jobs] == [(JOB, [7])]
    queue.empty()


@pytest.mark.django_db(transaction=True)
def test_redis_that_is_away_is_told_in_the_log_alone(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.RQ_QUEUES[QUEUE]["URL"], before = "redis://127.0.0.1:9/0", settings.RQ_QUEUES[QUEUE]["URL"]
    try:
        wake_later(JOB, 7)
    finally:
        settings.RQ_QUEUES[QUEUE]["URL"] = before
    assert [record.message for record in caplog.records] == [
        f"no wake-up for {JOB}: ConnectionError; the clock will find its rows"
    ]
