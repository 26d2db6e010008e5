"""dramatiq's actor: it delivers one row."""

import dramatiq

from benchmarks.contenders.delivering import deliver
from benchmarks.contenders.dramatiq_broker import broker

deliver_actor = dramatiq.actor(deliver, broker=broker)
