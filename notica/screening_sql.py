"""What the last look reads: a few facts of each message, and of each claimed delivery."""

from typing import Final

from notica.linking.register_sql import GONE

MESSAGES: Final = """
SELECT m.id, m.state, m.register_seen, m.planned_on, coalesce(u.is_active, true) OR m.kind = ANY(%(events)s),
       coalesce((SELECT sum(c.number) FROM plumier_registerchange c WHERE c.school_id = m.school_id), 0)::bigint,
       plumier_now()
FROM notica_message m LEFT JOIN plumier_user u ON u.id = m.sender_id
WHERE m.id = ANY(%(ids)s)
"""

# An address is in doubt when it is suppressed, when the account knows it otherwise than when it was planned, or when
# it was linked for people from whom it went over to others.
DELIVERIES: Final = f"""
SELECT d.id, coalesce(nullif(p.language, ''), s.language),
       EXISTS (SELECT FROM channels_app_suppression x
               WHERE x.account_id = d.account_id AND x.address = d.address)
       OR CASE WHEN %(linked_only)s THEN NOT EXISTS (
               SELECT FROM channels_app_activation a
               WHERE a.account_id = d.account_id AND a.address = d.address
                 AND a.endpoint = d.endpoint AND a.state = 'linked')
               OR EXISTS (
               SELECT FROM notica_botchat b
               WHERE b.account_id = d.account_id AND b.phone = d.address AND b.phone <> '' AND {GONE})
          ELSE EXISTS (
               SELECT FROM channels_app_activation a
               WHERE a.account_id = d.account_id AND a.address = d.address AND a.state <> 'linked')
          END,
       ARRAY(SELECT ARRAY[c.given_name, trim(c.given_name || ' ' || c.surname), t.id::text]
             FROM notica_recipientabout b
             JOIN plumier_student t ON t.id = b.student_id
             JOIN plumier_person c ON c.id = t.person_id
             WHERE b.recipient_id = d.recipient_id AND b.pushed
             ORDER BY c.sort_key, c.id)
FROM notica_delivery d
LEFT JOIN plumier_person p ON p.id = d.person_id
LEFT JOIN plumier_school s ON s.id = d.school_id
WHERE d.id = ANY(%(ids)s)
"""

CHILDREN: Final = """
SELECT s.id, p.given_name, trim(p.given_name || ' ' || p.surname), s.id::text
FROM plumier_student s
JOIN plumier_person p ON p.id = s.person_id
WHERE s.id = ANY(%s)
ORDER BY p.sort_key, p.id
"""
