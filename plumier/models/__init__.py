"""The register: schools, their groups and their people. It never hears of a message."""

from plumier.models.changes import RegisterChange
from plumier.models.groups import AcademicYear, Enrolment, EnrolmentStatus, Group, Stage, StageKind
from plumier.models.people import (
    Contact,
    ContactKind,
    Guardianship,
    Person,
    Relation,
    Slot,
    Staff,
    Student,
    User,
)
from plumier.models.posts import Post
from plumier.models.schools import School, SchoolKind, SchoolPolicy

__all__ = [
    "AcademicYear",
    "Contact",
    "ContactKind",
    "Enrolment",
    "EnrolmentStatus",
    "Group",
    "Guardianship",
    "Person",
    "Post",
    "RegisterChange",
    "Relation",
    "School",
    "SchoolKind",
    "SchoolPolicy",
    "Slot",
    "Staff",
    "Stage",
    "StageKind",
    "Student",
    "User",
]
