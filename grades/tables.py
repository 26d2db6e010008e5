"""What the staff's pages about marks show. Each costs the same queries for one student and for a whole school."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet

from grades.access import classes_marked_by, pupils_in
from grades.models import Evaluation, Mark, Publication, Reminder
from grades.standing import Standing, standings
from plumier.access import assignments_of
from plumier.models import (
    Enrolment,
    Group,
    Guardianship,
    Person,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    User,
)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of hers: how many of its students have a mark."""

    assignment: TeachingAssignment
    pupils: int
    marked: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group: since when its families can read, and of how many of them there is an acuse."""

    group: Group
    opened_at: datetime | None
    pupils: int
    marked: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Acuse:
    """Who acknowledged, what she is to the student (empty for the student), when, and whether it still holds."""

    name: str
    relation: str
    at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A student: a mark for each subject of the table, and what came of it at home."""

    name: str
    values: list[Mark | None]
    standing: Standing
    acuses: list[Acuse]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """A group's marks in an evaluation. `classes` are those whose marks the reader may write."""

    group: Group
    subjects: list[Subject]
    rows: list[Row]
    publication: Publication | None
    reminder: Reminder | None
    classes: list[TeachingAssignment]

    @property
    def marked(self) -> int:
        """How many students have any mark."""
        return sum(row.standing.is_marked for row in self.rows)

    @property
    def acknowledged(self) -> int:
        """How many families have acknowledged what there is now."""
        return sum(row.standing.is_marked and row.standing.is_acknowledged for row in self.rows)

    @property
    def waiting(self) -> list[Row]:
        """Whose families can be reminded."""
        return [row for row in self.rows if row.standing.waits]


def class_lines(evaluation: Evaluation, user: User, today: date) -> list[ClassLine]:
    """What she teaches herself, by subject and group. Five queries."""
    rows = assignments_of(user, today).filter(year=evaluation.year_id)
    rows = rows.select_related("subject", "group", "subgroup")
    classes = list(
        rows.order_by("subject__name", F("group__name").asc(nulls_last=True), "subgroup__name", "pk")
    )
    groups = {one.group_id for one in classes if one.group_id}
    subgroups = {one.subgroup_id for one in classes if one.subgroup_id}
    here = Enrolment.objects.in_force(today)
    in_group = _counted(here.filter(group__in=groups), "group")
    members = SubgroupMember.objects.filter(subgroup__in=subgroups, enrolment__in=here)
    in_subgroup = _counted(members, "subgroup")
    marks = Mark.objects.filter(evaluation=evaluation, subject__in={one.subject_id for one in classes})
    marks = marks.exclude(value="").filter(enrolment__in=here)
    of_group = _counted(marks.filter(enrolment__group__in=groups), "subject", "enrolment__group")
    of_subgroup = _counted(
        marks.filter(enrolment__memberships__subgroup__in=subgroups),
        *("subject", "enrolment__memberships__subgroup"),
    )
    return [
        ClassLine(
            one,
            (in_group.get((one.group_id,), 0) if one.group_id else in_subgroup.get((one.subgroup_id,), 0)),
            (
                of_group.get((one.subject_id, one.group_id), 0)
                if one.group_id
                else of_subgroup.get((one.subject_id, one.subgroup_id), 0)
            ),
        )
        for one in classes
    ]


def _counted(rows: QuerySet[Any], *names: str) -> dict[tuple[int | None, ...], int]:
    """How many rows there are of each."""
    counted = rows.order_by().values_list(*names).annotate(number=Count("pk"))
    return {tuple(row[:-1]): row[-1] for row in counted}


def group_lines(evaluation: Evaluation, groups: Sequence[Group], today: date) -> list[GroupLine]:
    """How far each group is. Five queries."""
    opened = dict(Publication.objects.filter(evaluation=evaluation).values_list("group", "at"))
    here = Enrolment.objects.in_force(today).filter(group__in=groups)
    by_group: dict[int, list[Standing]] = defaultdict(list)
    for one in standings(evaluation, here, today).values():
        by_group[one.group_id].append(one)
    return [
        GroupLine(
            group,
            opened.get(group.pk),
            len(by_group[group.pk]),
            sum(one.is_marked for one in by_group[group.pk]),
            sum(one.is_marked and one.is_acknowledged for one in by_group[group.pk]),
        )
        for group in groups
    ]


def group_table(evaluation: Evaluation, group: Group, user: User, today: date) -> GroupTable:
    """The whole table of a group."""
    here = pupils_in(group, user, today)
    found = standings(evaluation, here, today)
    pupils = [one for one in here if one.pk in found]
    rows = Mark.objects.filter(evaluation=evaluation, enrolment__in=found).select_related("subject")
    marks = {(mark.enrolment_id, mark.subject_id): mark for mark in rows}
    subjects = {mark.subject_id: mark.subject for mark in marks.values()}
    columns = sorted(subjects.values(), key=lambda one: one.name)
    acuses = _acuses(list(found.values()))
    return GroupTable(
        group,
        columns,
        [
            Row(
                str(one.student.person),
                [marks.get((one.pk, subject.pk)) for subject in columns],
                found[one.pk],
                acuses[one.student_id],
            )
            for one in pupils
        ],
        Publication.objects.filter(evaluation=evaluation, group=group).select_related("by").first(),
        Reminder.objects.filter(evaluation=evaluation, group=group).order_by("-day").first(),
        _classes_in(group, user, today),
    )


def _acuses(found: Collection[Standing]) -> dict[int, list[Acuse]]:
    """By student: who gave them, with their names."""
    people = {given.person_id for one in found for given in one.given}
    names = {person.pk: person.full_name for person in Person.objects.filter(pk__in=people)}
    ties = Guardianship.objects.filter(student__in=[one.student_id for one in found], guardian__in=people)
    relations = {(tie.student_id, tie.guardian_id): tie.get_relation_display() for tie in ties}
    return {
        one.student_id: [
            Acuse(
                names[given.person_id],
                relations.get((one.student_id, given.person_id), ""),
                given.at,
                given.holds,
            )
            for given in one.given
        ]
        for one in found
    }


def _classes_in(group: Group, user: User, today: date) -> list[TeachingAssignment]:
    """One for each subject that is taught to the whole group."""
    rows = classes_marked_by(user, today).filter(group=group).select_related("subject")
    by_subject = {one.subject_id: one for one in rows.order_by("subject__name", "-pk")}
    return list(by_subject.values())
