"""Rows whose parents are missing: what the database does not check where it has no foreign keys.

The mass tables have none because they cost more on insert than the rows. A row without its parent comes from
a hand in the tables or from a fault of ours, and never from a send.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection, models
from psycopg import sql

from channels_app.models import ChannelAccount
from notica.models import Attempt, Delivery, InboxEntry, Message, Recipient, RecipientAbout
from plumier.models import Person, School, Student

PAGE: Final = 100_000  # ids looked at in one statement

PARENTS: Final[dict[type[models.Model], dict[str, type[models.Model]]]] = {
    Recipient: {"message_id": Message, "school_id": School, "person_id": Person, "family_of_id": Student},
    RecipientAbout: {"message_id": Message, "recipient_id": Recipient, "student_id": Student},
    InboxEntry: {"message_id": Message, "recipient_id": Recipient, "person_id": Person},
    Delivery: {
        "message_id": Message,
        "recipient_id": Recipient,
        "person_id": Person,
        "school_id": School,
        "account_id": ChannelAccount,
    },
    Attempt: {"message_id": Message, "delivery_id": Delivery},
}

_ORPHANS: Final = """
SELECT count(*) FROM {child} c
WHERE c.id > %s AND c.id <= %s AND c.{column} IS NOT NULL
  AND NOT EXISTS (SELECT FROM {parent} p WHERE p.id = c.{column})
"""


@dataclass(frozen=True, slots=True)
class Orphans:
    """How many rows of a table name a parent that is not there."""

    table: str
    column: str
    number: int


def orphans() -> list[Orphans]:
    """Every relation with rows that lost their parent; empty when all is well."""
    counted = (
        Orphans(child._meta.db_table, column, _count(child, column, parent))
        for child, columns in PARENTS.items()
        for column, parent in columns.items()
    )
    return [found for found in counted if found.number]


def _count(child: type[models.Model], column: str, parent: type[models.Model]) -> int:
    statement = sql.SQL(_ORPHANS).format(
        child=sql.Identifier(child._meta.db_table),
        column=sql.Identifier(column),
        parent=sql.Identifier(parent._meta.db_table),
    )
    number = 0
    with connection.cursor() as cursor:
        for after, until in _windows(child):
            cursor.execute(statement, [after, until])
            number += cursor.fetchone()[0]
    return number


def _windows(child: type[models.Model]) -> Iterator[tuple[int, int]]:
    ends = child._default_manager.aggregate(first=models.Min("pk"), last=models.Max("pk"))
    if ends["last"] is not None:
        for after in range(ends["first"] - 1, ends["last"], PAGE):
            yield after, after + PAGE
