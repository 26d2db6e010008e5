"""What the school's office keeps."""

from secretaria.models.transfers import Transfer, TransferFile, TransferStep

__all__ = ["Transfer", "TransferFile", "TransferStep"]
