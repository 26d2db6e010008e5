"""What is no mistake for sure and wants a look: told as warnings, each kind with its code.

A number that two families share sends one family's news to the other; parents with one name or one mobile are often
one parent typed twice. Of each kind some are told one by one and the rest is counted (`Findings.warn`).
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from plumier.importing.families import Families, Keys, shared_keys
from plumier.importing.guardians import GuardianRow
from plumier.importing.headers import PHONES
from plumier.importing.problems import Findings
from plumier.importing.rows import StudentRow
from plumier.importing.spool import Spool
from plumier.importing.whose import Address
from plumier.models import ContactKind
from plumier.names import comparison_key, same_name, similar_name


class Suspicion(StrEnum):
    """The codes of suspicious findings."""

    PARENTS_ALIKE = "parents_alike"
    ONLY_LANDLINES = "only_landlines"
    STUDENTS_PHONE = "students_phone"
    TWO_FAMILIES = "two_families"
    MANY_FAMILIES = "many_families"
    EMAIL_OF_MANY = "email_of_many"
    SAME_STUDENT = "same_student"


PHONE, EMAIL, STUDENT = 1, 2, 3
_MANY_FAMILIES: Final = 5
_PEOPLE_OF_AN_EMAIL: Final = 4
_LOOKED_AT: Final = 12  # rows of one key that are read again


def add_shared(keys: Keys, place: int, row: StudentRow) -> None:
    """Add what is suspicious if another row has it too."""
    for guardian in row.guardians:
        for value in {address.key for address in _phones(guardian)}:
            keys.add(PHONE, place, "phone", value)
        for value in {
            address.key for address in guardian.addresses.values() if address.kind == ContactKind.EMAIL
        }:
            keys.add(EMAIL, place, "email", value)
    keys.add(STUDENT, place, "name", comparison_key(row.name), _birth_or_class(row))


def tell_of_row(row: StudentRow, findings: Findings) -> None:
    """Tell what is suspicious in one row."""
    phones = [address for guardian in row.guardians for address in _phones(guardian)]
    if phones and all(address.kind == ContactKind.LANDLINE for address in phones):
        message = _("La familia solo tiene teléfonos fijos: no recibirá Telegram, TokApp ni SMS.")
        findings.warn(message, row=row.row, value=str(row.name), code=Suspicion.ONLY_LANDLINES)
    for one, other in _pairs(row):
        _tell_parents_alike(one, other, row, findings)
    own = {address.key for address in row.addresses.values() if address.kind == ContactKind.MOBILE}
    for address in phones:
        if address.key in own:
            message = _("El móvil de la familia es también el del alumno.")
            findings.warn(message, row=row.row, value=address.typed, code=Suspicion.STUDENTS_PHONE)
            break


def tell_shared(families: Families, spool: Spool, findings: Findings) -> None:
    """Tell what several families share, once for each phone, address or name."""
    for kind, key, places, count in shared_keys():
        roots = {families.of(place) for place in places}
        if kind == EMAIL and count > _PEOPLE_OF_AN_EMAIL:
            _tell_email(key, spool.get(places[:_LOOKED_AT]), findings)
        elif kind == PHONE and len(roots) > 1:
            _tell_phone(key, spool.get(places[:_LOOKED_AT]), len(roots), findings)
        elif kind == STUDENT:
            _tell_student(spool.get(places[:_LOOKED_AT]), findings)


def _tell_parents_alike(one: GuardianRow, other: GuardianRow, row: StudentRow, findings: Findings) -> None:
    if same_name(one.name, other.name):
        message = _("Los dos progenitores tienen el mismo nombre.")
        findings.warn(message, row=row.row, value=str(one.name), code=Suspicion.PARENTS_ALIKE)
        return
    mobiles = {address.key: address for address in _phones(one) if address.kind == ContactKind.MOBILE}
    for address in _phones(other):
        if address.key in mobiles:
            message = _("Los dos progenitores tienen el mismo móvil.")
            findings.warn(message, row=row.row, value=address.typed, code=Suspicion.PARENTS_ALIKE)
            return


def _tell_phone(key: int, rows: list[StudentRow], families: int, findings: Findings) -> None:
    """Tell a phone of several families, unless its holders can be one person whom each row spells otherwise."""
    holders = [
        (row, guardian, address)
        for row in rows
        for guardian in row.guardians
        for address in _phones(guardian)
        if hash(("phone", address.key)) == key
    ]
    if not holders:
        return
    first, guardian, address = holders[0]
    other = next(
        (
            held
            for held in holders[1:]
            if not similar_name(guardian.name, held[1].name) and not same_name(guardian.name, held[1].name)
        ),
        None,
    )
    if other is None:
        return
    words = {"row": findings.place(other[0].row), "person": other[1].name, "count": families}
    if families >= _MANY_FAMILIES:
        message = _(
            "El mismo teléfono está en %(count)d familias, como en la fila %(row)s: ¿es el del centro?"
        )
        code = Suspicion.MANY_FAMILIES
    else:
        message = _("El mismo teléfono está en la fila %(row)s como de %(person)s: ¿son dos familias?")
        code = Suspicion.TWO_FAMILIES
    findings.warn(message % words, row=first.row, value=address.typed, code=code)


def _tell_email(key: int, rows: list[StudentRow], findings: Findings) -> None:
    held = [
        (row, guardian, address)
        for row in rows
        for guardian in row.guardians
        for address in guardian.addresses.values()
        if hash(("email", address.key)) == key
    ]
    people = {comparison_key(guardian.name) for _row, guardian, _address in held}
    if len(people) > _PEOPLE_OF_AN_EMAIL:
        message = _("El mismo correo es de más de %(count)d personas.") % {"count": _PEOPLE_OF_AN_EMAIL}
        row, _guardian, address = held[0]
        findings.warn(message, row=row.row, value=address.typed, code=Suspicion.EMAIL_OF_MANY)


def _tell_student(rows: list[StudentRow], findings: Findings) -> None:
    message = _("Otro alumno se llama igual y %(same)s: fila %(row)s. ¿Es el mismo con dos expedientes?")
    same = _("nació el mismo día") if rows[0].birth else _("está en el mismo grupo")
    words = {"row": findings.place(rows[1].row), "same": same}
    findings.warn(message % words, row=rows[0].row, value=str(rows[0].name), code=Suspicion.SAME_STUDENT)


def _pairs(row: StudentRow) -> Iterator[tuple[GuardianRow, GuardianRow]]:
    """Give the pairs of guardians who are not one person by their documents."""
    for index, one in enumerate(row.guardians):
        for other in row.guardians[index + 1 :]:
            if not one.document.key or one.document.key != other.document.key:
                yield one, other


def _phones(guardian: GuardianRow) -> list[Address]:
    return [a for slot in PHONES if (a := guardian.addresses.get(slot)) and a.value]


def _birth_or_class(row: StudentRow) -> str:
    return row.birth.isoformat() if row.birth else row.group.key
