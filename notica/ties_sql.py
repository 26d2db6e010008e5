"""Statements that read the register's ties. Keys come as one array: a list of thousands costs more to say."""

from typing import Final

_TIES: Final = """
SELECT t.id, t.student_id, t.guardian_id, t.relation, t."order", t.receives_messages, t.receives_from,
       t.receives_until, coalesce(p.registration_required, false),
       t.registered_on, t.barred_from, t.barred_until, s.protected
FROM plumier_guardianship t JOIN plumier_student s ON s.id = t.student_id
LEFT JOIN plumier_schoolpolicy p ON p.school_id = t.school_id
"""

OF_GUARDIANS: Final = f"""{_TIES}
WHERE t.guardian_id = ANY(%s::bigint[]) AND t.student_id = ANY(%s::bigint[]) ORDER BY t.student_id
"""

OF_STUDENTS: Final = f"""{_TIES}
WHERE t.student_id = ANY(%s::bigint[]) ORDER BY t.student_id, t."order"
"""

_CHILDREN_OF_THE_SAME: Final = """
WHERE t.student_id IN (
    SELECT other.student_id
    FROM plumier_guardianship own JOIN plumier_guardianship other USING (guardian_id)
    WHERE own.student_id = ANY(%s::bigint[]))
ORDER BY t.student_id, t."order"
"""

OF_FAMILIES: Final = f"{_TIES}{_CHILDREN_OF_THE_SAME}"
