"""«Enviar prueba»: a test to a phone or mail that a staff member names, while the person's data stay as they are (B11).

The document has her put her own phone into the person's record for the time of the test: that would send a child's
messages to a teacher's phone, so here nothing of the record is touched.
"""

from datetime import date, datetime
from typing import Final
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from notica.actions import person_of_superuser
from notica.choices import Way, way_channels
from notica.models import Message
from notica.one_off import OneOff, release, send_one_off
from notica.refusals import Refused
from notica.throttling import too_often
from plumier.access import person_in
from plumier.clock import day_in
from plumier.contacts import read_email, read_phones
from plumier.models import Contact, Guardianship, Person, School, SchoolPolicy, User

AN_HOUR: Final = 3600  # seconds
MOST_AN_HOUR: Final = 10


class TrialForm(forms.Form):
    """Where the test goes, and by which way."""

    way = forms.ChoiceField(label=gettext_lazy("Vía"))
    address = forms.CharField(
        label=gettext_lazy("Móvil o correo al que va la prueba"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=36)

    def __init__(self, school: School, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._school = school
        used = SchoolPolicy.objects.get(school=school).channels
        ways: forms.ChoiceField = self.fields["way"]  # type: ignore[assignment]
        ways.choices = [(way.value, way.label) for way in Way if way in used]
        self.fields["key"].initial = str(uuid4())

    def clean(self) -> dict[str, str]:
        """The address as it is written on the way that was chosen."""
        cleaned: dict[str, str] = super().clean() or {}
        if not {"way", "address"} <= cleaned.keys():
            return cleaned
        address = _read(cleaned["address"], cleaned["way"], self._school.phone_region)
        if not address:
            self.add_error("address", _wrong(cleaned["way"]))
        return cleaned | {"address": address}


def send_trial(person: Person, chosen: dict[str, str], *, by: User, now: datetime) -> Message:
    """Send it. It is the sender's own message, never the person's. Raises Refused."""
    school = person.school
    if too_often("trial", str(by.pk), MOST_AN_HOUR, AN_HOUR):
        raise Refused(
            _("Ya ha enviado %(most)d pruebas en una hora. Espere un poco.") % {"most": MOST_AN_HOUR}
        )
    today = day_in(school, now)
    own = person_of_superuser(by, school) if by.is_superuser else person_in(by, school, today)
    if own is None:
        raise Refused(_("No trabaja en este centro: no puede enviar mensajes en él."))
    if _is_of_barred(chosen["address"], school, today):
        raise Refused(_("Desde el centro no se escribe a esa dirección. Use una suya."))
    way = Way(chosen["way"])
    with override(school.language):
        subject = _("Mensaje de prueba")
        body = _("Mensaje de prueba de %(school)s. Si lo lee, este canal funciona.") % {"school": school}
    one = OneOff(
        school=school,
        kind="test",
        address=chosen["address"],
        address_kind="email" if way == Way.EMAIL else "mobile",
        client_key=chosen["key"],
        person=own,
        way=way,
        subject=subject,
        body=body,
    )
    message = send_one_off(one, by=by, now=now)
    release(message, now)
    return message


def _is_of_barred(address: str, school: School, today: date) -> bool:
    """Whether it is somebody's whom a court keeps from a child of the school today."""
    ties = Guardianship.objects.filter(school=school).barred_on(today)
    return Contact.objects.filter(value=address, person__in=ties.values("guardian")).exists()


def _read(typed: str, way: str, region: str) -> str:
    if "email" in way_channels(way):
        return read_email(typed).value
    phones = read_phones(typed, region).phones
    return phones[0].value if len(phones) == 1 and phones[0].kind == "mobile" else ""


def _wrong(way: str) -> str:
    if way == Way.EMAIL:
        return _("Escriba un correo, como nombre@ejemplo.es.")
    return _("Escriba un solo móvil: un fijo no recibe SMS ni Telegram.")
