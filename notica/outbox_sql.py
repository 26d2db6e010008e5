"""The outbox's statements. Rows are locked by ascending id before they are changed."""

from typing import Final

DUE_ACCOUNTS: Final = """
SELECT a.id FROM channels_app_channelaccount a
WHERE a.channel = %s AND EXISTS (
    SELECT FROM notica_delivery d
    WHERE d.account_id = a.id AND d.state = 'ready' AND d.not_before <= plumier_now())
ORDER BY a.id
"""

DUE_CHANNELS: Final = """
SELECT DISTINCT a.channel FROM channels_app_channelaccount a
WHERE EXISTS (
    SELECT FROM notica_delivery d
    WHERE d.account_id = a.id AND d.state = 'ready' AND d.not_before <= plumier_now())
"""

# `due` has locked its rows as they are now. Asking their state once more would let the planner read every
# row that is ready when its statistics are old.
CLAIM: Final = """
WITH due AS (
    SELECT id FROM notica_delivery
    WHERE account_id = %(account)s AND state = 'ready' AND not_before <= plumier_now()
      AND expires_at > plumier_now()
    ORDER BY account_id, lane, not_before, id
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d
SET state = 'sending', tries = d.tries + 1, claimed_at = plumier_now(),
    lease_until = plumier_now() + make_interval(secs => %(lease)s)
FROM due WHERE d.id = due.id
RETURNING d.id, d.message_id, d.recipient_id, d.person_id, d.channel, d.address, d.endpoint, d.tries,
          d.spent, d.uncertain_count, d.lane, d.not_before
"""

# Only ids find the rows to lock, for the same reason; what they are is looked at once they are locked.
RECORD: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::float8[], %s::smallint[],
                         %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS g (id, try_no, state, wait, spent, unanswered, outcome, code, detail, provider_id)),
locked AS (
    SELECT g.*, d.tries, d.state AS was, d.uncertain_count
    FROM notica_delivery d JOIN given g USING (id)
    ORDER BY d.id FOR UPDATE OF d),
fitting AS (
    SELECT * FROM locked
    WHERE tries = try_no AND (was = 'sending' OR (uncertain_count > 0 AND (
          (was = 'uncertain' AND state IN ('accepted', 'failed', 'ready'))
          OR (was = 'ready' AND state IN ('accepted', 'failed')))))),
changed AS (
    UPDATE notica_delivery d
    SET state = f.state, reason = f.code, lease_until = NULL,
        provider_id = CASE WHEN f.provider_id <> '' THEN f.provider_id ELSE d.provider_id END,
        spent = d.spent + f.spent, uncertain_count = d.uncertain_count + f.unanswered,
        not_before = CASE WHEN f.state IN ('ready', 'uncertain')
                          THEN plumier_now() + make_interval(secs => f.wait) ELSE d.not_before END,
        ended_at = CASE WHEN f.state IN ('ready', 'uncertain') THEN NULL ELSE plumier_now() END
    FROM fitting f WHERE d.id = f.id
    RETURNING d.id, d.message_id, d.recipient_id, d.claimed_at),
attempts AS (
    INSERT INTO notica_attempt (message_id, delivery_id, try_no, started_at, ended_at, outcome, code,
                                detail, provider_id)
    SELECT c.message_id, c.id, g.try_no, c.claimed_at, plumier_now(), g.outcome, g.code, g.detail,
           g.provider_id
    FROM changed c JOIN given g USING (id)
    ON CONFLICT DO NOTHING)
SELECT DISTINCT message_id, recipient_id FROM changed
"""

POSTPONE: Final = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS g (id, try_no, due)),
mine AS (
    SELECT d.id, g.due FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d
SET state = 'ready', tries = d.tries - 1, lease_until = NULL, not_before = mine.due
FROM mine WHERE d.id = mine.id
"""

SET_ASIDE: Final = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[]) AS g (id, try_no, reason)),
mine AS (
    SELECT d.id, g.reason FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d
SET state = 'suppressed', tries = d.tries - 1, lease_until = NULL, reason = mine.reason,
    ended_at = plumier_now()
FROM mine WHERE d.id = mine.id
RETURNING d.message_id, d.recipient_id
"""

SUPPRESS: Final = """
INSERT INTO channels_app_suppression (account_id, address, reason, since)
SELECT DISTINCT ON (d.account_id, d.address) d.account_id, d.address, g.reason, plumier_now()
FROM unnest(%s::bigint[], %s::text[]) AS g (id, reason) JOIN notica_delivery d USING (id)
WHERE d.endpoint = d.address
ORDER BY d.account_id, d.address
ON CONFLICT DO NOTHING
"""

BLOCK: Final = """
WITH dead AS (
    SELECT a.id FROM channels_app_activation a
    JOIN notica_delivery d USING (account_id, address, endpoint)
    WHERE d.id = ANY(%s) AND d.endpoint <> d.address
    ORDER BY a.id FOR UPDATE OF a)
UPDATE channels_app_activation a SET state = 'blocked', checked_at = plumier_now()
FROM dead WHERE a.id = dead.id
"""

REAP: Final = """
WITH lost AS (
    SELECT id FROM notica_delivery
    WHERE state = 'sending' AND lease_until < plumier_now()
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED),
changed AS (
    UPDATE notica_delivery d
    SET state = 'uncertain', reason = 'lease', lease_until = NULL, not_before = plumier_now(),
        uncertain_count = uncertain_count + 1
    FROM lost WHERE d.id = lost.id
    RETURNING d.id, d.message_id, d.recipient_id, d.tries, d.claimed_at),
attempts AS (
    INSERT INTO notica_attempt (message_id, delivery_id, try_no, started_at, ended_at, outcome, code,
                                detail, provider_id)
    SELECT message_id, id, tries, claimed_at, plumier_now(), 'uncertain', 'lease', '', '' FROM changed
    ON CONFLICT DO NOTHING)
SELECT DISTINCT message_id, recipient_id FROM changed
"""

RESOLVE: Final = """
WITH waited AS (
    SELECT id FROM notica_delivery
    WHERE state = 'uncertain' AND not_before <= plumier_now()
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d
SET state = CASE WHEN d.channel = ANY(%(resendable)s) AND d.uncertain_count < 2
                 THEN 'ready' ELSE 'sent_unconfirmed' END,
    ended_at = CASE WHEN d.channel = ANY(%(resendable)s) AND d.uncertain_count < 2
                    THEN NULL ELSE plumier_now() END
FROM waited WHERE d.id = waited.id
RETURNING d.message_id, d.recipient_id
"""

EXPIRE: Final = """
WITH late AS (
    SELECT id FROM notica_delivery
    WHERE state = 'ready' AND expires_at <= plumier_now()
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d SET state = 'expired', reason = 'expired', ended_at = plumier_now()
FROM late WHERE d.id = late.id
RETURNING d.message_id, d.recipient_id
"""

CLOSE_STEPS: Final = """
WITH late AS (
    SELECT d.id FROM notica_recipient r
    JOIN notica_delivery d ON d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step
    WHERE r.outcome = '' AND r.step_deadline_at <= plumier_now() AND d.state = 'ready'
      AND jsonb_array_length(r.plan -> 'steps') > r.step
    ORDER BY d.id LIMIT 1000 FOR UPDATE OF d SKIP LOCKED)
UPDATE notica_delivery d SET state = 'expired', reason = 'step_over', ended_at = plumier_now()
FROM late WHERE d.id = late.id
RETURNING d.message_id, d.recipient_id
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
