"""Statements that settle recipients and messages."""

from typing import Final

LOCK: Final = """
SELECT id FROM notica_recipient WHERE id = ANY(%s) AND outcome = '' ORDER BY id FOR UPDATE
"""

STANDINGS: Final = """
SELECT r.id, r.message_id, r.person_id, r.family_of_id, r.step, r.plan,
       count(*) FILTER (WHERE d.step = r.step AND d.state IN ('ready', 'sending', 'uncertain')),
       count(*) FILTER (WHERE d.state IN ('accepted', 'delivered', 'read')),
       count(*) FILTER (WHERE d.state = 'sent_unconfirmed'),
       count(*) FILTER (WHERE d.step = r.step AND d.state = 'cancelled'),
       count(*) FILTER (WHERE d.step = r.step AND d.state = 'expired'),
       count(*) FILTER (WHERE d.step = r.step),
       coalesce((array_agg(d.reason ORDER BY d.step DESC, d.id) FILTER (WHERE d.reason <> ''))[1], '')
FROM notica_recipient r
LEFT JOIN notica_delivery d ON d.message_id = r.message_id AND d.recipient_id = r.id
WHERE r.id = ANY(%s)
GROUP BY r.id
ORDER BY r.id
"""

END_RECIPIENTS: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g (id, outcome, reason)),
changed AS (
    UPDATE notica_recipient r
    SET outcome = g.outcome, reason = g.reason, closed_at = plumier_now(), step_deadline_at = NULL
    FROM given g WHERE r.id = g.id AND r.outcome = ''
    RETURNING r.message_id, r.outcome),
deltas AS (
    INSERT INTO notica_progressdelta (message_id, outcome, count)
    SELECT message_id, outcome, count(*) FROM changed GROUP BY message_id, outcome
    UNION ALL
    SELECT message_id, '', -count(*) FROM changed GROUP BY message_id)
SELECT DISTINCT message_id FROM changed
"""

FINISH: Final = """
WITH over AS (
    SELECT m.id FROM notica_message m
    WHERE m.id = ANY(%s) AND m.state = 'sending' AND m.fanned_out_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM notica_recipient r WHERE r.message_id = m.id AND r.outcome = '')
    ORDER BY m.id FOR UPDATE OF m)
UPDATE notica_message m SET state = 'finished', finished_at = plumier_now()
FROM over WHERE m.id = over.id
RETURNING m.id
"""

ADVANCE: Final = """
UPDATE notica_recipient r
SET step = g.step, step_deadline_at = g.deadline
FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS g (id, step, deadline)
WHERE r.id = g.id AND r.outcome = ''
"""
