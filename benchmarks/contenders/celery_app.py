"""Celery's application: the task that delivers one row."""

from celery import Celery
from django.conf import settings

from benchmarks.contenders.delivering import deliver

app = Celery("deliveries", broker=settings.REDIS_URL.replace("unix://", "redis+socket://", 1))
app.conf.task_ignore_result = True
deliver_task = app.task(deliver, name="deliver")
