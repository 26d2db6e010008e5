"""The administration of the register, school by school."""

from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.history import RecordAccessAdmin, RegisterEditAdmin
from plumier.admin.imports import ImportRunAdmin
from plumier.admin.letters import AccountLetterAdmin
from plumier.admin.people import EnrolmentAdmin, GuardianshipAdmin, PersonAdmin, StudentAdmin
from plumier.admin.schools import AcademicYearAdmin, GroupAdmin, SchoolAdmin, StageAdmin
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedInline, scoped
from plumier.admin.services import ServiceAdmin
from plumier.admin.staff import PostAdmin, StaffAdmin
from plumier.admin.teaching import (
    DepartmentAdmin,
    HolidayAdmin,
    SessionSlotAdmin,
    SubgroupAdmin,
    SubjectAdmin,
    TeachingAssignmentAdmin,
)
from plumier.admin.users import PortalUserAdmin

__all__ = [
    "BY_SCHOOL",
    "AcademicYearAdmin",
    "AccountLetterAdmin",
    "DepartmentAdmin",
    "EnrolmentAdmin",
    "GroupAdmin",
    "GuardianshipAdmin",
    "HolidayAdmin",
    "ImportRunAdmin",
    "PersonAdmin",
    "PortalUserAdmin",
    "PostAdmin",
    "RecordAccessAdmin",
    "RegisterEditAdmin",
    "SchoolAdmin",
    "SchoolScopedAdmin",
    "SchoolScopedInline",
    "ScopedRelationFilter",
    "ServiceAdmin",
    "SessionSlotAdmin",
    "StaffAdmin",
    "StageAdmin",
    "StudentAdmin",
    "SubgroupAdmin",
    "SubjectAdmin",
    "TeachingAssignmentAdmin",
    "scoped",
]
