"""What a school keeps of behaviour and expedientes, in the administration: to find and to read."""

from convivencia.admin.disciplinary import DisciplinaryCaseAdmin

__all__ = ["DisciplinaryCaseAdmin"]
