from convivencia.models.records import BehaviourNotice, BehaviourRecord

__all__ = ["BehaviourNotice", "BehaviourRecord"]
