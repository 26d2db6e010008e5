"""The claim's statements. Rows are locked by ascending id before they are changed."""

from typing import Final

DUE_ACCOUNTS: Final = """
SELECT a.id FROM channels_app_channelaccount a
WHERE a.channel = %(channel)s AND NOT coalesce(a.paused_until > plumier_now(), false)
  AND NOT coalesce(a.circuit_open_until > plumier_now(), false)
  AND (EXISTS (SELECT FROM notica_due_schools(a.id, 0::smallint))
       OR EXISTS (SELECT FROM notica_due_schools(a.id, 1::smallint))
       OR EXISTS (SELECT FROM notica_delivery d
                  WHERE d.account_id = a.id AND d.state = 'ready' AND d.crashes > 0
                    AND d.not_before <= plumier_now())
       OR (%(looks_up)s AND EXISTS (
           SELECT FROM notica_delivery d
           WHERE d.account_id = a.id AND d.state = 'uncertain' AND d.not_before <= plumier_now()))
       OR (%(receipts)s AND EXISTS (
           SELECT FROM notica_delivery d WHERE d.account_id = a.id AND d.receipt_by <= plumier_now())))
ORDER BY a.id
"""

ACCOUNT: Final = """
SELECT rate, tokens, tokens_at, paused_until, circuit_open_until, plumier_now()
FROM channels_app_channelaccount WHERE id = %s
"""
LOCKED_ACCOUNT: Final = f"{ACCOUNT} FOR UPDATE"

# Counted at the moment that the account was asked for; whoever waited for its lock asked before it was last spent.
SPEND: Final = """
UPDATE channels_app_channelaccount SET tokens = %s, tokens_at = greatest(tokens_at, %s) WHERE id = %s
"""

PROBE: Final = """
UPDATE channels_app_channelaccount SET circuit_open_until = plumier_now() + make_interval(secs => %s)
WHERE id = %s
"""

_TURNS: Final = """
turns AS (
    SELECT p.id, row_number() OVER (PARTITION BY p.endpoint ORDER BY p.id) = 1 AND NOT EXISTS (
        SELECT FROM notica_delivery f
        WHERE f.account_id = %(account)s AND f.endpoint = p.endpoint AND f.state = 'sending') AS free
    FROM picked p)
UPDATE notica_delivery d
SET state = CASE WHEN t.free THEN 'sending' ELSE 'ready' END,
    tries = d.tries + t.free::int,
    claimed_at = CASE WHEN t.free THEN plumier_now() ELSE d.claimed_at END,
    lease_until = CASE WHEN t.free THEN plumier_now() + make_interval(secs => %(lease)s) END,
    not_before = CASE WHEN t.free THEN d.not_before ELSE plumier_now() + interval '1 second' END
FROM turns t WHERE d.id = t.id
RETURNING t.free, d.id, d.message_id, d.recipient_id, d.person_id, d.school_id, d.channel, d.address,
          d.endpoint, d.tries, d.spent, d.uncertain_count, d.lane, d.not_before, d.crashes, d.part, d.more, d.expires_at
"""

# Schools take turns: each gets its share of the slots, beginning after the one served last. `picked` has locked
# its rows as they are now; asking their state once more would let the planner read every row that is ready when
# its statistics are old. Of two rows to one endpoint the second waits a second: one send to an address at a time.
CLAIM: Final = f"""
WITH served AS (
    SELECT school_id, count(*) OVER () AS schools
    FROM notica_due_schools(%(account)s, %(lane)s::smallint)
    ORDER BY school_id <= %(after)s, school_id LIMIT %(most)s),
picked AS (
    SELECT due.id, due.endpoint FROM served CROSS JOIN LATERAL (
        SELECT d.id, d.endpoint FROM notica_delivery d
        WHERE d.account_id = %(account)s AND d.lane = %(lane)s AND d.school_id = served.school_id
          AND d.state = 'ready' AND d.crashes = 0
          AND d.not_before <= plumier_now() AND d.expires_at > plumier_now()
        ORDER BY d.not_before, d.id LIMIT ceil(%(most)s / served.schools::numeric)
        FOR UPDATE SKIP LOCKED) AS due
    LIMIT %(most)s),
{_TURNS}"""

# What a worker broke on is sent one at a time, so that the next time it breaks it takes nobody with it.
CLAIM_SUSPECT: Final = f"""
WITH picked AS (
    SELECT d.id, d.endpoint FROM notica_delivery d
    WHERE d.account_id = %(account)s AND d.state = 'ready' AND d.crashes > 0 AND d.lane <= %(lane)s
      AND d.not_before <= plumier_now() AND d.expires_at > plumier_now()
    ORDER BY d.lane, d.not_before, d.id LIMIT 1 FOR UPDATE SKIP LOCKED),
{_TURNS}"""

# Of what was claimed, what comes too soon after the last send to its address, whichever process made that. In one
# order, so that two processes wait for each other and do not stand in each other's way.
SPACE: Final = """
WITH claimed AS (
    SELECT id, endpoint FROM notica_delivery WHERE id = ANY(%(ids)s) ORDER BY endpoint),
spaced AS (
    INSERT INTO channels_app_lastsend AS l (account_id, endpoint, at)
    SELECT %(account)s, endpoint, plumier_now() FROM claimed ORDER BY endpoint
    ON CONFLICT (account_id, endpoint) DO UPDATE SET at = excluded.at
    WHERE l.at <= plumier_now() - make_interval(secs => %(spacing)s)
    RETURNING endpoint)
UPDATE notica_delivery d
SET state = 'ready', tries = d.tries - 1, lease_until = NULL,
    not_before = plumier_now() + make_interval(secs => %(spacing)s)
FROM claimed c WHERE d.id = c.id AND NOT EXISTS (SELECT FROM spaced s WHERE s.endpoint = c.endpoint)
RETURNING d.id
"""

CLAIM_LOOK_UPS: Final = """
WITH waited AS (
    SELECT id FROM notica_delivery
    WHERE account_id = %(account)s AND state = 'uncertain' AND not_before <= plumier_now()
      AND EXISTS (SELECT FROM channels_app_channelaccount a
                  WHERE a.id = %(account)s AND NOT coalesce(a.paused_until > plumier_now(), false)
                    AND NOT coalesce(a.circuit_open_until > plumier_now(), false))
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d SET not_before = plumier_now() + make_interval(secs => %(lease)s)
FROM waited WHERE d.id = waited.id
RETURNING d.claimed_at, d.id, d.message_id, d.recipient_id, d.person_id, d.school_id, d.channel, d.address,
          d.endpoint, d.tries, d.spent, d.uncertain_count, d.lane, d.not_before, d.crashes, d.part, d.more, d.expires_at
"""

CLAIM_SILENT: Final = """
WITH silent AS (
    SELECT id FROM notica_delivery
    WHERE account_id = %(account)s AND receipt_by <= plumier_now()
      AND EXISTS (SELECT FROM channels_app_channelaccount a
                  WHERE a.id = %(account)s AND NOT coalesce(a.paused_until > plumier_now(), false)
                    AND NOT coalesce(a.circuit_open_until > plumier_now(), false))
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE notica_delivery d SET receipt_by = plumier_now() + make_interval(secs => %(lease)s)
FROM silent WHERE d.id = silent.id
RETURNING d.id, d.tries, d.provider_id, d.ended_at < plumier_now() - make_interval(secs => %(patience)s)
"""
