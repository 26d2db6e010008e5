"""What stands in the places of a text for each recipient, and the text as each has it (requirement C7).

Nothing is asked of the database for a message without places.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from notica.models import Message, Recipient, RecipientAbout
from notica.writing.own_texts import own_texts
from notica.writing.placeholders import ALUMNO, CENTRO, GRUPO, NOMBRE, OWN, REMITENTE, TUTOR, fill
from plumier.models import Enrolment, Person

PLACEHOLDERS: Final = "placeholders"  # in a message's parameters
_OF_CHILDREN: Final = frozenset({ALUMNO, GRUPO, TUTOR, OWN})


class Child(NamedTuple):
    """What a text may say of a student; without a tutor, the school stands there."""

    name: str
    group: str = ""
    tutor: str = ""


class Reader(NamedTuple):
    """For whom a text is filled. `children` are the students it may name, by their ids as text; None: all of hers."""

    key: int
    message: Message
    recipient_id: int
    person_id: int | None
    children: frozenset[str] | None = None


class Text(NamedTuple):
    """A message as somebody reads it."""

    subject: str
    body: str


def placeholders_of(message: Message) -> Sequence[str]:
    """The placeholders that its text has."""
    found: Sequence[str] = message.params.get(PLACEHOLDERS, ())
    return found


def values_for(message: Message, children: Iterable[Child], name: str = "") -> dict[str, str]:
    """What stands in the places of a text about these students; lists are joined in the school's language."""
    about = list(children)
    school = message.school
    sender = message.sender_person.full_name if message.sender_person else ""
    with translation.override(school.language):
        return {
            ALUMNO: _listed(child.name for child in about),
            GRUPO: _listed(child.group for child in about),
            TUTOR: _listed(child.tutor for child in about) or school.name,
            NOMBRE: name,
            CENTRO: school.name,
            REMITENTE: sender,
        }


def _listed(words: Iterable[str]) -> str:
    return get_text_list([word for word in dict.fromkeys(words) if word], _("y"))


def values_of(readers: Iterable[Reader]) -> dict[int, dict[str, str]]:
    """By key, for each of these; three queries whatever their number, none where no text needs it."""
    found = list(readers)
    about = _about([one.recipient_id for one in found if _OF_CHILDREN & {*placeholders_of(one.message)}])
    people = _names({one.person_id for one in found if NOMBRE in placeholders_of(one.message)})
    own = _own(found, about)
    values = {one.key: _values(one, about.get(one.recipient_id, {}), people) for one in found}
    for one in found:
        if OWN in placeholders_of(one.message):
            of_hers = [
                own.get((one.message.pk, key), "") for key in _named(one, about.get(one.recipient_id, {}))
            ]
            values[one.key][OWN] = "\n\n".join(filter(None, of_hers))
    return values


def _own(readers: Sequence[Reader], about: Mapping[int, Mapping[str, Child]]) -> dict[tuple[int, str], str]:
    """What the procedures say, by message and student, of those about whom these may read."""
    asking = {one.message.pk: one for one in readers if OWN in placeholders_of(one.message)}
    if not asking:
        return {}
    students = {
        int(key)
        for one in readers
        if one.message.pk in asking
        for key in _named(one, about.get(one.recipient_id, {}))
    }
    return own_texts([one.message for one in asking.values()], students)


def _named(reader: Reader, about: Mapping[str, Child]) -> list[str]:
    """The keys of those whom her text may name."""
    return [key for key in about if reader.children is None or key in reader.children]


def _values(reader: Reader, about: Mapping[str, Child], people: Mapping[int | None, str]) -> dict[str, str]:
    named = [about[key] for key in _named(reader, about)]
    return values_for(reader.message, named, people.get(reader.person_id, ""))


def _about(recipients: Sequence[int]) -> dict[int, dict[str, Child]]:
    """By recipient and student, as they were named when it was planned, sorted by name."""
    if not recipients:
        return {}
    rows = RecipientAbout.objects.filter(recipient__in=recipients).select_related("student__person")
    found: dict[int, dict[str, Child]] = {}
    for row in rows.order_by("student__person__sort_key", "student__person_id"):
        child = Child(row.student.person.full_name, row.group_name or "", row.tutor_name or "")
        found.setdefault(row.recipient_id, {})[str(row.student_id)] = child
    return found


def _names(people: set[int | None]) -> dict[int | None, str]:
    wanted = {person for person in people if person is not None}
    return {person.pk: person.full_name for person in Person.objects.filter(pk__in=wanted)} if wanted else {}


def children_now(students: Iterable[int]) -> dict[int, Child]:
    """What a text would say of these students today, by student; those enrolled in no current year are left out."""
    rows = Enrolment.objects.filter(student__in=list(students), year__is_current=True)
    named = rows.select_related("student__person", "group__tutor").order_by("student__person__sort_key")
    return {row.student_id: _child_now(row) for row in named}


def _child_now(row: Enrolment) -> Child:
    tutor = row.group.tutor
    return Child(row.student.person.full_name, row.group.name, tutor.full_name if tutor else "")


def filled(recipients: Iterable[Recipient]) -> dict[int, Text]:
    """By recipient, its message as it reads it: for lists; their messages, schools and senders are at hand."""
    rows = list(recipients)
    readers = [
        Reader(row.pk, row.message, row.pk, row.person_id) for row in rows if placeholders_of(row.message)
    ]
    values = values_of(readers)
    return {row.pk: _text(row.message, values.get(row.pk)) for row in rows}


def _text(message: Message, values: Mapping[str, Any] | None) -> Text:
    if values is None:
        return Text(message.subject, message.body)
    return Text(fill(message.subject, values), fill(message.body, values))


def filled_text(message: Message, recipient: Recipient) -> Text:
    """The message as one recipient reads it."""
    if not placeholders_of(message):
        return Text(message.subject, message.body)
    values = values_of([Reader(recipient.pk, message, recipient.pk, recipient.person_id)])
    return _text(message, values[recipient.pk])


def filled_body(message: Message, recipient: Recipient) -> str:
    """Its text as one recipient reads it."""
    return filled_text(message, recipient).body
