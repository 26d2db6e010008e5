"""Who was missing when, what her family was told of it, and what was notified (requirements E1–E3)."""

from attendance.models.absences import Absence, AttendancePolicy, Roll
from attendance.models.notices import AbsenceAnswer, AbsenceNotice
from attendance.models.reports import AbsenteeismReport

__all__ = ["Absence", "AbsenceAnswer", "AbsenceNotice", "AbsenteeismReport", "AttendancePolicy", "Roll"]
