"""Places in a text that are filled for each recipient: {alumno}, {grupo}, {tutor} … (requirement C7). Pure.

A place is one word of three letters or more in braces, in any case and with spaces round it. What else stands in
braces is text: {x}, {1, 2}, {}. Where it looks like a place, {x} or {dos palabras}, its writer is told so.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.choices import Audience
from notica.refusals import Refused

ALUMNO, GRUPO, TUTOR, CENTRO, REMITENTE, NOMBRE = "alumno", "grupo", "tutor", "centro", "remitente", "nombre"
OWN = "suyo"  # what a procedure says of each child (`own_texts`); nobody types it
_PLACE: Final = re.compile(r"\{ *([^\W\d_]{3,30}) *\}")
_LIKE_A_PLACE: Final = re.compile(r"\{ *([^\W\d_](?:[\w .-]{0,60}\w)?) *\}")
_FIRST_MARK: Final = 0xE010  # private-use letters, never in a text that people write
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_ABOUT_STUDENTS: Final = (Audience.STUDENT, Audience.FAMILY)


class Placeholder(NamedTuple):
    """What may stand in braces, what it becomes, and in which messages."""

    name: str
    meaning: Promise
    audiences: tuple[Audience, ...]

    @property
    def written(self) -> str:
        """As it is typed: «{alumno}»."""
        return f"{{{self.name}}}"


KNOWN: Final = (
    Placeholder(ALUMNO, gettext_lazy("nombre del alumno, o de los hermanos"), _ABOUT_STUDENTS),
    Placeholder(GRUPO, gettext_lazy("grupo del alumno"), _ABOUT_STUDENTS),
    Placeholder(TUTOR, gettext_lazy("tutor del grupo"), _ABOUT_STUDENTS),
    Placeholder(NOMBRE, gettext_lazy("nombre de quien lo recibe"), (Audience.STAFF,)),
    Placeholder(CENTRO, gettext_lazy("nombre del centro"), tuple(Audience)),
    Placeholder(REMITENTE, gettext_lazy("quien lo envía"), tuple(Audience)),
)
_NAMES: Final = (*(one.name for one in KNOWN), OWN)
_MARKS: Final = {name: chr(_FIRST_MARK + number) for number, name in enumerate(_NAMES)}
_BY_MARK: Final = {mark: name for name, mark in _MARKS.items()}
_ANY_MARK: Final = re.compile(f"[{''.join(_BY_MARK)}]")


class UnknownPlaceholder(Refused):
    """The text has a place that nothing fills."""


def placeholders_for(to: str) -> tuple[Placeholder, ...]:
    """Those that a message to these may have."""
    return tuple(one for one in KNOWN if to in one.audiences)


def places_in(*texts: str) -> tuple[str, ...]:
    """The different words in places of these texts, known or not, in lower case and in their order."""
    found = (match[1].lower() for text in texts for match in _PLACE.finditer(text))
    return tuple(dict.fromkeys(found))


def left_as_is(*texts: str) -> tuple[str, ...]:
    """What looks like a place in these texts and is none, as it is written: nothing fills it, nothing refuses it."""
    found = (match[0] for text in texts for match in _LIKE_A_PLACE.finditer(text))
    return tuple(one for one in dict.fromkeys(found) if not _PLACE.fullmatch(one))


def check(texts: Iterable[str], to: str | None = None) -> tuple[str, ...]:
    """The placeholders of these texts; for no message in particular where `to` is None. Raises UnknownPlaceholder."""
    known = KNOWN if to is None else placeholders_for(to)
    allowed = {one.name for one in known}
    found = places_in(*texts)
    for word in found:
        if word not in allowed:
            raise UnknownPlaceholder(_refusal(word, known))
    return found


def _refusal(word: str, known: Iterable[Placeholder]) -> str:
    may = ", ".join(one.written for one in known)
    if word in _NAMES:
        words = _("{%(word)s} no se puede usar en este mensaje. Puede usar %(known)s.")
    else:
        words = _("No se sabe qué poner en {%(word)s}. Corríjalo o quite las llaves; puede usar %(known)s.")
    return words % {"word": word, "known": may}


def marked(text: str) -> str:
    """The text with a mark, one letter, in each place: for templates, which are then filled by `fill_marks`."""
    return _replace(_PRIVATE.sub("", text), _MARKS)


def fill_marks(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """A marked text with the values in its places, empty where there is none: no mark is left."""
    return _ANY_MARK.sub(lambda match: escape(values.get(_BY_MARK[match[0]], "")), text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in its places; a known place without a value becomes empty."""
    return _replace(text, {name: values.get(name, "") for name in _NAMES})


def _replace(text: str, by_name: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: by_name.get(match[1].lower(), match[0]), text)
