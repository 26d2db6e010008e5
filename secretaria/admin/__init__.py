"""What the office keeps, in the administration: a module for each room."""

from secretaria.admin import bodies, transfers

__all__ = ["bodies", "transfers"]
