"""`python -m benchmarks.contenders.rq_worker`: RQ's own forking worker, with all that a job needs loaded before."""

import django
import redis
from django.conf import settings
from rq import Worker
from rq.serializers import JSONSerializer

if __name__ == "__main__":
    django.setup()
    from benchmarks.contenders import delivering  # noqa: F401  # a fork finds it loaded

    store = redis.Redis.from_url(settings.REDIS_URL)
    Worker(["deliveries"], connection=store, serializer=JSONSerializer).work(logging_level="WARNING")
