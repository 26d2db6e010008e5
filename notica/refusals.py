"""Named refusals: an action that is not done says why, in a sentence for whoever asked."""


class Refused(Exception):
    """The message is not sent. `str(error)` is the sentence a person reads, in her language."""


class NotAllowed(Refused):
    """This user may not write to these people."""


class KeyUsed(Refused):
    """The same client key came with another message."""
