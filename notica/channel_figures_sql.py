"""Statements of the channels' figures. No delivery and no try is read that is not in the answer's own index."""

from typing import Final

# Beyond so many nobody needs the number, and counting them would take long.
CAP: Final = 10_000

_READY: Final = "d.account_id = a.id AND d.lane = l.lane AND d.state = 'ready' AND d.crashes = 0"
_LANES: Final = "CROSS JOIN (VALUES (0::smallint), (1::smallint)) AS l(lane)"

# The schools that have anything ready on an account in a lane, each with its oldest: one look at `delivery_due` for
# each school, whatever the statistics say.
_SCHOOLS: Final = f"""
WITH RECURSIVE found (school_id, oldest) AS (
    (SELECT d.school_id, d.not_before FROM notica_delivery d
     WHERE {_READY} ORDER BY d.school_id, d.not_before LIMIT 1)
    UNION ALL
    SELECT later.school_id, later.not_before FROM found CROSS JOIN LATERAL (
        SELECT d.school_id, d.not_before FROM notica_delivery d
        WHERE {_READY} AND d.school_id > found.school_id ORDER BY d.school_id, d.not_before LIMIT 1) later)
SELECT school_id, oldest FROM found
"""
_SCHOOL: Final = f"""
SELECT d.school_id, d.not_before AS oldest FROM notica_delivery d
WHERE {_READY} AND d.school_id = %(school)s ORDER BY d.not_before LIMIT 1
"""


def _queue(schools: str) -> str:
    """Of each account and lane: what is due, what is ready but for later, and for how long the oldest has been due.

    Counted school by school, of each no more than the cap and one.
    """
    counted = f"""
        SELECT count(*) AS number FROM (
            SELECT FROM notica_delivery d
            WHERE {_READY} AND d.school_id = s.school_id AND d.not_before {{}} plumier_now()
            ORDER BY d.not_before LIMIT {CAP + 1}) some_of_them
    """
    return f"""
    SELECT a.id, l.lane, waiting.due, waiting.later, waiting.seconds
    FROM unnest(%(accounts)s::bigint[]) AS a(id) {_LANES}
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(due.number), 0)::bigint AS due, coalesce(sum(later.number), 0)::bigint AS later,
               extract(epoch FROM plumier_now()
                       - min(s.oldest) FILTER (WHERE s.oldest <= plumier_now()))::float8 AS seconds
        FROM ({schools}) s
        CROSS JOIN LATERAL ({counted.format("<=")}) due CROSS JOIN LATERAL ({counted.format(">")}) later) waiting
    """


QUEUE_OF_SCHOOL: Final = _queue(_SCHOOL)
QUEUE_OF_ALL: Final = _queue(_SCHOOLS)

# Few at any time: each has a partial index of its own.
APART: Final = """
SELECT account_id, state, count(*) FROM notica_delivery
WHERE state = 'uncertain' AND account_id = ANY(%(accounts)s) AND (%(school)s::bigint IS NULL OR school_id = %(school)s)
GROUP BY 1, 2
UNION ALL
SELECT account_id, state, count(*) FROM notica_delivery
WHERE state = 'sending' AND account_id = ANY(%(accounts)s) AND (%(school)s::bigint IS NULL OR school_id = %(school)s)
GROUP BY 1, 2
"""

# Whether somebody else has something due there.
OTHERS: Final = f"""
SELECT DISTINCT a.id FROM unnest(%(accounts)s::bigint[]) AS a(id) {_LANES}
CROSS JOIN LATERAL ({_SCHOOLS}) s
WHERE s.school_id <> %(school)s AND s.oldest <= plumier_now()
"""

_MINUTE: Final = "floor(extract(epoch FROM plumier_now()) / 60)"
TALLIES: Final = f"""
SELECT account_id,
       coalesce(sum(number) FILTER (WHERE outcome = 'accepted' AND minute >= {_MINUTE} - 5), 0)::bigint,
       coalesce(sum(number) FILTER (WHERE outcome = 'accepted' AND minute >= {_MINUTE} - 15), 0)::bigint,
       coalesce(sum(number) FILTER (WHERE outcome = 'accepted' AND minute >= {_MINUTE} - 60), 0)::bigint,
       coalesce(sum(number) FILTER (WHERE outcome = 'told_undelivered' AND minute >= {_MINUTE} - 60), 0)::bigint,
       max(last_at) FILTER (WHERE outcome = 'accepted')
FROM notica_sendtally
WHERE account_id = ANY(%(accounts)s) AND (%(school)s::bigint IS NULL OR school_id = %(school)s)
GROUP BY 1
"""
LAST_ERRORS: Final = """
SELECT DISTINCT ON (account_id) account_id, last_at, last_code FROM notica_sendtally
WHERE account_id = ANY(%(accounts)s) AND (%(school)s::bigint IS NULL OR school_id = %(school)s)
  AND outcome IN ('not_processed', 'permanent', 'throttled', 'uncertain', 'told_undelivered')
ORDER BY account_id, last_at DESC
"""

# Accounts on which something has been due for longer than so many seconds, in which nothing was accepted either: a
# message to many takes its time at the rate that is allowed.
STALLED: Final = f"""
SELECT DISTINCT a.id FROM channels_app_channelaccount a {_LANES}
CROSS JOIN LATERAL ({_SCHOOLS}) s
WHERE s.oldest < plumier_now() - make_interval(secs => %(seconds)s)
  AND NOT EXISTS (
      SELECT FROM notica_sendtally t
      WHERE t.account_id = a.id AND t.outcome = 'accepted'
        AND t.last_at > plumier_now() - make_interval(secs => %(seconds)s))
"""
