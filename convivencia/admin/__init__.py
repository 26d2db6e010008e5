"""The administration of the procedures of convivencia: to find and to read."""

from convivencia.admin.disciplinary import DisciplinaryCaseAdmin
from convivencia.admin.records import BehaviourRecordAdmin

__all__ = ["BehaviourRecordAdmin", "DisciplinaryCaseAdmin"]
