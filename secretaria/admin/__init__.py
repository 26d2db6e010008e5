"""What the office keeps, in the administration: a module for each procedure."""

from secretaria.admin import bodies, diplomas, fees, transfers

__all__ = ["bodies", "diplomas", "fees", "transfers"]
