"""What is said of what happened: for each kind of message that an event sends, what its text is made of."""

from collections.abc import Callable
from typing import Any, Final

from notica.event_words import absences, diplomas, disciplinary, fees, general, journals, meetings, transfers
from notica.models import Message

# By kind, in the language in force; plain values of the message's `params` in, the template's values out.
CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    **absences.CONTEXTS,
    **diplomas.CONTEXTS,
    **disciplinary.CONTEXTS,
    **fees.CONTEXTS,
    **general.CONTEXTS,
    **journals.CONTEXTS,
    **meetings.CONTEXTS,
    **transfers.CONTEXTS,
}
