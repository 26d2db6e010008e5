"""Statements that settle recipients and messages."""

from typing import Final

LOCK: Final = """
SELECT id, outcome FROM notica_recipient WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""

# Of a text in parts the last one, and only if none of them is in doubt.
SUCCEEDED: Final = """
    d.state IN ('accepted', 'delivered', 'read') AND NOT d.more AND (d.part = 1 OR NOT EXISTS (
        SELECT FROM notica_delivery p
        WHERE p.message_id = d.message_id AND p.recipient_id = d.recipient_id AND p.step = d.step
          AND p.channel = d.channel AND p.address = d.address AND p.state = 'sent_unconfirmed'))"""

# What most come to: nothing is open any more and something succeeded.
END_REACHED: Final = f"""
WITH reached AS (
    SELECT d.recipient_id FROM notica_delivery d
    JOIN notica_recipient r ON r.id = d.recipient_id AND r.message_id = d.message_id
    WHERE r.id = ANY(%s) AND r.outcome <> 'reached'
    GROUP BY d.recipient_id
    HAVING bool_or({SUCCEEDED})
       AND NOT bool_or(d.state IN ('ready', 'sending', 'uncertain'))
       AND count(*) FILTER (WHERE d.more AND d.state IN ('accepted', 'delivered', 'read', 'sent_unconfirmed'))
           <= count(*) FILTER (WHERE d.part > 1)),
before AS (
    SELECT message_id, outcome, count(*) AS number FROM notica_recipient
    WHERE id IN (SELECT recipient_id FROM reached) GROUP BY message_id, outcome),
changed AS (
    UPDATE notica_recipient r
    SET outcome = 'reached', reason = '', closed_at = plumier_now(), step_deadline_at = NULL
    FROM reached WHERE r.id = reached.recipient_id
    RETURNING r.id, r.message_id),
deltas AS (
    INSERT INTO notica_progressdelta (message_id, outcome, count)
    SELECT message_id, outcome, -number FROM before
    UNION ALL
    SELECT message_id, 'reached', sum(number) FROM before GROUP BY message_id)
SELECT id, message_id FROM changed
"""

# Of a long text the next part, a second after the one before it: a chat takes one message a second.
OPEN_PARTS: Final = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step,
                             address, endpoint, lane, state, not_before, expires_at, tries, spent,
                             uncertain_count, provider_id, reason, part)
SELECT d.message_id, d.recipient_id, d.person_id, d.school_id, d.account_id, d.channel, d.step, d.address, d.endpoint,
       d.lane, 'ready', plumier_now() + interval '1 second', d.expires_at, 0, 0, 0, '', '', d.part + 1
FROM notica_recipient r
JOIN notica_delivery d ON d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step
JOIN notica_message m ON m.id = r.message_id AND m.state <> 'cancelled'
WHERE r.id = ANY(%s) AND d.more AND d.state IN ('accepted', 'delivered', 'read', 'sent_unconfirmed')
ON CONFLICT DO NOTHING
RETURNING channel
"""

STANDINGS: Final = f"""
SELECT r.id, r.message_id, r.outcome, r.step,
       count(*) FILTER (WHERE d.state IN ('ready', 'sending', 'uncertain')),
       count(*) FILTER (WHERE {SUCCEEDED}),
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

PLANS: Final = """
SELECT r.id, r.message_id, r.person_id, r.family_of_id, r.step, r.plan
FROM notica_recipient r JOIN notica_message m ON m.id = r.message_id AND m.state <> 'cancelled'
WHERE r.id = ANY(%s) ORDER BY r.id
"""

# The outcome a recipient had is counted off: a late and better answer may have changed it.
END_RECIPIENTS: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g (id, outcome, reason)),
before AS (SELECT r.id, r.message_id, r.outcome FROM notica_recipient r JOIN given USING (id)),
changed AS (
    UPDATE notica_recipient r
    SET outcome = g.outcome, reason = g.reason,
        closed_at = CASE WHEN g.outcome <> '' THEN plumier_now() END,
        step_deadline_at = CASE WHEN g.outcome = '' THEN r.step_deadline_at END
    FROM given g WHERE r.id = g.id AND r.outcome <> g.outcome
    RETURNING r.id, r.message_id, r.outcome),
moves AS (
    SELECT message_id, outcome, 1 AS by FROM changed
    UNION ALL
    SELECT b.message_id, b.outcome, -1 FROM before b JOIN changed USING (id)),
deltas AS (
    INSERT INTO notica_progressdelta (message_id, outcome, count)
    SELECT message_id, outcome, sum(by) FROM moves GROUP BY message_id, outcome)
SELECT DISTINCT message_id FROM changed
"""

# A scalar subquery is asked by the index for each message; EXISTS is planned as a join with all recipients.
_ONE_OPEN: Final = (
    "(SELECT r.id FROM notica_recipient r WHERE r.message_id = m.id AND r.outcome = '' LIMIT 1)"
)

# The messages are locked first and looked at in a statement of its own: one that another process is ending, or in
# which it is opening a recipient again, is then seen as it has become.
LOCK_MESSAGES: Final = "SELECT id FROM notica_message WHERE id = ANY(%s) ORDER BY id FOR UPDATE"

REOPEN: Final = f"""
UPDATE notica_message m SET state = 'sending', finished_at = NULL
WHERE m.id = ANY(%s) AND m.state = 'finished' AND {_ONE_OPEN} IS NOT NULL
"""

_HAS_ENDED: Final = f"""m.state IN ('sending', 'cancelled') AND m.finished_at IS NULL
  AND m.fanned_out_at IS NOT NULL AND {_ONE_OPEN} IS NULL"""

ENDED: Final = f"SELECT m.id FROM notica_message m WHERE m.id = ANY(%s) AND {_HAS_ENDED}"

FINISH: Final = f"""
UPDATE notica_message m
SET state = CASE m.state WHEN 'sending' THEN 'finished' ELSE m.state END, finished_at = plumier_now()
WHERE m.id = ANY(%s) AND {_HAS_ENDED}
RETURNING m.id
"""

UNFINISHED: Final = f"SELECT m.id FROM notica_message m WHERE {_HAS_ENDED} ORDER BY m.id LIMIT 100"

# What has come back and is tried once more: until when its step may now take.
COME_BACK: Final = """
SELECT r.id, r.message_id, array_agg(DISTINCT d.channel), max(d.not_before)
FROM notica_recipient r
JOIN notica_delivery d ON d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step
WHERE r.id = ANY(%s) AND d.state IN ('ready', 'sending', 'uncertain')
GROUP BY r.id, r.message_id
"""

GIVE_TIME: Final = """
UPDATE notica_recipient r SET step_deadline_at = g.deadline
FROM unnest(%s::bigint[], %s::timestamptz[]) AS g (id, deadline) WHERE r.id = g.id AND r.outcome = ''
"""

ADVANCE: Final = """
UPDATE notica_recipient r
SET step = g.step, step_deadline_at = g.deadline
FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS g (id, step, deadline)
WHERE r.id = g.id AND r.outcome = ''
"""

OPEN_NEXT: Final = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step,
                             address, endpoint, lane, state, not_before, expires_at, tries, spent,
                             uncertain_count, provider_id, reason)
SELECT message_id, recipient_id, person_id, school_id, account_id, channel, step, address, endpoint,
       lane, 'ready', not_before, expires_at, 0, 0, 0, '', ''
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
            %s::smallint[], %s::text[], %s::text[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
    AS n (message_id, recipient_id, person_id, school_id, account_id, channel, step, address, endpoint,
          lane, not_before, expires_at)
ON CONFLICT DO NOTHING
"""
