"""Django's own SMTP back end in one process: a connection for each mail, or one for all."""

import time
from collections.abc import Callable
from typing import Any

from django.core.mail import get_connection

from benchmarks.contenders.delivering import deliver_mail
from notica.models import Delivery


def prepare(kept: bool, index: int) -> Callable[[], dict[str, Any]]:
    """Send every mail that is ready; how many were sent and when it ended."""

    def work() -> dict[str, Any]:
        connection = get_connection() if kept else None
        if connection is not None:
            connection.open()
        sent = 0
        for delivery in Delivery.objects.filter(channel="email", state="ready").order_by("pk").iterator():
            deliver_mail(delivery, connection)
            sent += 1
        if connection is not None:
            connection.close()
        return {"ended": time.monotonic(), "sent": sent}

    return work
