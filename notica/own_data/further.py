"""What the procedures above keep of somebody: each adds its sections when it is ready."""

from collections.abc import Callable, Iterable, Iterator

from notica.own_data.sections import Section
from plumier.family_access import Child
from plumier.models import Person

# Of a person and the students about whom she reads in her school today.
Further = Callable[[Person, list[Child]], Iterable[Section]]
_added: list[Further] = []


def add_sections(further: Further) -> None:
    """Have these in the copy that somebody asks for."""
    if further not in _added:
        _added.append(further)


def further_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Of all that was added, in the language in force."""
    for further in _added:
        yield from further(person, children)
