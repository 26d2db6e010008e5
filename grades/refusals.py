"""Named refusals of marks: `str(error)` is the sentence a person reads, in her language."""

from plumier.refusals import Refused


class GradesRefused(Refused):
    """Marks, their publication and their acuses are left as they were."""
