"""How many sessions each student had in a period, and how many she missed; one statement for a school.

Sessions come from the timetable and the days on which the school was open; where there is no timetable, from the
rolls that were taken. A session is counted once for a student, however many teach it. A whole day that was missed is
all the sessions that she had on it; in a stage that records by date a day is one, however much of it was missed.

Pupils with the same classes have the same week, and sessions are counted for each week: few of them, where sessions
counted for each pupil would be millions of rows over a year.
"""

from typing import Final

FIGURES: Final = """
WITH days AS (
    SELECT day, extract(isodow FROM day)::int AS weekday FROM unnest(%(days)s::date[]) AS day
), weekdays AS (
    SELECT weekday, count(*) AS number FROM days GROUP BY weekday
), pupils AS MATERIALIZED (
    SELECT e.id, e.group_id, e.student_id, s.absence_mode = 'date' AS by_date
    FROM plumier_enrolment e
    JOIN plumier_academicyear y ON y.id = e.year_id AND y.is_current
    JOIN plumier_group g ON g.id = e.group_id
    JOIN plumier_stage s ON s.id = g.stage_id
    WHERE e.school_id = %(school)s AND e.status = 'active' AND (e.left_on IS NULL OR e.left_on > %(last)s)
), classes AS (
    SELECT p.id AS pupil, a.id AS assignment
    FROM pupils p
    JOIN plumier_teachingassignment a ON a.group_id = p.group_id
    WHERE NOT p.by_date
    UNION ALL
    SELECT m.enrolment_id, a.id
    FROM plumier_subgroupmember m
    JOIN plumier_teachingassignment a ON a.subgroup_id = m.subgroup_id
    JOIN pupils p ON p.id = m.enrolment_id AND NOT p.by_date
), weeks AS MATERIALIZED (
    SELECT pupil, classes, dense_rank() OVER (ORDER BY classes) AS week
    FROM (SELECT pupil, array_agg(assignment ORDER BY assignment) AS classes FROM classes GROUP BY pupil) each
), taught AS MATERIALIZED (
    SELECT DISTINCT week, unnest(classes) AS assignment FROM weeks
), slots AS (
    SELECT DISTINCT c.week, t.slot_id
    FROM taught c
    JOIN plumier_teachingassignment a ON a.id = c.assignment
        AND (a.held_from IS NULL OR a.held_from <= %(last)s) AND (a.held_until IS NULL OR a.held_until >= %(first)s)
    JOIN plumier_timetableentry t ON t.assignment_id = a.id
), planned AS MATERIALIZED (
    SELECT l.week, sum(w.number) AS number, array_agg(w.weekday) AS weekdays
    FROM slots l
    JOIN plumier_sessionslot s ON s.id = l.slot_id
    JOIN weekdays w USING (weekday)
    GROUP BY l.week
), taken AS MATERIALIZED (
    SELECT c.week, count(DISTINCT (r.day - %(first)s) * 100000::bigint + r.session) AS number
    FROM taught c
    JOIN attendance_roll r ON r.assignment_id = c.assignment
    WHERE c.week NOT IN (SELECT week FROM planned)
        AND r.school_id = %(school)s AND r.day BETWEEN %(first)s AND %(last)s AND r.taken_at IS NOT NULL
    GROUP BY c.week
), by_day AS (
    SELECT a.enrolment_id AS pupil, a.day,
        count(*) FILTER (WHERE a.kind = 'absent' AND a.session > 0) AS missed,
        count(*) FILTER (WHERE a.kind = 'absent' AND a.session > 0 AND a.justified_at IS NOT NULL) AS justified,
        bool_or(a.kind = 'absent' AND a.session = 0) AS whole,
        bool_or(a.kind = 'absent' AND a.session = 0 AND a.justified_at IS NOT NULL) AS whole_justified,
        count(*) FILTER (WHERE a.kind = 'late') AS late
    FROM attendance_absence a
    WHERE a.school_id = %(school)s AND a.day BETWEEN %(first)s AND %(last)s AND a.cleared_at IS NULL
    GROUP BY a.enrolment_id, a.day
), marked AS (
    SELECT d.pupil,
        coalesce(sum(d.missed) FILTER (WHERE NOT d.whole), 0) AS missed,
        coalesce(sum(d.justified) FILTER (WHERE NOT d.whole), 0) AS justified,
        array_agg(extract(isodow FROM d.day)::int) FILTER (WHERE d.whole) AS whole,
        array_agg(extract(isodow FROM d.day)::int) FILTER (WHERE d.whole_justified) AS whole_justified,
        count(*) FILTER (WHERE d.whole OR d.missed > 0) AS days,
        count(*) FILTER (WHERE d.whole_justified OR NOT d.whole AND d.missed > 0 AND d.justified = d.missed)
            AS days_justified,
        sum(d.late)::int AS late
    FROM by_day d
    GROUP BY d.pupil
)
SELECT p.id, p.student_id, p.group_id,
    CASE WHEN p.by_date THEN %(number)s ELSE coalesce(planned.number, taken.number, 0) END::int AS sessions,
    CASE WHEN p.by_date THEN m.days ELSE m.missed + (
        SELECT coalesce(sum(greatest(1, (SELECT count(*) FROM unnest(planned.weekdays) s WHERE s = d))), 0)
        FROM unnest(m.whole) d
    ) END::int,
    CASE WHEN p.by_date THEN m.days_justified ELSE m.justified + (
        SELECT coalesce(sum(greatest(1, (SELECT count(*) FROM unnest(planned.weekdays) s WHERE s = d))), 0)
        FROM unnest(m.whole_justified) d
    ) END::int,
    m.late
FROM pupils p
JOIN marked m ON m.pupil = p.id
LEFT JOIN weeks ON weeks.pupil = p.id
LEFT JOIN planned ON planned.week = weeks.week
LEFT JOIN taken ON taken.week = weeks.week
ORDER BY p.id
"""
