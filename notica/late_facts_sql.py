"""Statements of what providers tell later. Rows are locked by ascending id before they are changed."""

from typing import Final

# In one order, so that two who were handed the same facts wait for each other and do not stand in each other's way.
STORE: Final = """
INSERT INTO notica_receipt (channel, event, message_id, delivery_id, try_no, state, reason, again_after, if_quiet,
                            suppress, strikes, payload, received_at)
SELECT %(channel)s, g.event, d.message_id, g.delivery_id, g.try_no, g.state, g.reason, g.again_after, g.if_quiet,
       g.suppress, g.strikes, g.payload, plumier_now()
FROM json_to_recordset(%(rows)s) AS g (
    event text, delivery_id bigint, try_no smallint, state text, reason text, again_after float8,
    if_quiet boolean, suppress boolean, strikes smallint, payload jsonb)
LEFT JOIN notica_delivery d ON d.id = g.delivery_id
ORDER BY g.event
ON CONFLICT DO NOTHING
"""

_IS_QUIET: Final = """
    EXISTS (
        SELECT FROM plumier_school s
        JOIN plumier_schoolpolicy p ON p.school_id = s.id AND p.quiet_from <> p.quiet_until
        CROSS JOIN LATERAL (SELECT (plumier_now() AT TIME ZONE s.time_zone)::time AS clock) t
        WHERE s.id = l.school_id AND CASE WHEN p.quiet_from < p.quiet_until
            THEN t.clock >= p.quiet_from AND t.clock < p.quiet_until
            ELSE t.clock >= p.quiet_from OR t.clock < p.quiet_until END)"""

# «Delivered» and «read» hold whichever try they are of and whatever was believed meanwhile; «undelivered» only of the
# last try, and it says more than «accepted», which comes before it. What comes back is tried once more where its
# reason passes, no further step was opened and she has not received it otherwise. «Accepted» is no news of a send that
# silence has closed, or that has come back. What is claimed at this very moment keeps its facts until it is
# recorded.
APPLY: Final = f"""
WITH waiting AS (
    SELECT r.id, r.delivery_id, r.try_no, r.state, r.reason, r.again_after, r.if_quiet,
           r.payload ->> 'provider_id' AS provider_id
    FROM notica_receipt r
    LEFT JOIN notica_delivery d ON d.id = r.delivery_id
    WHERE r.applied_at IS NULL AND d.state IS DISTINCT FROM 'sending'
    ORDER BY r.id LIMIT 1000 FOR UPDATE OF r SKIP LOCKED),
locked AS (
    SELECT d.id, d.recipient_id, d.message_id, d.school_id, d.step, d.tries, d.state, d.returned, d.expires_at
    FROM notica_delivery d
    WHERE d.id IN (SELECT delivery_id FROM waiting)
    ORDER BY d.id FOR UPDATE OF d),
best AS (
    SELECT DISTINCT ON (l.id) l.id, w.state, w.reason, w.again_after, w.provider_id,
           w.try_no BETWEEN 1 AND l.tries AS made, coalesce(l.step = r.step, true) AS is_open,
           coalesce(w.state = 'undelivered' AND l.state IN ('accepted', 'uncertain') AND l.returned = 0
               AND l.expires_at > plumier_now() + make_interval(secs => w.again_after) AND l.step = r.step
               AND NOT EXISTS (SELECT FROM notica_delivery o
                               WHERE o.message_id = l.message_id AND o.recipient_id = l.recipient_id
                                 AND o.state IN ('delivered', 'read'))
               AND (NOT w.if_quiet OR {_IS_QUIET}), false) AS again
    FROM waiting w JOIN locked l ON l.id = w.delivery_id
    LEFT JOIN notica_recipient r ON r.message_id = l.message_id AND r.id = l.recipient_id
    WHERE l.state <> 'sending' AND (w.state <> 'undelivered' OR w.try_no = l.tries)
    ORDER BY l.id, array_position(ARRAY['read', 'delivered', 'undelivered', 'accepted'], w.state::text)),
changed AS (
    UPDATE notica_delivery d
    SET state = CASE WHEN l.again THEN 'ready' ELSE l.state END,
        reason = l.reason,
        returned = d.returned + l.again::int,
        not_before = CASE WHEN l.again THEN plumier_now() + make_interval(secs => l.again_after)
                          ELSE d.not_before END,
        receipt_by = CASE WHEN l.state = 'accepted' AND d.channel = ANY(%(asked)s)
                          THEN plumier_now() + make_interval(secs => %(within)s) END,
        provider_id = coalesce(nullif(l.provider_id, ''), d.provider_id),
        ended_at = CASE WHEN l.again THEN NULL ELSE coalesce(d.ended_at, plumier_now()) END
    FROM best l
    WHERE d.id = l.id AND (
          (l.state = 'accepted' AND (d.state = 'uncertain'
                                     OR (d.state = 'sent_unconfirmed' AND d.reason <> 'no_receipt' AND l.is_open)
                                     OR (d.state = 'ready' AND d.uncertain_count > 0 AND d.returned = 0)))
          OR (l.state = 'undelivered' AND d.state IN ('uncertain', 'sent_unconfirmed', 'accepted'))
          OR (l.state = 'delivered' AND l.made AND d.state NOT IN ('delivered', 'read'))
          OR (l.state = 'read' AND l.made AND d.state <> 'read')))
SELECT w.id, l.recipient_id FROM waiting w LEFT JOIN locked l ON l.id = w.delivery_id
WHERE l.state IS DISTINCT FROM 'sending'
"""

# Whoever has received it is written to no further: what was opened for her in doubt and has not begun.
STOP_LATER: Final = """
WITH later AS (
    SELECT d.id FROM notica_receipt r
    JOIN notica_delivery t ON t.id = r.delivery_id AND t.state IN ('delivered', 'read')
    JOIN notica_delivery d ON d.message_id = t.message_id AND d.recipient_id = t.recipient_id AND d.step > t.step
    WHERE r.id = ANY(%s) AND r.state IN ('delivered', 'read') AND d.state = 'ready' AND d.uncertain_count = 0
    ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d SET state = 'cancelled', reason = 'received', ended_at = plumier_now()
FROM later WHERE d.id = later.id
"""

APPLIED: Final = (
    "UPDATE notica_receipt SET applied_at = plumier_now() WHERE id = ANY(%s) AND applied_at IS NULL"
)

# What these receipts say of their addresses.
OF_ADDRESSES: Final = """
SELECT delivery_id, state, reason, suppress, strikes FROM notica_receipt
WHERE id = ANY(%s) AND message_id IS NOT NULL AND (suppress OR strikes > 0 OR state IN ('delivered', 'read'))
ORDER BY id
"""
