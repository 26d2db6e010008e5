"""Waiting for a message to end, with workers started where none run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from notica.choices import MessageState
from notica.crew import Crew, is_worked
from notica.models import Message
from notica.summaries import totals

LOOK_SECONDS = 0.2
ENDED = (MessageState.FINISHED, MessageState.CANCELLED)


@contextmanager
def workers() -> Iterator[None]:
    """Workers for every queue that nobody works, for as long as the block lasts."""
    missing = [name for name in settings.QUEUES if not is_worked(name)]
    crew = Crew(missing, clock=bool(missing))
    crew.start()
    try:
        yield
    finally:
        crew.stop()


def wait_for(message_ids: list[int], show: Callable[[int, int], None]) -> None:
    """Return when all these messages have ended; `show` is told how many recipients have, of how many."""
    while True:
        states = list(Message.objects.filter(pk__in=message_ids).values_list("state", flat=True))
        counted = [totals(pk) for pk in message_ids]
        everybody = sum(sum(count.values()) for count in counted)
        show(everybody - sum(count.get("", 0) for count in counted), everybody)
        if all(state in ENDED for state in states):
            return
        time.sleep(LOOK_SECONDS)
