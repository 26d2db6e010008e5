"""What linking asks the register and the chats, by hand: one statement each, by indexes that are there."""

from typing import Final

# Whether a school may write to the person `p` on the day `d.today`: staff at work, enrolled students, and who answers
# for one that is enrolled, has no protected data and is not kept from her by a court. Ticks and registration decide
# what is sent and not whether a chat is hers.
_MAY_BE_WRITTEN_TO: Final = """(
    EXISTS (
        SELECT FROM plumier_staff f
        WHERE f.person_id = p.id AND f.active AND (f.left_on IS NULL OR f.left_on > d.today)
          AND (f.joined_on IS NULL OR f.joined_on <= d.today))
    OR EXISTS (
        SELECT FROM plumier_student t
        JOIN plumier_enrolment e ON e.student_id = t.id
        JOIN plumier_academicyear y ON y.id = e.year_id AND y.is_current
        LEFT JOIN plumier_guardianship g ON g.student_id = t.id AND g.guardian_id = p.id
        WHERE t.id IN (SELECT own.id FROM plumier_student own WHERE own.person_id = p.id
                       UNION ALL
                       SELECT tie.student_id FROM plumier_guardianship tie WHERE tie.guardian_id = p.id)
          AND e.status = 'active' AND (e.left_on IS NULL OR e.left_on > d.today)
          AND (t.person_id = p.id
               OR NOT t.protected
               AND NOT coalesce(g.barred_from <= d.today
                                AND (g.barred_until IS NULL OR g.barred_until >= d.today), false))))"""

HOLDERS: Final = f"""
SELECT DISTINCT p.id, coalesce(p.user_id, 0), p.language, s.id, s.name, s.language
FROM plumier_contact c
JOIN plumier_person p ON p.id = c.person_id
JOIN plumier_school s ON s.id = p.school_id
JOIN plumier_schoolpolicy o ON o.school_id = s.id
CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE s.time_zone)::date AS today) d
WHERE c.value = %(phone)s AND c.value <> '' AND c.kind = 'mobile'
  AND %(way)s = ANY(o.channels)
  AND CASE WHEN %(owner)s = '' THEN upper(s.code) <> ALL(%(own)s::text[]) ELSE s.code = %(owner)s END
  AND {_MAY_BE_WRITTEN_TO}
ORDER BY 5, 1
"""

# Further phones of these people that are linked on the same bot. The people are of schools that it serves.
OTHERS: Final = """
SELECT DISTINCT a.address FROM plumier_contact c
JOIN channels_app_activation a ON a.address = c.value AND a.account_id = %(account)s AND a.state = 'linked'
WHERE c.person_id = ANY(%(persons)s::bigint[]) AND c.kind = 'mobile' AND c.value <> %(phone)s
ORDER BY 1 LIMIT 5
"""

# Whether the phone of `b` (`phone`, and `persons` for whom it was linked) went over to others: none of these people
# has it any more; or somebody else has it too and no school may write to any of them today. Not the latter alone:
# every summer would unlink a whole school. Her own record at another school, by her user, is nobody else's. OFFSET
# keeps each a look by the index of values: as a join it would read every contact there is.
GONE: Final = f"""(
    NOT EXISTS (
        SELECT FROM plumier_contact c
        WHERE c.value = b.phone AND c.value <> '' AND c.kind = 'mobile' AND c.person_id = ANY(b.persons) OFFSET 0)
    OR EXISTS (
        SELECT FROM plumier_contact c
        WHERE c.value = b.phone AND c.value <> '' AND c.kind = 'mobile' AND c.person_id <> ALL(b.persons)
          AND NOT EXISTS (
              SELECT FROM plumier_person own, plumier_person other
              WHERE other.id = c.person_id AND own.id = ANY(b.persons) AND own.user_id = other.user_id OFFSET 0)
        OFFSET 0)
    AND NOT EXISTS (
        SELECT FROM plumier_contact c
        JOIN plumier_person p ON p.id = c.person_id
        JOIN plumier_school s ON s.id = p.school_id
        CROSS JOIN LATERAL (SELECT (plumier_now() AT TIME ZONE s.time_zone)::date AS today) d
        WHERE c.value = b.phone AND c.value <> '' AND c.kind = 'mobile' AND c.person_id = ANY(b.persons)
          AND {_MAY_BE_WRITTEN_TO} OFFSET 0))"""

