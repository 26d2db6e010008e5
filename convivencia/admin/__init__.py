"""The administration of the procedures of convivencia."""

from convivencia.admin.records import BehaviourRecordAdmin

__all__ = ["BehaviourRecordAdmin"]
