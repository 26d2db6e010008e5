"""Named refusals: an action that is not done says why, in a sentence for whoever asked."""

from datetime import datetime


class Refused(Exception):
    """The message is not sent. `str(error)` is the sentence a person reads, in her language."""


class NotAllowed(Refused):
    """This user may not write to these people."""


class InOfficeHours(Refused):
    """A tutor's own message in the hours in which the review desk sends; `until` is when she may (requirement C10)."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


class KeyUsed(Refused):
    """The same client key came with another message."""
