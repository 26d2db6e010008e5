"""The columns that a roster may have, and how schools title them."""

import re
from enum import StrEnum

from plumier.names import plain_words


class Holder(StrEnum):
    """Whose datum a column holds."""

    STUDENT = "student"
    FATHER = "father"
    MOTHER = "mother"
    TUTOR_1 = "tutor_1"
    TUTOR_2 = "tutor_2"


GUARDIANS = (Holder.FATHER, Holder.MOTHER, Holder.TUTOR_1, Holder.TUTOR_2)


class Datum(StrEnum):
    """What a column holds. The addresses have the names of the register's slots."""

    EXPEDIENTE = "expediente"
    NRE = "nre"
    FULL_NAME = "full_name"
    SURNAMES = "surnames"
    SURNAME_1 = "surname_1"
    SURNAME_2 = "surname_2"
    GIVEN_NAME = "given_name"
    COURSE = "course"
    GROUP = "group"
    PHONE_1 = "phone_1"
    PHONE_2 = "phone_2"
    EMAIL = "email"
    EMAIL_OFFICIAL = "email_official"
    EMAIL_ALT = "email_alt"
    STATUS = "status"
    PROTECTED = "protected"
    DOCUMENT = "document"
    MESSAGES = "messages"
    REGISTERED = "registered"
    RECEIVES_FROM = "receives_from"
    RECEIVES_UNTIL = "receives_until"
    LEFT = "left"
    BIRTH = "birth"


Column = tuple[Holder, Datum]


_REGISTERED = (
    *("registrado", "registrada", "fecha registro", "registro", "dang ki", "dang ky", "da dang ki"),
    *("da dang ky", "ngay dang ki", "ngay dang ky", "dang ki nhan tin", "dang ky nhan tin"),
)
_BOTH: dict[Datum, tuple[str, ...]] = {
    Datum.FULL_NAME: (
        *("apellidos y nombre", "apellidos nombre", "nombre y apellidos", "nombre completo"),
        *("ho va ten", "ho ten", "ten day du"),
    ),
    Datum.SURNAMES: ("apellidos", "ho va ten dem", "ho dem", "ho"),
    Datum.SURNAME_1: ("primer apellido", "apellido 1", "1 apellido", "1er apellido"),
    Datum.SURNAME_2: ("segundo apellido", "apellido 2", "2 apellido"),
    Datum.GIVEN_NAME: ("nombre", "ten"),
    Datum.PHONE_1: ("telefono", "telefono 1", "telefono fijo", "fijo"),
    Datum.PHONE_2: (
        *("telefono 2", "movil", "telefono movil", "telefono urgencia", "telefono urgencias"),
        "telefono di dong",
    ),
    Datum.EMAIL: ("email",),
    Datum.DOCUMENT: (
        *("dni", "nie", "nif", "dni nie", "dni nif", "nif nie", "dni nif nie", "documento", "dni pasaporte"),
        *(
            "cccd",
            "cmnd",
            "so cccd",
            "so cmnd",
            "cmnd cccd",
            "cccd cmnd",
            "so dinh danh",
            "so dinh danh ca nhan",
        ),
    ),
}
_STUDENT: dict[Datum, tuple[str, ...]] = _BOTH | {
    Datum.EXPEDIENTE: (
        *("expediente", "exp", "expte", "expediente centro", "expte centro", "expediente en centro"),
        "expte en centro",
    ),
    Datum.NRE: ("nre", "id escolar", "n id escolar", "numero id escolar", "n identificacion escolar"),
    Datum.COURSE: ("curso", "curso y grupo", "curso grupo", "khoi"),
    Datum.GROUP: ("grupo", "unidad", "lop"),
    Datum.EMAIL_OFFICIAL: ("email oficial",),
    Datum.EMAIL_ALT: ("email alt", "email alternativo", "email 2"),
    Datum.STATUS: ("estado matricula", "estado", "trang thai"),
    Datum.PROTECTED: ("datos protegidos", "bao mat"),
    Datum.LEFT: ("fecha baja", "baja", "fecha baja matricula", "ngay thoi hoc", "ngay nghi hoc"),
    Datum.REGISTERED: _REGISTERED,
    Datum.BIRTH: ("fecha nacimiento", "nacimiento", "f nacimiento", "fecha nac", "ngay sinh"),
}
_GUARDIAN: dict[Datum, tuple[str, ...]] = _BOTH | {
    Datum.MESSAGES: ("mensaje", "mensajes", "nhan tin", "nhan tin nhan"),
    Datum.REGISTERED: _REGISTERED,
    Datum.RECEIVES_FROM: ("recibe desde", "mensajes desde", "nhan tin tu"),
    Datum.RECEIVES_UNTIL: ("recibe hasta", "mensajes hasta", "nhan tin den"),
}
_DATA_OF_STUDENT = {title: datum for datum, titles in _STUDENT.items() for title in titles}
_DATA_OF_GUARDIAN = {title: datum for datum, titles in _GUARDIAN.items() for title in titles}

