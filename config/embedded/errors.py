"""What can go wrong with the own servers, as a sentence for people."""


class EmbeddedError(RuntimeError):
    """The own PostgreSQL, Valkey or sandbox cannot run; the text says why and what to do.

    The sentences are plain Spanish: they are needed before Django, and so gettext, is set up.
    """
