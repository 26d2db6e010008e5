"""Statements of what time alone does to deliveries. Rows are locked by ascending id before they are changed."""

from typing import Final

from notica.outbox_sql import given_up

REAP: Final = """
WITH lost AS (
    SELECT id FROM notica_delivery
    WHERE state = 'sending' AND lease_until < plumier_now()
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED),
changed AS (
    UPDATE notica_delivery d
    SET state = 'uncertain', reason = 'lease', lease_until = NULL,
        not_before = plumier_now() + make_interval(secs => CASE WHEN d.channel = ANY(%(looking_up)s)
                                                                THEN %(wait)s ELSE 0 END),
        uncertain_count = uncertain_count + 1, crashes = crashes + 1
    FROM lost WHERE d.id = lost.id
    RETURNING d.id, d.message_id, d.recipient_id, d.tries, d.claimed_at),
attempts AS (
    INSERT INTO notica_attempt (message_id, delivery_id, try_no, started_at, ended_at, outcome, code,
                                detail, provider_id)
    SELECT message_id, id, tries, claimed_at, plumier_now(), 'uncertain', 'lease', '', '' FROM changed
    ON CONFLICT DO NOTHING)
SELECT DISTINCT recipient_id FROM changed
"""

# A school's rule for the kind of message wins over its rule for all kinds, and that over the channel's own.
_RESOLVE: Final = """
judged AS (
    SELECT w.id, w.uncertain_count < 2 AND coalesce(rule.resend, w.channel = ANY(%(resendable)s)) AS again
    FROM waited w
    LEFT JOIN notica_message m ON m.id = w.message_id
    LEFT JOIN LATERAL (
        SELECT u.resend FROM notica_uncertainrule u
        WHERE u.school_id = w.school_id AND u.channel = w.channel AND u.kind IN ('', m.kind)
        ORDER BY u.kind DESC LIMIT 1) rule ON true)
UPDATE notica_delivery d
SET state = CASE WHEN j.again THEN 'ready' ELSE 'sent_unconfirmed' END,
    not_before = least(d.not_before, plumier_now()),
    ended_at = CASE WHEN j.again THEN NULL ELSE plumier_now() END
FROM judged j WHERE d.id = j.id
RETURNING d.recipient_id
"""

# Who is asked at the provider is put off at each asking, so a row long overdue is one that nobody can ask for:
# its account is cut off, at rest or gone.
RESOLVE_WAITED: Final = f"""
WITH waited AS (
    SELECT id, message_id, school_id, channel, uncertain_count FROM notica_delivery
    WHERE state = 'uncertain' AND not_before <= plumier_now()
      AND (NOT channel = ANY(%(looking_up)s) OR not_before <= plumier_now() - interval '10 minutes')
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED),
{_RESOLVE}"""

RESOLVE_THESE: Final = f"""
WITH waited AS (
    SELECT id, message_id, school_id, channel, uncertain_count FROM notica_delivery
    WHERE id = ANY(%(ids)s) AND state = 'uncertain' ORDER BY id FOR UPDATE),
{_RESOLVE}"""

EXPIRE: Final = f"""
WITH late AS (
    SELECT id FROM notica_delivery
    WHERE ended_at IS NULL AND lease_until IS NULL AND expires_at <= plumier_now() AND state = 'ready'
    ORDER BY expires_at LIMIT 1000),
locked AS (
    SELECT id FROM notica_delivery JOIN late USING (id) WHERE state = 'ready'
    ORDER BY id FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d SET state = {given_up("'expired'")}, reason = 'expired', ended_at = plumier_now()
FROM locked WHERE d.id = locked.id
RETURNING d.recipient_id
"""

LATE_STEPS: Final = """
SELECT r.id, r.message_id, r.person_id, r.family_of_id, r.step, r.plan FROM notica_recipient r
WHERE r.outcome = '' AND r.step_deadline_at <= plumier_now() AND EXISTS (
    SELECT FROM notica_delivery d
    WHERE d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step AND d.state = 'ready')
ORDER BY r.id LIMIT 1000
"""

# There is nothing to give way to: what waits may still go out until it expires.
LAST_STEP: Final = """
UPDATE notica_recipient SET step_deadline_at = NULL WHERE id = ANY(%s) AND outcome = ''
"""

CLOSE_STEPS: Final = f"""
WITH late AS (
    SELECT d.id FROM notica_recipient r
    JOIN notica_delivery d ON d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step
    WHERE r.id = ANY(%s) AND r.outcome = '' AND r.step_deadline_at <= plumier_now() AND d.state = 'ready'
    ORDER BY d.id FOR UPDATE OF d SKIP LOCKED)
UPDATE notica_delivery d SET state = {given_up("'expired'")}, reason = 'step_over', ended_at = plumier_now()
FROM late WHERE d.id = late.id
RETURNING d.recipient_id
"""

TAKE_BACK: Final = """
DELETE FROM notica_inboxentry e USING notica_recipient r, notica_message m
WHERE m.id = %s AND r.message_id = m.id AND e.recipient_id = r.id AND e.created_at > m.cancelled_at
"""

CANCEL: Final = f"""
WITH left_over AS (
    SELECT d.id FROM notica_delivery d
    WHERE d.message_id = %s AND d.state IN ('ready', 'uncertain')
    ORDER BY d.id LIMIT 5000 FOR UPDATE)
UPDATE notica_delivery d
SET state = CASE d.state WHEN 'uncertain' THEN 'sent_unconfirmed' ELSE {given_up("'cancelled'")} END,
    reason = 'cancelled', ended_at = plumier_now()
FROM left_over WHERE d.id = left_over.id
RETURNING d.recipient_id
"""
