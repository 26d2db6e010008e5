"""Whether a family is told that it could have its notices by Telegram (requirement B7)."""

from collections.abc import Sequence

from channels_app.models import Activation, Suppression
from notica.choices import Way
from notica.linking.bots import accounts_of
from plumier.family_access import Child
from plumier.models import Contact, ContactKind, Guardianship


def could_link(children: Sequence[Child]) -> bool:
    """Whether a mobile of hers could be linked with a bot and none of hers ever was; four queries at most.

    Only where it would bring something: about a child at a school that writes by Telegram, who is there today, whose
    data are not protected, and of whom she is to get messages. Who has left a bot or blocked it is left alone.
    """
    served = [
        child
        for child in children
        if child.enrolled and Way.TELEGRAM_TOKAPP in child.school.policy.channels and _is_told(child)
    ]
    accounts = {pk: account.pk for pk, account in accounts_of({child.school for child in served}).items()}
    people = _ticked([child for child in served if child.school.pk in accounts])
    mobiles = Contact.objects.filter(person__in=people, kind=ContactKind.MOBILE)
    pairs = {(accounts[school], value) for school, value in mobiles.values_list("school_id", "value")}
    return bool(pairs) and not _known(pairs)


def _is_told(child: Child) -> bool:
    return child.own or not child.student.protected


def _ticked(children: Sequence[Child]) -> set[int]:
    """As whom she gets messages about these."""
    own = {child.person_id for child in children if child.own}
    ties = Guardianship.objects.filter(
        student__in=[child.pk for child in children if not child.own],
        guardian__in=[child.person_id for child in children],
        receives_messages=True,
    )
    return own.union(ties.values_list("guardian_id", flat=True))


def _known(pairs: set[tuple[int, str]]) -> bool:
    wanted = {"account__in": {account for account, _ in pairs}, "address__in": {phone for _, phone in pairs}}
    return Activation.objects.filter(**wanted).exists() or Suppression.objects.filter(**wanted).exists()
