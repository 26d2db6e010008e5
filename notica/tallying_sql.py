"""Statements that count tries and receipts by the minute, each row once.

A row's delivery is looked up by its key alone: `OFFSET 0` keeps the planner from reading all deliveries.
"""

from typing import Final

MARKS: Final = """
INSERT INTO notica_tallymark (source, counted, seen, writers) VALUES ('attempts', 0, 0, '{}'), ('receipts', 0, 0, '{}')
ON CONFLICT DO NOTHING
"""

_WRITERS: Final = """
SELECT virtualtransaction FROM pg_locks
WHERE relation = %(table)s::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
"""

# From where to where: nothing while somebody still writes who may bring a row of a number seen before.
RANGE: Final = f"""
SELECT counted, least(seen, counted + %(most)s) FROM notica_tallymark
WHERE source = %(source)s AND seen > counted AND NOT writers && ARRAY({_WRITERS})::varchar[]
FOR UPDATE
"""

COUNTED: Final = "UPDATE notica_tallymark SET counted = %(upto)s WHERE source = %(source)s"

# Where all that was seen is counted: how far the table goes now, and only then who is still writing to it.
SEE: Final = """
UPDATE notica_tallymark SET seen = coalesce((SELECT max(id) FROM {table}), 0)
WHERE source = %(source)s AND counted >= seen
"""
WRITING: Final = f"""
UPDATE notica_tallymark SET writers = ARRAY({_WRITERS}) WHERE source = %(source)s AND seen > counted
"""


_ADDED: Final = """
ON CONFLICT (school_id, account_id, channel, outcome, minute) DO UPDATE
SET number = t.number + excluded.number,
    last_code = CASE WHEN excluded.last_at >= t.last_at THEN excluded.last_code ELSE t.last_code END,
    last_at = greatest(t.last_at, excluded.last_at)
"""


def _add(source: str) -> str:
    """Add what a SELECT of (channel, account, school, outcome, at, code, id) finds."""
    return f"""
    INSERT INTO notica_sendtally AS t
        (channel, account_id, school_id, outcome, minute, number, last_at, last_code)
    SELECT channel, account_id, school_id, outcome, floor(extract(epoch FROM at) / 60)::bigint, count(*),
           max(at), (array_agg(code ORDER BY id DESC))[1]
    FROM ({source}) AS found (channel, account_id, school_id, outcome, at, code, id)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 2, 1, 4, 5
    {_ADDED}
    """


# A text in parts is one message: it is counted as taken with its last part.
ADD_ATTEMPTS: Final = _add("""
    SELECT d.channel, d.account_id, d.school_id, a.outcome, a.ended_at, a.code, a.id
    FROM notica_attempt a CROSS JOIN LATERAL (
        SELECT d.channel, d.account_id, d.school_id, d.more
        FROM notica_delivery d WHERE d.id = a.delivery_id OFFSET 0) d
    WHERE a.id > %(after)s AND a.id <= %(upto)s AND NOT (d.more AND a.outcome = 'accepted')""")

ADD_RECEIPTS: Final = _add("""
    SELECT r.channel, d.account_id, d.school_id, 'told_' || r.state, r.received_at, r.reason, r.id
    FROM notica_receipt r LEFT JOIN LATERAL (
        SELECT d.account_id, d.school_id FROM notica_delivery d WHERE d.id = r.delivery_id OFFSET 0) d ON true
    WHERE r.id > %(after)s AND r.id <= %(upto)s""")

# What a page looks at stays by the minute; before that only sums are of use.
PUT_TOGETHER: Final = f"""
WITH old AS (
    DELETE FROM notica_sendtally
    WHERE minute > 0 AND minute < floor(extract(epoch FROM plumier_now()) / 60) - %s RETURNING *)
INSERT INTO notica_sendtally AS t
    (channel, account_id, school_id, outcome, minute, number, last_at, last_code)
SELECT channel, account_id, school_id, outcome, 0, sum(number), max(last_at),
       (array_agg(last_code ORDER BY last_at DESC))[1]
FROM old GROUP BY 1, 2, 3, 4 ORDER BY 3, 2, 1, 4
{_ADDED}
"""
