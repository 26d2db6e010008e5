"""Progress counted from deltas, which are folded now and then so that summing stays quick."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Sum

from notica import progress_sql as sql
from notica.models import ProgressDelta

FOLD_FROM: Final = 50  # deltas of one message


def totals(*message_ids: int) -> dict[str, int]:
    """How many recipients of these messages by outcome; the open ones under an empty key."""
    deltas = ProgressDelta.objects.filter(message_id__in=message_ids).values("outcome")
    sums = deltas.annotate(total=Sum("count")).values_list("outcome", "total")
    return {outcome: total for outcome, total in sums if total}


def fold_running() -> None:
    """Put the deltas of running messages that have many into one for each outcome."""
    _execute(sql.FOLD_RUNNING, FOLD_FROM)


def fold(message_ids: Sequence[int]) -> None:
    """Put the deltas of these messages into one for each outcome."""
    _execute(sql.FOLD_THESE, list(message_ids))


def _execute(statement: str, value: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value])
