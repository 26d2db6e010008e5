"""Secretaría in the administration: a module for each room."""

from secretaria.admin import bodies

__all__ = ["bodies"]
