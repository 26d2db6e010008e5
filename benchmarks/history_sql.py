"""The statements that give a school a past: staff, and sends that ended long ago with all their rows."""

from typing import Final

STAFF: Final = """
INSERT INTO plumier_person (id, school_id, given_name, surname, document, language)
SELECT %(first)s + n, %(school)s, 'Docente', 'Número ' || n, '', '' FROM generate_series(0, %(staff)s - 1) n
"""
STAFF_ROWS: Final = """
INSERT INTO plumier_staff (school_id, person_id, active)
SELECT %(school)s, %(first)s + n, true FROM generate_series(0, %(staff)s - 1) n
"""

MESSAGES: Final = """
INSERT INTO notica_message (id, token, school_id, sender_id, sender_person_id, kind, "to", way, email_after, subject,
                            body, params, audience, client_key, fingerprint, lane, not_before, state, created_at,
                            fanned_out_at, finished_at, acuse_sent_at, expected)
SELECT %(first_message)s + m, 'past-' || %(first_message)s + m, %(school)s, %(sender)s, %(person)s, 'message',
       'familia', 'telegram_tokapp', false, 'Reunión número ' || m, %(body)s, '{}', '{"everyone": true}',
       'past-' || m, '', 1, at, 'finished', at, at, at, at, %(guardians)s
FROM (SELECT m, now() - make_interval(hours => (m + 1) * 7) AS at FROM generate_series(0, %(messages)s - 1) m) past
"""

RECIPIENTS: Final = """
INSERT INTO notica_recipient (id, message_id, school_id, person_id, plan, step, outcome, reason, closed_at)
SELECT %(first_recipient)s + m::bigint * %(guardians)s + g, %(first_message)s + m, %(school)s, %(first_guardian)s + g,
       '{"steps": [[{"channel": "tokapp", "address": "+34600000000", "reason": "mother_phone_1"}]], "omitted": []}',
       1, CASE WHEN g %% 50 = 0 THEN 'failed' ELSE 'reached' END, '', now() - make_interval(hours => (m + 1) * 7)
FROM generate_series(0, %(messages)s - 1) m, generate_series(0, %(guardians)s - 1) g
"""

ABOUT: Final = """
INSERT INTO notica_recipientabout (message_id, recipient_id, student_id, pushed)
SELECT %(first_message)s + m, %(first_recipient)s + m::bigint * %(guardians)s + g, %(first_student)s + g, true
FROM generate_series(0, %(messages)s - 1) m, generate_series(0, %(guardians)s - 1) g
"""

DELIVERIES: Final = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step, address,
                             endpoint, lane, state, not_before, expires_at, tries, spent, uncertain_count,
                             provider_id, reason, claimed_at, ended_at)
SELECT %(first_message)s + m, %(first_recipient)s + m::bigint * %(guardians)s + g, %(first_guardian)s + g, %(school)s,
       %(account)s, 'tokapp', 1, '+346' || lpad(g::text, 8, '0'), '+346' || lpad(g::text, 8, '0'), 1,
       CASE WHEN g %% 50 = 0 THEN 'failed' ELSE 'accepted' END, at, at + interval '2 days', 1, 1, 0, '', '', at, at
FROM (SELECT m, now() - make_interval(hours => (m + 1) * 7) AS at FROM generate_series(0, %(messages)s - 1) m) past,
     generate_series(0, %(guardians)s - 1) g
"""

PROGRESS: Final = """
INSERT INTO notica_progressdelta (message_id, outcome, count)
SELECT %(first_message)s + m, outcome, number
FROM generate_series(0, %(messages)s - 1) m,
     (VALUES ('reached', %(guardians)s - (%(guardians)s + 49) / 50),
             ('failed', (%(guardians)s + 49) / 50)) AS sums (outcome, number)
"""

# What the sender herself finds in her Notica: an acuse of each.
COPIES: Final = """
INSERT INTO notica_inboxentry (message_id, recipient_id, person_id, created_at, expires_at)
SELECT %(first_message)s + m, %(first_recipient)s + m::bigint * %(guardians)s, %(person)s,
       now() - make_interval(hours => (m + 1) * 7), now() + interval '90 days'
FROM generate_series(0, %(messages)s - 1) m
"""

# What the first guardian finds in Mirador: all of them.
FAMILY_COPIES: Final = """
INSERT INTO notica_inboxentry (message_id, recipient_id, person_id, created_at, expires_at, read_at)
SELECT %(first_message)s + m, %(first_recipient)s + m::bigint * %(guardians)s, %(first_guardian)s,
       now() - make_interval(hours => (m + 1) * 7), now() + interval '90 days',
       CASE WHEN m %% 3 > 0 THEN now() END
FROM generate_series(0, %(messages)s - 1) m
"""

PAST: Final = (MESSAGES, RECIPIENTS, ABOUT, DELIVERIES, PROGRESS, COPIES, FAMILY_COPIES)
