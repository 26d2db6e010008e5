"""Named refusals of the register: `str(error)` is the sentence a person reads, in her language."""


class Refused(Exception):
    """The register is left as it was."""
