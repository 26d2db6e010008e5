"""Finding people among the recipients of one send, by their names or by those of the children it is about."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from notica.models import Message, Recipient, RecipientAbout
from plumier.models import Person
from plumier.names import search_key


def named(rows: QuerySet[Recipient], message: Message, words: str) -> QuerySet[Recipient]:
    """Of the recipients of a message, those in whose name or in a child's name all of these words are.

    The school's people are looked through once, before. A child is then asked for recipient by recipient, as one
    value found in one index: the planner would else read the children of all sends there ever were.
    """
    people = Person.objects.filter(school=message.school_id)
    for word in search_key(words).replace(",", " ").split():
        people = people.filter(sort_key__contains=word)
    found = dict(people.values_list("pk", "student"))
    if not found:
        return rows.none()
    students = [student for student in found.values() if student]
    wanted = Q(person__in=list(found))
    if students:
        about = RecipientAbout.objects.filter(recipient=OuterRef("pk"), student__in=students)
        rows = rows.alias(child=Subquery(about.values("pk")[:1]))
        wanted |= Q(family_of__in=students) | Q(child__isnull=False)
    return rows.filter(wanted)