# Of these phones those whose chat is that of people they went over from.
FOREIGN: Final = f"""
SELECT b.account_id, b.phone FROM notica_botchat b
WHERE b.account_id = ANY(%(accounts)s::bigint[]) AND b.phone <> ''
  AND b.phone = ANY(string_to_array(%(phones)s, E'\\n')) AND {GONE}
"""

# The next chats, and of them those whose phone went over to others.
SWEEP: Final = f"""
WITH looked AS (
    SELECT id, phone, persons FROM notica_botchat
    WHERE phone <> '' AND id > %(after)s ORDER BY id LIMIT %(most)s)
SELECT (SELECT max(id) FROM looked), (SELECT count(*) FROM looked),
       ARRAY(SELECT b.id FROM looked b WHERE {GONE} ORDER BY b.id)
"""

# The same of phones that a chat left.
SWEEP_LEFT: Final = f"""
WITH looked AS (
    SELECT id, phone, persons FROM notica_leftphone WHERE id > %(after)s ORDER BY id LIMIT %(most)s)
SELECT (SELECT max(id) FROM looked), (SELECT count(*) FROM looked),
       ARRAY(SELECT b.id FROM looked b WHERE {GONE} ORDER BY b.id)
"""

_LOCK: Final = """
SELECT pg_advisory_xact_lock(%(class)s, (account_id %% 2147483648)::int)
FROM (SELECT DISTINCT account_id FROM {table} WHERE id = ANY(%(rows)s::bigint[]) ORDER BY 1) bots
"""
# As for an update of each of these bots (`handling`), in one order.
LOCK: Final = _LOCK.replace("{table}", "notica_botchat")
LOCK_LEFT: Final = _LOCK.replace("{table}", "notica_leftphone")

# Looked at once more as it is done: the phone may have been shared anew or come back meanwhile. What was known of it
# is known of the chat that is unlinked, and nothing of whoever has it now.
UNLINK: Final = f"""
WITH gone AS (
    SELECT b.id, b.account_id, b.phone, b.chat FROM notica_botchat b
    WHERE b.id = ANY(%(rows)s::bigint[]) AND b.phone <> '' AND {GONE}
    ORDER BY b.id FOR UPDATE OF b),
freed AS (
    UPDATE notica_botchat b SET phone = '', persons = '{{}}' FROM gone g WHERE b.id = g.id),
lifted AS (
    DELETE FROM channels_app_suppression x USING gone g WHERE x.account_id = g.account_id AND x.address = g.phone),
forgiven AS (
    DELETE FROM channels_app_strike x USING gone g WHERE x.account_id = g.account_id AND x.address = g.phone)
DELETE FROM channels_app_activation a USING gone g
WHERE a.account_id = g.account_id AND a.address = g.phone AND a.endpoint = g.chat
"""

# «Baja» was said by those who had the phone then.
LIFT_LEFT: Final = f"""
WITH gone AS (
    SELECT b.id, b.account_id, b.phone FROM notica_leftphone b
    WHERE b.id = ANY(%(rows)s::bigint[]) AND {GONE}
    ORDER BY b.id FOR UPDATE OF b),
lifted AS (
    DELETE FROM channels_app_suppression x USING gone g
    WHERE x.account_id = g.account_id AND x.address = g.phone AND x.reason = ANY(%(reasons)s)),
known AS (
    DELETE FROM channels_app_activation a USING gone g
    WHERE a.account_id = g.account_id AND a.address = g.phone AND a.state = 'inactive')
DELETE FROM notica_leftphone b USING gone g WHERE b.id = g.id
"""

# Oldest first, some at each call.
FORGET_UPDATES: Final = """
DELETE FROM notica_botupdate WHERE id IN (
    SELECT id FROM notica_botupdate WHERE seen_at < %(before)s ORDER BY seen_at LIMIT %(most)s)
"""
FORGET_CHATS: Final = """
DELETE FROM notica_botchat WHERE id IN (
    SELECT id FROM notica_botchat WHERE phone = '' AND seen_at < %(before)s ORDER BY seen_at LIMIT %(most)s)
"""
FORGET_INVITATIONS: Final = """
DELETE FROM notica_linkinvitation WHERE id IN (
    SELECT id FROM notica_linkinvitation WHERE expires_at < %(before)s ORDER BY expires_at LIMIT %(most)s)
"""
