"""Tables of the post office. PostgreSQL rows are the truth; Redis holds only hints."""

from notica.models.contact_codes import ContactCode
from notica.models.deliveries import Attempt, Delivery, Receipt
from notica.models.exports import DataRequest, DataState
from notica.models.files import FileRow
from notica.models.linking import BotChat, BotUpdate, LeftPhone, LinkInvitation
from notica.models.messages import Message, MessageAttachment, ProgressDelta
from notica.models.recipients import InboxEntry, Recipient, RecipientAbout
from notica.models.review import Act, DeskWording, ReviewFile, ReviewState, ReviewStep, ReviewText, Wording
from notica.models.rounds import ChannelRound
from notica.models.rules import UncertainRule
from notica.models.tallies import SendTally, TallyMark
from notica.models.writing import KeptDraft, KeptDraftFile, TextTemplate

__all__ = [
    "Act",
    "Attempt",
    "BotChat",
    "BotUpdate",
    "ChannelRound",
    "ContactCode",
    "DataRequest",
    "DataState",
    "Delivery",
    "DeskWording",
    "FileRow",
    "InboxEntry",
    "KeptDraft",
    "KeptDraftFile",
    "LeftPhone",
    "LinkInvitation",
    "Message",
    "MessageAttachment",
    "ProgressDelta",
    "Receipt",
    "Recipient",
    "RecipientAbout",
    "ReviewFile",
    "ReviewState",
    "ReviewStep",
    "ReviewText",
    "SendTally",
    "TallyMark",
    "TextTemplate",
    "UncertainRule",
    "Wording",
]
