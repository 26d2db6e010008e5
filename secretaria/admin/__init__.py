"""What the office keeps, in the administration: a module for each procedure."""

from secretaria.admin import fees

__all__ = ["fees"]
