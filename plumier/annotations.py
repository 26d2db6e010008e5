"""Whose is a number or an address that has a word beside it, as in «600123456 (madre)». Pure.

A word that is not known may be somebody's name, so it is reported and never read as «nobody in particular».
"""

import re
from dataclasses import dataclass

from plumier.names import clean_text, search_key

FATHER = "padre"
MOTHER = "madre"
TUTOR = "tutor"
STUDENT = "alumno"

_PEOPLE: dict[str, frozenset[str]] = {
    word: people
    for words, people in (
        ("padre papa pare father bố ba cha", frozenset({FATHER})),
        ("madre mama mare mother mẹ", frozenset({MOTHER})),
        ("padres progenitores ambos", frozenset({FATHER, MOTHER})),
        ("tutor tutora", frozenset({TUTOR})),
        ("alumno alumna estudiante", frozenset({STUDENT})),
    )
    for word in words.split()
}
# Words that name nobody. Neither «no» («no llamar») nor «hija» (perhaps another daughter) is here,
# and that is meant.
_REMARKS = """
    a al avisar casa claro contacto correo de del dejar domicilio e el email en ext extension familia
    familiar fijo fija fin hora horas horario la las laboral legal llamar lo los mail mejor mensaje mensajes
    movil nuevo nueva num numero o oficina para particular personal por principal secundario semana ser si
    sms solo solamente tarde tardes telefono telegram tel telf tf tfno tlf tlfno tokapp trabajo u urgencia
    urgencias urgente whatsapp wasap y manana mananas noche noches dia dias mediodia lunes martes miercoles
    jueves viernes sabado domingo so dien thoai di dong nha rieng co quan
"""
_NEUTRAL = frozenset(_REMARKS.split())
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Annotation:
    """Who a note names.

    Known people (`FATHER`, …) and words that may be a name, unaccented and in small letters.
    """

    people: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.people or self.unknown)


def read_annotation(note: str) -> Annotation:
    """Say who is meant by the words beside a number; an empty annotation means that nobody is."""
    if not note:
        return Annotation()
    people: set[str] = set()
    unknown: set[str] = set()
    for written in _WORD.findall(clean_text(note).casefold()):
        word = search_key(written)
        if found := _PEOPLE.get(written) or _PEOPLE.get(word):
            people |= found
        elif word not in _NEUTRAL and not word.isdigit():
            unknown.add(word)
    return Annotation(frozenset(people), frozenset(unknown))


def is_known(word: str) -> bool:
    """Say whether a word means something beside an address: a person, or a remark such as «trabajo»."""
    return search_key(word) in _NEUTRAL or word.casefold() in _PEOPLE or search_key(word) in _PEOPLE