_SIGNS_OF_ORDER = re.compile("[ºª°]")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_WORDS_OF_ONE_MEANING = (
    (re.compile(r"\b(?:correo electronico|correo e|e mail|correo|mail)\b"), "email"),
    (re.compile(r"\b(?:thu dien tu|hop thu)\b"), "email"),
    (re.compile(r"\b(?:so dien thoai|dien thoai|sdt|so dt|dt)\b"), "telefono"),
    (re.compile(r"\b(?:ma so|ma) (?:hoc sinh|hs|ho so)\b"), "expediente"),
    (re.compile(r"\b(?:tfno|tlfno|tlf|telf|tel|tfn|tf|tno)\b"), "telefono"),
    (re.compile(r"\btelefono(?=[12]\b)"), "telefono "),
    (re.compile(r"\b(?:numero|num|nro|no|n)(?: de(?:l)?)? (?=exp|telefono|email)"), ""),
    (re.compile(r"\b(?:de|del|la|el)\b"), ""),
)
_HOLDERS = (
    (re.compile(r"\b(?:padre|bo|cha)\b"), Holder.FATHER),
    (re.compile(r"\b(?:madre|me)\b"), Holder.MOTHER),
    (
        re.compile(
            r"\b(?:primer tutor|1er tutor|(?:tutor(?: a|a)?)(?: legal)? ?1|nguoi giam ho|phu huynh)\b"
        ),
        Holder.TUTOR_1,
    ),
    (re.compile(r"\b(?:segundo tutor|2 tutor|(?:tutor(?: a|a)?)(?: legal)? ?2)\b"), Holder.TUTOR_2),
)
_PUPIL = re.compile(r"\b(?:alumno a|alumno|alumna|alumnado|estudiante|hoc sinh|hs)\b")


def title_words(title: str) -> str:
    """Give the words of a title in one way of writing, whatever its case, accents, dots, signs and short forms."""
    text = _INITIALS.sub(lambda initials: initials.group().replace(".", ""), _SIGNS_OF_ORDER.sub(" ", title))
    words = plain_words(text)
    for pattern, meaning in _WORDS_OF_ONE_MEANING:
        words = pattern.sub(meaning, words)
    return " ".join(words.split())


def read_title(title: str) -> Column | None:
    """Say which column a title names, however it is written; None for any other."""
    words = title_words(title)
    named = [holder for pattern, holder in _HOLDERS if pattern.search(words)]
    for pattern, _holder in _HOLDERS:
        words = pattern.sub(" ", words)
    if named:
        words = " ".join(words.split()) or "nombre"
        datum = _DATA_OF_GUARDIAN.get(words)
        return (named[0], datum) if datum else None
    rest = _PUPIL.sub(" ", words)
    datum = Datum.FULL_NAME if words and not rest.strip() else _DATA_OF_STUDENT.get(" ".join(rest.split()))
    return (Holder.STUDENT, datum) if datum else None
