"""The statements that fill a school. Numbers count from 0: student s is a child of guardian s."""

from typing import Final

RESERVE: Final = """
SELECT setval(pg_get_serial_sequence(%(table)s, 'id'),
              nextval(pg_get_serial_sequence(%(table)s, 'id')) + %(number)s - 1) - %(number)s + 1
"""

GROUPS: Final = """
INSERT INTO plumier_group (id, school_id, year_id, stage_id, name)
SELECT %(first_group)s + g, %(school)s, %(year)s, %(stage)s, 'Grupo ' || g
FROM generate_series(0, %(groups)s - 1) g
"""

PEOPLE: Final = """
INSERT INTO plumier_person (id, school_id, given_name, surname, document, language)
SELECT %(first_person)s + n, %(school)s,
       CASE WHEN n < %(guardians)s THEN 'Alumna' ELSE 'Familia' END, 'Número ' || n %% %(guardians)s, '', ''
FROM generate_series(0, 2 * %(guardians)s - 1) n
"""

STUDENTS: Final = """
INSERT INTO plumier_student (id, school_id, person_id, expediente, nre, protected)
SELECT %(first_student)s + n, %(school)s, %(first_person)s + n, n::text, '', false
FROM generate_series(0, %(guardians)s - 1) n
"""

ENROLMENTS: Final = """
INSERT INTO plumier_enrolment (school_id, student_id, year_id, group_id, status)
SELECT %(school)s, %(first_student)s + n, %(year)s, %(first_group)s + n / %(in_group)s, 'active'
FROM generate_series(0, %(guardians)s - 1) n
"""

# The own guardian, and for siblings the parent whose number is the other's of the pair.
GUARDIANSHIPS: Final = """
INSERT INTO plumier_guardianship (school_id, student_id, guardian_id, relation, "order", receives_messages,
                                  registered_how, barred_reference)
SELECT %(school)s, %(first_student)s + n, %(first_person)s + %(guardians)s + parent,
       CASE WHEN parent %% 2 = 0 THEN 'mother' ELSE 'father' END,
       CASE WHEN parent = n THEN 1 ELSE 2 END, true, '', ''
FROM (
    SELECT n, n AS parent FROM generate_series(0, %(guardians)s - 1) n
    UNION ALL
    SELECT n, CASE WHEN n %% 2 = 0 THEN n + 1 ELSE n - 1 END
    FROM generate_series(0, %(paired_until)s - 1) n WHERE n %% %(block)s >= %(singles)s) ties
"""

PHONES: Final = """
INSERT INTO plumier_contact (school_id, person_id, slot, kind, value, typed)
SELECT %(school)s, person, 'phone_1', 'mobile', phone, phone
FROM (
    SELECT %(first_person)s + %(guardians)s + n AS person,
           '+346' || lpad((%(first_person)s + %(guardians)s + n)::text, 8, '0') AS phone
    FROM generate_series(0, %(guardians)s - 1) n) phones
"""

EMAILS: Final = """
INSERT INTO plumier_contact (school_id, person_id, slot, kind, value, typed)
SELECT %(school)s, person, 'email', 'email', email, email
FROM (
    SELECT %(first_person)s + %(guardians)s + n AS person,
           'familia' || %(first_person)s + %(guardians)s + n || '@familias.example' AS email
    FROM generate_series(0, %(guardians)s - 1) n) emails
"""

ACTIVATIONS: Final = """
INSERT INTO channels_app_activation (account_id, address, endpoint, state, checked_at)
SELECT account, c.value, CASE WHEN app = 'telegram' THEN (1000000000 + c.person_id)::text ELSE c.value END,
       CASE WHEN app = %(app)s THEN %(linked)s ELSE %(inactive)s END, now()
FROM plumier_contact c,
     (VALUES ('telegram', %(telegram)s::bigint), ('tokapp', %(tokapp)s::bigint)) AS apps (app, account)
WHERE c.school_id = %(school)s AND c.slot = 'phone_1'
"""

# Foreign keys looked up row by row would take most of the time.
UNCHECKED: Final = "SET LOCAL session_replication_role = 'replica'"

POPULATE: Final = (
    UNCHECKED,
    GROUPS,
    PEOPLE,
    STUDENTS,
    ENROLMENTS,
    GUARDIANSHIPS,
    PHONES,
    EMAILS,
    ACTIVATIONS,
)

UNLIMIT: Final = "UPDATE channels_app_channelaccount SET rate = %s"
