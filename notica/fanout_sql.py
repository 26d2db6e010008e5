"""The fan-out's statements: COPY to a temporary table, then INSERT … SELECT … ON CONFLICT DO NOTHING."""

from typing import Final

# The register's version is read before anything else of it, and stays the first one when the job runs again, so
# that a change meanwhile is seen as one. A message that is held for a moment is written at once.
BEGIN: Final = """
UPDATE notica_message m
SET state = 'sending',
    planned_on = coalesce(m.planned_on, (plumier_now() AT TIME ZONE s.time_zone)::date),
    register_seen = coalesce(m.register_seen,
        (SELECT sum(c.number) FROM plumier_registerchange c WHERE c.school_id = m.school_id), 0)
FROM plumier_school s
WHERE m.id = %s AND s.id = m.school_id AND m.not_before <= plumier_now() + make_interval(secs => %s)
  AND m.fanned_out_at IS NULL AND m.state IN ('queued', 'sending')
"""

# Held while a chunk is written: a message that is cancelled meanwhile waits for its rows, or gets no more.
STILL_SENDING: Final = """
SELECT id FROM notica_message WHERE id = %s AND state = 'sending' FOR SHARE
"""

WRITTEN: Final = """
SELECT count(*), coalesce(max(person_id), 0), coalesce(max(family_of_id), 0)
FROM notica_recipient WHERE message_id = %s
"""

# A recipient has its number before it is written, so that what hangs on it needs not ask for it.
TEMPORARY: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS fan_recipient (
    id bigint NOT NULL DEFAULT nextval('notica_recipient_id_seq'),
    key bigint NOT NULL, person_id bigint, family_of_id bigint, plan jsonb, outcome text, reason text,
    about bigint[], pushed boolean[], inbox bigint[]);
CREATE TEMPORARY TABLE IF NOT EXISTS fan_delivery (
    key bigint NOT NULL, person_id bigint, account_id bigint, channel text, address text, endpoint text);
"""

EMPTY: Final = "TRUNCATE fan_recipient, fan_delivery"

COPY_RECIPIENTS: Final = (
    "COPY fan_recipient (key, person_id, family_of_id, plan, outcome, reason, about, pushed, inbox)"
    " FROM STDIN"
)
COPY_DELIVERIES: Final = (
    "COPY fan_delivery (key, person_id, account_id, channel, address, endpoint) FROM STDIN"
)

# Those who were there already leave the temporary table: nothing more is written for them.
RECIPIENTS: Final = """
WITH made AS (
    INSERT INTO notica_recipient (id, message_id, school_id, person_id, family_of_id, plan, step,
                                  step_deadline_at, outcome, reason, closed_at)
    SELECT id, %(message)s, %(school)s, person_id, family_of_id, plan,
           CASE WHEN outcome = '' THEN 1 ELSE 0 END,
           CASE WHEN outcome = '' THEN %(deadline)s::timestamptz END,
           outcome, reason,
           CASE WHEN outcome <> '' THEN %(now)s::timestamptz END
    FROM fan_recipient
    ON CONFLICT DO NOTHING
    RETURNING id)
DELETE FROM fan_recipient WHERE id NOT IN (SELECT id FROM made)
"""

DELIVERIES: Final = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step,
                             address, endpoint, lane, state, not_before, expires_at, tries, spent,
                             uncertain_count, provider_id, reason)
SELECT %(message)s, r.id, d.person_id, %(school)s, d.account_id, d.channel, 1,
       d.address, d.endpoint, %(lane)s, 'ready', %(due)s, %(expires)s, 0, 0, 0, '', ''
FROM fan_delivery d JOIN fan_recipient r USING (key)
ON CONFLICT DO NOTHING
"""

ABOUT: Final = """
INSERT INTO notica_recipientabout (message_id, recipient_id, student_id, pushed)
SELECT %(message)s, r.id, a.student_id, a.pushed
FROM fan_recipient r, unnest(r.about, r.pushed) AS a (student_id, pushed)
"""

# Of a text with a place for a group or a tutor, their names as they are now: the text stays what it was.
ABOUT_NAMED: Final = """
INSERT INTO notica_recipientabout (message_id, recipient_id, student_id, pushed, group_name, tutor_name)
SELECT %(message)s, r.id, a.student_id, a.pushed, g.name, trim(t.given_name || ' ' || t.surname)
FROM fan_recipient r CROSS JOIN LATERAL unnest(r.about, r.pushed) AS a (student_id, pushed)
LEFT JOIN (plumier_enrolment e
           JOIN plumier_academicyear y ON y.id = e.year_id AND y.is_current
           JOIN plumier_group g ON g.id = e.group_id
           LEFT JOIN plumier_person t ON t.id = g.tutor_id) ON e.student_id = a.student_id
"""

INBOX: Final = """
INSERT INTO notica_inboxentry (message_id, recipient_id, person_id, created_at, expires_at)
SELECT %(message)s, r.id, i.person_id, %(shown)s, %(keep)s
FROM fan_recipient r, unnest(r.inbox) AS i (person_id)
"""

PROGRESS: Final = """
INSERT INTO notica_progressdelta (message_id, outcome, count)
SELECT %(message)s, outcome, count(*) FROM fan_recipient GROUP BY outcome
"""

INCOMPLETE: Final = """
SELECT m.id FROM notica_message m
WHERE m.state = 'sending' AND m.finished_at IS NULL AND m.fanned_out_at IS NOT NULL
  AND m.expected > (SELECT count(*) FROM notica_recipient r WHERE r.message_id = m.id)
ORDER BY m.id LIMIT 100
"""
