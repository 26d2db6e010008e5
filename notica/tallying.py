"""Counts tries and receipts by the minute, so that no page and no machine has to read them all.

A part of the clock's round. Nothing is counted twice or left out, whatever is committed late; a count is at
most two rounds old.
"""

from typing import Final

from django.db import connection, transaction

from notica import tallying_sql as sql

AT_ONCE: Final = 20_000  # rows counted in one transaction
MOST: Final = 10  # such transactions in one round
MINUTES_KEPT: Final = 70  # an hour is looked at, and the count is never this late

_SOURCES: Final = {
    "attempts": ("notica_attempt", sql.ADD_ATTEMPTS),
    "receipts": ("notica_receipt", sql.ADD_RECEIPTS),
}


def tally() -> None:
    """Count what is new. Can be run at any time, in any number of processes."""
    with connection.cursor() as cursor:
        cursor.execute(sql.MARKS)
    for source in _SOURCES:
        for _ in range(MOST):
            if not _count(source):
                _look(source)
                break
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.PUT_TOGETHER, [MINUTES_KEPT])


def _count(source: str) -> bool:
    """Count some of what was seen; whether there was anything that may be counted already."""
    table, add = _SOURCES[source]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.RANGE, {"source": source, "table": table, "most": AT_ONCE})
        found = cursor.fetchone()
        if found is None:
            return False
        after, upto = found
        cursor.execute(add, {"after": after, "upto": upto})
        cursor.execute(sql.COUNTED, {"source": source, "upto": upto})
    return True


def _look(source: str) -> None:
    """Remember what there is to count at the next round; two statements, for the order of what they see."""
    table, _ = _SOURCES[source]
    with connection.cursor() as cursor:
        cursor.execute(sql.SEE.format(table=table), {"source": source})
        cursor.execute(sql.WRITING, {"source": source, "table": table})
