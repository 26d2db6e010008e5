"""django-post_office: its queue, its templates rendered on delivery, its command with its defaults."""

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from post_office.mail import send_many, send_queued_mail_until_done
from post_office.models import STATUS, Email, EmailTemplate

from benchmarks.contenders.delivering import context_of
from notica.models import Delivery

TEMPLATE = "message"


def queue(ids: Sequence[int]) -> None:
    """Put a mail for each of these deliveries into its queue."""
    template = EmailTemplate.objects.create(
        name=TEMPLATE,
        subject="{{ subject }}",
        content=_source("email.txt"),
        html_content=_source("email.html"),
    )
    send_many(
        [
            {
                "recipients": delivery.endpoint,
                "sender": settings.DEFAULT_FROM_EMAIL,
                "template": template,
                "context": context_of(delivery),
                "render_on_delivery": True,
            }
            for delivery in Delivery.objects.filter(pk__in=ids)
        ]
    )


def prepare(index: int) -> Callable[[], dict[str, Any]]:
    """What `manage.py send_queued_mail` does; how many mails it sent and when it ended."""
    logging.getLogger("post_office").setLevel(logging.WARNING)
    lock = str(Path(tempfile.mkdtemp(prefix="plumier-bench-")) / "post_office")

    def work() -> dict[str, Any]:
        send_queued_mail_until_done(lock)
        return {"ended": time.monotonic(), "sent": Email.objects.filter(status=STATUS.sent).count()}

    return work


def _source(name: str) -> str:
    template: Any = get_template(f"messages/default/{name}")
    return str(template.template.source)
