"""What dramatiq's command line imports first: Django, set up, and the broker."""

import django
import dramatiq
import redis
from django.conf import settings
from dramatiq.brokers.redis import RedisBroker

django.setup()
broker = RedisBroker(client=redis.Redis.from_url(settings.REDIS_URL))
dramatiq.set_broker(broker)
