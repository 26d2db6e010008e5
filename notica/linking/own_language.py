"""The language in which her schools write to her, chosen in her account: what the bot's «idioma» changes too."""

from datetime import datetime

from django.db import transaction

from notica.models import BotChat
from plumier.history import acting
from plumier.models import Contact, Person, User


@transaction.atomic
def set_own_language(language: str, *, by: User, now: datetime) -> None:
    """For all that she is, in every school; empty: each school's own. Chats of hers alone speak it too."""
    people = list(Person.objects.select_for_update().filter(user=by).order_by("pk"))
    with acting(by.pk, "own_language"):
        changed = [person.pk for person in people if person.language != language]
        Person.objects.filter(pk__in=changed).update(language=language)
    phones = Contact.objects.filter(person__in=people, slot__startswith="phone").exclude(value="")
    chats = BotChat.objects.filter(
        phone__in=list(phones.values_list("value", flat=True)),
        persons__contained_by=[person.pk for person in people],
    )
    chats.exclude(phone="").update(language=language)
