"""Where somebody is written to about her own account."""

from notica.choices import Way
from plumier.clock import database_today
from plumier.family_access import shielded_of
from plumier.models import Contact, ContactKind, Person, SchoolPolicy, Slot, Student


def mail_of(person: Person) -> str:
    """Where the register has her e-mail, and the school uses it and may write to her there; empty else.

    What she proposes is not hers yet. A student's is her official one; a mother's who works there too is her own.
    """
    if Way.EMAIL not in SchoolPolicy.objects.get(school=person.school_id).channels:
        return ""
    if shielded_of([person.pk], database_today()):
        return ""
    slot = Slot.EMAIL_OFFICIAL if Student.objects.filter(person=person).exists() else Slot.EMAIL
    mails = Contact.objects.filter(person=person, slot=slot, kind=ContactKind.EMAIL)
    return mails.values_list("value", flat=True).first() or ""
