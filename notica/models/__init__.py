"""Tables of the post office. PostgreSQL rows are the truth; Redis holds only hints."""

from notica.models.contact_codes import ContactCode
from notica.models.deliveries import Attempt, Delivery, Receipt
from notica.models.messages import Message, MessageAttachment, ProgressDelta
from notica.models.recipients import InboxEntry, Recipient, RecipientAbout
from notica.models.rounds import ChannelRound
from notica.models.rules import UncertainRule
from notica.models.student_data import DataRequest, DataState

__all__ = [
    "Attempt",
    "ChannelRound",
    "ContactCode",
    "DataRequest",
    "DataState",
    "Delivery",
    "InboxEntry",
    "Message",
    "MessageAttachment",
    "ProgressDelta",
    "Receipt",
    "Recipient",
    "RecipientAbout",
    "UncertainRule",
]
