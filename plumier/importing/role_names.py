"""Posts as files name them, in both languages. Pure."""

import re

from plumier.names import plain_words
from plumier.roles import Role

TUTOR = "tutor"
_NAMES: dict[Role, tuple[str, ...]] = {
    Role.DIRECTOR: ("director", "directora", "director a", "direccion"),
    Role.HEAD_OF_STUDIES: (
        *("jefe de estudios", "jefa de estudios", "jefatura de estudios", "jefe a de estudios"),
        *("jefe de estudios adjunto", "jefa de estudios adjunta"),
    ),
    Role.SECRETARY: ("secretario", "secretaria", "secretario a"),
    Role.HEAD_OF_DEPARTMENT: (
        "jefe de departamento",
        "jefa de departamento",
        "jefe a de departamento",
        "to truong",
    ),
    Role.COUNSELLOR: ("orientador", "orientadora", "orientador a", "orientacion"),
    Role.PTSC: (
        "ptsc",
        "profesor tecnico de servicios a la comunidad",
        "trabajador social",
        "trabajadora social",
    ),
    Role.PAS: ("pas", "administrativo", "administrativa", "conserje", "ordenanza", "auxiliar administrativo"),
    Role.BGH: ("bgh", "ban giam hieu", "hieu truong", "pho hieu truong"),
    Role.TRAINING: ("dao tao", "phong dao tao"),
    Role.FINANCE: ("tai chinh", "phong tai chinh", "ke toan"),
    Role.YOUTH_UNION: ("doan thanh nien", "doan tn"),
    Role.SUPERVISORS: ("giam thi",),
    Role.BOARDING: ("ban tru",),
    Role.CGCN: ("cgcn",),
    Role.TEACHER: (
        "profesor",
        "profesora",
        "profesor a",
        "docente",
        "maestro",
        "maestra",
        "giao vien",
        "gvbm",
    ),
}
_KNOWN = {name: role for role, names in _NAMES.items() for name in names}
_TUTORS = frozenset({"tutor", "tutora", "tutor a", "gvcn", "giao vien chu nhiem"})
_SEPARATOR = re.compile(r"[;,\n|+]|\s/\s")


def read_role(text: str) -> Role | str | None:
    """Read one post: a role, `TUTOR`, which is one of a group, or None for what is not known."""
    words = plain_words(text)
    if words in _TUTORS:
        return TUTOR
    if words in _KNOWN:
        return _KNOWN[words]
    return next((role for role in Role if plain_words(role.value) == words), None)


def split_roles(text: str) -> list[str]:
    """Give the posts of a cell one by one."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]
