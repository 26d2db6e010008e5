"""Statements that read addresses."""

from typing import Final

POINTS: Final = """
SELECT person_id, slot, kind, value FROM plumier_contact
WHERE person_id = ANY(%s::bigint[]) AND slot = ANY(%s) ORDER BY person_id, slot
"""

# Of the guardians of her children, and of the guardians of a student who is written to herself.
OF_BARRED: Final = """
WITH bars AS (
    SELECT own.guardian_id AS person_id, bar.guardian_id AS barred_id
    FROM plumier_guardianship own
    JOIN plumier_guardianship bar ON bar.student_id = own.student_id AND bar.guardian_id <> own.guardian_id
    WHERE own.guardian_id = ANY(%(people)s::bigint[]) AND bar.barred_from <= %(today)s
      AND (bar.barred_until IS NULL OR bar.barred_until >= %(today)s)
    UNION ALL
    SELECT s.person_id, bar.guardian_id
    FROM plumier_student s JOIN plumier_guardianship bar ON bar.student_id = s.id
    WHERE s.person_id = ANY(%(people)s::bigint[]) AND bar.barred_from <= %(today)s
      AND (bar.barred_until IS NULL OR bar.barred_until >= %(today)s))
SELECT bars.person_id, c.value FROM bars JOIN plumier_contact c ON c.person_id = bars.barred_id
WHERE c.value <> ''
"""
