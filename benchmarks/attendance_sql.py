"""The statements that give a school a timetable and a year of rolls and absences."""

from typing import Final

SUBJECTS: Final = """
INSERT INTO plumier_subject (school_id, name, code)
SELECT %(school)s, 'Materia ' || n, '' FROM generate_series(1, %(subjects)s) n
"""
ASSIGNMENTS: Final = """
INSERT INTO plumier_teachingassignment (school_id, year_id, teacher_id, subject_id, group_id)
SELECT g.school_id, g.year_id, %(teacher)s, s.id, g.id
FROM plumier_group g JOIN plumier_subject s USING (school_id) WHERE g.school_id = %(school)s
"""
SLOTS: Final = """
INSERT INTO plumier_sessionslot (school_id, year_id, weekday, number, starts, ends)
SELECT y.school_id, y.id, weekday, number, time '08:15' + (number - 1) * interval '1 hour',
       time '09:10' + (number - 1) * interval '1 hour'
FROM plumier_academicyear y, generate_series(1, 5) weekday, generate_series(1, %(sessions)s) number
WHERE y.school_id = %(school)s
"""
# Every session of the week of every group has one of its subjects.
ENTRIES: Final = """
INSERT INTO plumier_timetableentry (school_id, assignment_id, slot_id, room)
SELECT t.school_id, a.id, t.id, ''
FROM plumier_sessionslot t
JOIN (SELECT id, group_id, school_id, row_number() OVER (PARTITION BY group_id ORDER BY id) - 1 AS place
      FROM plumier_teachingassignment) a
  ON a.school_id = t.school_id AND a.place = (t.weekday * %(sessions)s + t.number) %% %(subjects)s
WHERE t.school_id = %(school)s
"""
ROLLS: Final = """
INSERT INTO attendance_roll (school_id, day, session, assignment_id, taken_by_id, taken_at)
SELECT t.school_id, day, t.number, e.assignment_id, %(user)s, day + t.starts
FROM unnest(%(days)s::date[]) day
JOIN plumier_sessionslot t ON t.weekday = extract(isodow FROM day) AND t.school_id = %(school)s
JOIN plumier_timetableentry e ON e.slot_id = t.id
"""
# So many of every student, on days far apart.
ABSENCES: Final = """
INSERT INTO attendance_absence (school_id, enrolment_id, day, session, kind, justification, noted_by_id, noted_at,
                                justified_at)
SELECT %(school)s, e.id, (%(days)s::date[])[1 + (n * 7 + e.id) %% %(number)s], 1 + n %% %(sessions)s,
       CASE WHEN n %% 6 = 5 THEN 'late' ELSE 'absent' END, '', %(user)s, now(), CASE WHEN n %% 3 = 0 THEN now() END
FROM plumier_enrolment e, generate_series(0, %(each)s - 1) n
WHERE e.school_id = %(school)s
ON CONFLICT DO NOTHING
"""
TIMETABLE: Final = (SUBJECTS, ASSIGNMENTS, SLOTS, ENTRIES)
YEAR: Final = (ROLLS, ABSENCES)
