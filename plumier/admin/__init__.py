"""The administration of the register, school by school."""

from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.people import GuardianshipAdmin, PersonAdmin, StudentAdmin
from plumier.admin.schools import AcademicYearAdmin, GroupAdmin, SchoolAdmin, StageAdmin
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedInline, scoped
from plumier.admin.staff import PostAdmin, StaffAdmin
from plumier.admin.users import PortalUserAdmin

__all__ = [
    "BY_SCHOOL",
    "AcademicYearAdmin",
    "GroupAdmin",
    "GuardianshipAdmin",
    "PersonAdmin",
    "PortalUserAdmin",
    "PostAdmin",
    "SchoolAdmin",
    "SchoolScopedAdmin",
    "SchoolScopedInline",
    "ScopedRelationFilter",
    "StaffAdmin",
    "StageAdmin",
    "StudentAdmin",
    "scoped",
]
