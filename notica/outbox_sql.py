"""The outbox's statements. Rows are locked by ascending id before they are changed."""

from typing import Final


def given_up(state: str) -> str:
    """How a delivery `d` ends that is sent no more: of an unanswered try nobody can say that it did not go out."""
    return f"CASE WHEN d.uncertain_count > 0 THEN 'sent_unconfirmed' ELSE {state} END"


# Only ids find the rows to lock, whatever the statistics say; what they are is looked at once they are locked.
# A late answer still counts: the lease ran out, but nobody has claimed the row since.
RECORD: Final = """
WITH given AS (
    SELECT * FROM json_to_recordset(%s) AS g (
        id bigint, try_no smallint, state text, wait float8, spent smallint, unanswered smallint,
        certain boolean, outcome text, code text, detail text, provider_id text, receipt_within float8)),
locked AS (
    SELECT g.*, d.tries, d.state AS was, d.uncertain_count, d.returned, d.reason AS why
    FROM notica_delivery d JOIN given g USING (id)
    ORDER BY d.id FOR UPDATE OF d),
fitting AS (
    SELECT id, wait, spent, unanswered, code, provider_id, receipt_within,
           CASE WHEN state = 'failed' AND NOT certain
                     AND uncertain_count > (was IN ('uncertain', 'ready'))::int  -- another try than this one
                THEN 'sent_unconfirmed' ELSE state END AS state
    FROM locked
    WHERE tries = try_no AND (
          was = 'sending'
          OR (was = 'uncertain' AND state IN ('accepted', 'failed', 'ready'))
          OR (was = 'ready' AND uncertain_count > 0 AND returned = 0 AND state IN ('accepted', 'failed'))
          OR (was = 'sent_unconfirmed' AND why <> 'no_receipt' AND state = 'accepted'))),
changed AS (
    UPDATE notica_delivery d
    SET state = f.state, reason = f.code, lease_until = NULL,
        provider_id = CASE WHEN f.provider_id <> '' THEN f.provider_id ELSE d.provider_id END,
        receipt_by = CASE WHEN f.state = 'accepted'
                          THEN plumier_now() + make_interval(secs => f.receipt_within) END,
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
SELECT DISTINCT recipient_id FROM changed
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

READDRESS: Final = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[]) AS g (id, try_no, endpoint)),
mine AS (
    SELECT d.id, g.endpoint FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d SET state = 'ready', tries = d.tries - 1, lease_until = NULL, endpoint = mine.endpoint
FROM mine WHERE d.id = mine.id
"""

SET_ASIDE: Final = f"""
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[]) AS g (id, try_no, state, reason)),
mine AS (
    SELECT d.id, g.state, g.reason FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d
SET state = {given_up("mine.state")},
    tries = d.tries - 1, lease_until = NULL, reason = mine.reason, ended_at = plumier_now()
FROM mine WHERE d.id = mine.id
RETURNING d.recipient_id
"""

GIVE_BACK: Final = f"""
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::smallint[]) AS g (id, try_no)),
mine AS (
    SELECT d.id, d.crashes + 1 >= %s AS hopeless FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d
SET state = CASE WHEN mine.hopeless THEN {given_up("'quarantined'")} ELSE 'ready' END,
    tries = d.tries - 1, crashes = d.crashes + 1, reason = 'broken', lease_until = NULL,
    not_before = plumier_now() + interval '1 second',
    ended_at = CASE WHEN mine.hopeless THEN plumier_now() END
FROM mine WHERE d.id = mine.id
RETURNING d.recipient_id
"""

ANNOUNCE_PARTS: Final = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::boolean[]) AS g (id, try_no, more)),
mine AS (
    SELECT d.id, g.more FROM notica_delivery d JOIN given g USING (id)
    WHERE d.tries = g.try_no AND d.state = 'sending' ORDER BY d.id FOR UPDATE OF d)
UPDATE notica_delivery d SET more = mine.more FROM mine WHERE d.id = mine.id
"""

PAUSE: Final = """
UPDATE channels_app_channelaccount
SET paused_until = greatest(paused_until, plumier_now() + make_interval(secs => %s)) WHERE id = %s
"""

OPEN_CIRCUIT: Final = """
UPDATE channels_app_channelaccount
SET circuit_open_until = greatest(circuit_open_until, plumier_now() + make_interval(secs => %s)),
    circuit_reason = %s
WHERE id = %s
"""

CLOSE_CIRCUIT: Final = """
UPDATE channels_app_channelaccount SET circuit_open_until = NULL, circuit_reason = ''
WHERE id = %s AND circuit_open_until IS NOT NULL
"""
