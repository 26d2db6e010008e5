"""What the office keeps, in the administration: a module for each procedure."""

from secretaria.admin import bodies, fees, transfers

__all__ = ["bodies", "fees", "transfers"]
