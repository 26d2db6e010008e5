"""What the school's office keeps (requirements E6–E9): a module for each procedure."""

from secretaria.models.bodies import Body, BodyMember, Meeting, MeetingCall, MeetingFile, MeetingMember
from secretaria.models.diplomas import BatchState, Diploma, DiplomaBatch
from secretaria.models.fees import Fee, FeeConcept, FeeIssue, FeeMovement, FeeReport
from secretaria.models.transfers import Transfer, TransferFile, TransferStep

__all__ = [
    "BatchState",
    "Body",
    "BodyMember",
    "Diploma",
    "DiplomaBatch",
    "Fee",
    "FeeConcept",
    "FeeIssue",
    "FeeMovement",
    "FeeReport",
    "Meeting",
    "MeetingCall",
    "MeetingFile",
    "MeetingMember",
    "Transfer",
    "TransferFile",
    "TransferStep",
]
