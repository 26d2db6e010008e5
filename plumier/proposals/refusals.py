"""Why a change of contacts is not done: the sentence is for whoever asked."""

from plumier.refusals import Refused


class NotYours(Refused):
    """This user may not do this with this change."""


class AlreadyDone(Refused):
    """Somebody else was quicker, or it is not at that point any more."""


class NeedsConfirmation(Refused):
    """The parent has not been asked yet."""


class NeedsDecision(Refused):
    """It touches a court's bar or protected data: a leader decides, with a reason."""


class Outdated(Refused):
    """The register changed underneath."""
