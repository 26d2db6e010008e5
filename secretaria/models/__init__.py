"""What the school's office keeps."""

from secretaria.models.bodies import Body, BodyMember, Meeting, MeetingCall, MeetingFile, MeetingMember
from secretaria.models.transfers import Transfer, TransferFile, TransferStep

__all__ = [
    "Body",
    "BodyMember",
    "Meeting",
    "MeetingCall",
    "MeetingFile",
    "MeetingMember",
    "Transfer",
    "TransferFile",
    "TransferStep",
]
