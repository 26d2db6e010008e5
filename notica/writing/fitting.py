"""Whether a text fits once its places are filled, for every one of its recipients (requirements B3, C7).

Nobody may get «{tutor}», nor an SMS that is longer than it may be because of a long name.
"""

from collections.abc import Iterator

from django.utils.translation import ngettext

from notica.audience import Scope, candidates, enrolments_told_of
from notica.candidates import Candidate
from notica.choices import Way
from notica.kinds import LENGTHS
from notica.models import Message
from notica.refusals import Refused
from notica.writing.filling import children_now, placeholders_of, values_for
from notica.writing.placeholders import NOMBRE, TUTOR, fill
from plumier.models import Person

_ROOM = 1000  # characters that no value is longer than: the names of ten siblings
_NAMED = 5  # groups named in a refusal


def check_filled(message: Message, scope: Scope) -> None:
    """Raises Refused where a place would stay empty for somebody, or somebody's text would be too long."""
    places = placeholders_of(message)
    if not places:
        return
    if TUTOR in places:
        _check_tutors(scope)
    most = LENGTHS.get(Way(message.way))
    if most is None or (message.way != Way.SMS and len(message.body) + _uses(message) * _ROOM <= most):
        return
    over = max((len(text) for text in texts(message, scope)), default=0) - most
    if over > 0:
        raise Refused(_too_long(over, most, Way(message.way)))


def _uses(message: Message) -> int:
    return message.body.count("{")


def _too_long(over: int, most: int, way: Way) -> str:
    words = ngettext(
        "Con los nombres puestos, el texto más largo tiene %(over)d carácter de más: en %(way)s caben %(most)d.",
        "Con los nombres puestos, el texto más largo tiene %(over)d caracteres de más: en %(way)s caben %(most)d.",
        over,
    )
    return words % {"over": over, "most": most, "way": way.label}


def _check_tutors(scope: Scope) -> None:
    without = enrolments_told_of(scope).filter(group__tutor__isnull=True)
    students = without.values("student").distinct().count()
    if not students:
        return
    groups = list(
        without.order_by("group__name").values_list("group__name", flat=True).distinct()[: _NAMED + 1]
    )
    named = ", ".join(groups[:_NAMED]) + ("…" if len(groups) > _NAMED else "")
    words = ngettext(
        "{tutor}: %(students)d alumno está en un grupo sin tutor (%(groups)s). Quite {tutor} del texto.",
        "{tutor}: %(students)d alumnos están en grupos sin tutor (%(groups)s). Quite {tutor} del texto.",
        students,
    )
    raise Refused(words % {"students": students, "groups": named})


def texts(message: Message, scope: Scope) -> Iterator[str]:
    """The text of each recipient who is written to, chunk by chunk; by SMS once for each family."""
    for chunk in candidates(scope):
        yield from texts_of(message, [one for one in chunk if one.excluded is None])


def texts_of(message: Message, chunk: list[Candidate]) -> list[str]:
    """The texts of these, in their order; two queries."""
    if not placeholders_of(message):
        return [message.body] * len(chunk)
    children = children_now({child.student_id for one in chunk for child in one.about if child.pushed})
    wanted = {one.person_id for one in chunk if one.person_id and NOMBRE in placeholders_of(message)}
    names = {person.pk: person.full_name for person in Person.objects.filter(pk__in=wanted)} if wanted else {}
    order = {student: place for place, student in enumerate(children)}
    found = []
    for one in chunk:
        told = sorted(
            (child.student_id for child in one.about if child.student_id in order), key=order.__getitem__
        )
        about = [children[student] for student in told]
        found.append(fill(message.body, values_for(message, about, names.get(one.person_id or 0, ""))))
    return found
