"""The version of a school's register is the sum of its `RegisterChange` rows: the same number twice means that
nothing in it has changed between. Read it before the register, and what is committed in between is a change."""

from typing import Final

from django.db import connection, transaction

# A school folds when it has this many rows, so that summing stays quick.
FOLD_FROM: Final = 20

FOLD: Final = """
WITH many AS (SELECT school_id FROM plumier_registerchange GROUP BY school_id HAVING count(*) >= %s),
gone AS (
    DELETE FROM plumier_registerchange c USING many WHERE c.school_id = many.school_id
    RETURNING c.school_id, c.number)
INSERT INTO plumier_registerchange (school_id, number)
SELECT school_id, sum(number) FROM gone GROUP BY school_id
"""


def fold_versions() -> None:
    """Put the rows of each school into one; no version changes. One process at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLD, [FOLD_FROM])
