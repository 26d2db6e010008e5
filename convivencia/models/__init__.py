"""What a school keeps of behaviour (requirement E4) and of expedientes disciplinarios (requirement E5)."""

from convivencia.models.disciplinary import (
    DisciplinaryCase,
    DisciplinaryFile,
    DisciplinaryHearer,
    DisciplinaryStep,
)
from convivencia.models.records import BehaviourNotice, BehaviourRecord

__all__ = [
    "BehaviourNotice",
    "BehaviourRecord",
    "DisciplinaryCase",
    "DisciplinaryFile",
    "DisciplinaryHearer",
    "DisciplinaryStep",
]
