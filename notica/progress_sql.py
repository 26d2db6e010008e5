"""Statements that fold progress."""

from typing import Final

# Two folds at once leave each other's rows alone, so that neither waits for the other.
_FOLD: Final = """
mine AS (
    SELECT d.id FROM notica_progressdelta d JOIN many USING (message_id)
    ORDER BY d.id FOR UPDATE OF d SKIP LOCKED),
gone AS (
    DELETE FROM notica_progressdelta d USING mine WHERE d.id = mine.id
    RETURNING d.message_id, d.outcome, d.count)
INSERT INTO notica_progressdelta (message_id, outcome, count)
SELECT message_id, outcome, sum(count) FROM gone GROUP BY message_id, outcome HAVING sum(count) <> 0
"""

FOLD_RUNNING: Final = f"""
WITH many AS (
    SELECT d.message_id FROM notica_progressdelta d
    JOIN notica_message m ON m.id = d.message_id AND m.state IN ('sending', 'cancelled') AND m.finished_at IS NULL
    GROUP BY d.message_id HAVING count(*) >= %s),
{_FOLD}"""

FOLD_THESE: Final = f"""
WITH many AS (SELECT unnest(%s::bigint[]) AS message_id),
{_FOLD}"""
