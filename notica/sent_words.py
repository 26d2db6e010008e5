"""What a family is told when its letter is on its way."""

from django.utils.translation import gettext as _

from notica.choices import Outcome, Way
from notica.models import Message, Recipient


def sent_words(letter: Message) -> str:
    """To whom it went, and whether by e-mail too: not to who has no address there."""
    rows = Recipient.objects.filter(message=letter, person__isnull=False).select_related("person")
    told = [(one.person.full_name, one.outcome) for one in rows.order_by("pk") if one.person is not None]
    names = {"names": _listed([name for name, _outcome in told])}
    by_mail = [outcome for _name, outcome in told if outcome not in (Outcome.NO_CHANNEL, Outcome.EXCLUDED)]
    if letter.way == Way.EMAIL and len(by_mail) == len(told):
        return _("Enviado a %(names)s. Se lee en Notica y llega también a su correo profesional.") % names
    return _("Enviado a %(names)s. Se lee en Notica.") % names


def _listed(names: list[str]) -> str:
    """«Ana, Luis y Marta»."""
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s y %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
