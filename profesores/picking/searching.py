"""Looking for people by words."""

from django.db.models import Q

from plumier.names import plain_words


def named(words: str, person: str = "person__", *, number: str = "") -> Q:
    """Whose name has every word in it, accents and capitals aside; with `number` each may stand there instead."""
    found = Q()
    for word in plain_words(words).split():
        one = Q(**{f"{person}sort_key__contains": word})
        found &= (one | Q(**{f"{number}__icontains": word})) if number else one
    return found
