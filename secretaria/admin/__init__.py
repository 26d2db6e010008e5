"""What the office keeps, in the administration."""

from secretaria.admin.transfers import TransferAdmin, TransferStepAdmin

__all__ = ["TransferAdmin", "TransferStepAdmin"]
