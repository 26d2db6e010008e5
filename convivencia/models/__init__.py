"""What a school keeps of behaviour (requirement E4) and of expedientes disciplinarios (requirement E5)."""

from convivencia.models.disciplinary import (
    DisciplinaryCase,
    DisciplinaryFile,
    DisciplinaryHearer,
    DisciplinaryStep,
)

__all__ = ["DisciplinaryCase", "DisciplinaryFile", "DisciplinaryHearer", "DisciplinaryStep"]
