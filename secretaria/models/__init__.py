"""What a school's office keeps, a module for each procedure."""

from secretaria.models.diplomas import BatchState, Diploma, DiplomaBatch

__all__ = ["BatchState", "Diploma", "DiplomaBatch"]
