"""The register: schools, their groups and their people. It never hears of a message."""

from plumier.models.accounts import AccountCode, AccountLetter, CodeKind, RecoveryRequest
from plumier.models.calendar import Holiday
from plumier.models.changes import RegisterChange
from plumier.models.groups import AcademicYear, Enrolment, EnrolmentStatus, Group, Stage, StageKind
from plumier.models.history import EditKind, RecordAccess, RegisterEdit, Right
from plumier.models.imports import ImportDifference, ImportRun, Phase, RunState
from plumier.models.people import (
    Contact,
    ContactKind,
    Guardianship,
    Person,
    Registration,
    Relation,
    Slot,
    Staff,
    Student,
    User,
)
from plumier.models.policies import Currency, LogIn, Procedure, SchoolPolicy, TutorsWrite
from plumier.models.posts import Post
from plumier.models.proposal_states import (
    Confirming,
    ProposalSource,
    ProposalState,
    ProposalStep,
    RegistrationChange,
)
from plumier.models.proposals import ContactBatch, ContactProposal, ProposalEvent, ProposedContact
from plumier.models.schools import School, SchoolKind
from plumier.models.services import Department, Service, ServicePost
from plumier.models.teaching import (
    SessionSlot,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    TimetableEntry,
    Weekday,
)

__all__ = [
    "AcademicYear",
    "AccountCode",
    "AccountLetter",
    "CodeKind",
    "Confirming",
    "Contact",
    "ContactBatch",
    "ContactKind",
    "ContactProposal",
    "Currency",
    "Department",
    "EditKind",
    "Enrolment",
    "EnrolmentStatus",
    "Group",
    "Guardianship",
    "Holiday",
    "ImportDifference",
    "ImportRun",
    "LogIn",
    "Person",
    "Phase",
    "Post",
    "Procedure",
    "ProposalEvent",
    "ProposalSource",
    "ProposalState",
    "ProposalStep",
    "ProposedContact",
    "RecordAccess",
    "RecoveryRequest",
    "RegisterChange",
    "RegisterEdit",
    "Registration",
    "RegistrationChange",
    "Relation",
    "Right",
    "RunState",
    "School",
    "SchoolKind",
    "SchoolPolicy",
    "Service",
    "ServicePost",
    "SessionSlot",
    "Slot",
    "Staff",
    "Stage",
    "StageKind",
    "Student",
    "Subgroup",
    "SubgroupMember",
    "Subject",
    "TeachingAssignment",
    "TimetableEntry",
    "TutorsWrite",
    "User",
    "Weekday",
]
