"""What a procedure has written of each child, which stands in its message's one place for whoever may read it (C9)."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from notica.models import Message

# Of messages of one kind and students by id: the text by message and student, its key as text.
Texts = Callable[[Collection[Message], Collection[int]], dict[tuple[int, str], str]]
_BY_KIND: Final[dict[str, Texts]] = {}


def add_own_texts(kind: str, texts: Texts) -> None:
    """Have the texts of this kind of message from here: by the procedure that sends it, when it is ready."""
    _BY_KIND[kind] = texts


def own_texts(messages: Iterable[Message], students: Collection[int]) -> dict[tuple[int, str], str]:
    """By message and student; what no procedure of this installation says is left out."""
    by_kind: dict[str, list[Message]] = {}
    for message in messages:
        by_kind.setdefault(message.kind, []).append(message)
    found: dict[tuple[int, str], str] = {}
    for kind, of_kind in by_kind.items():
        if texts := _BY_KIND.get(kind):
            found |= texts(of_kind, students)
    return found
