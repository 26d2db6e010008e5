"""What a draft must be before it is sent (requirements B1–B4, C1): each refusal says what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.choices import Way
from notica.drafts import Draft
from notica.kinds import KINDS, LENGTHS, SUBJECT_LENGTH, Kind
from notica.refusals import Refused
from notica.writing.placeholders import OWN
from notica.writing.placeholders import check as check_places
from plumier.models import SchoolPolicy


def check_draft(draft: Draft, policy: SchoolPolicy) -> tuple[str, ...]:
    """The placeholders of its text. Raise Refused where the kind or the school does not allow it."""
    kind = KINDS[draft.kind]
    if draft.choice.to not in kind.audiences or draft.way not in kind.ways:
        raise Refused(_("Este tipo de mensaje no se puede enviar así."))
    if draft.way not in (*policy.channels, Way.NOTICA):
        raise Refused(_("El centro no usa %(way)s. Elija otra vía.") % {"way": Way(draft.way).label})
    if kind.chosen and not draft.body.strip():
        raise Refused(_("El mensaje está vacío. Escriba el texto."))
    _check_files(draft, kind)
    places = check_places((draft.subject, draft.body), draft.choice.to) if kind.placeholders else ()
    if kind.own_texts:
        places = (OWN,)
    _check_length(draft, filled=bool(places))
    return places


def _check_length(draft: Draft, *, filled: bool) -> None:
    """A text that is filled for each recipient is measured when it is known who they are."""
    if len(" ".join(draft.subject.split())) > SUBJECT_LENGTH:
        raise Refused(
            _("El asunto es demasiado largo: caben %(most)d caracteres.") % {"most": SUBJECT_LENGTH}
        )
    most = LENGTHS.get(draft.way)
    over = len(draft.body.strip()) - most if most is not None and not filled else 0
    if most is None or over <= 0:
        return
    words = ngettext(
        "El texto tiene %(over)d carácter de más: en %(way)s caben %(most)d.",
        "El texto tiene %(over)d caracteres de más: en %(way)s caben %(most)d.",
        over,
    )
    raise Refused(words % {"over": over, "most": most, "way": draft.way.label})


def _check_files(draft: Draft, kind: Kind) -> None:
    carries = draft.way == Way.EMAIL or (kind.files_stay and draft.way == Way.NOTICA)
    if draft.files and not (carries and kind.attachments):
        raise Refused(_("Solo el correo electrónico admite ficheros."))


def check_units(draft: Draft, units: int, policy: SchoolPolicy) -> None:
    """Raise Refused when there is nobody, or an SMS goes to more people than may be written to so."""
    if units == 0:
        raise Refused(_("No hay nadie a quien enviar: la selección está vacía."))
    many_allowed = policy.sms_to_many or KINDS[draft.kind].sms_to_many
    if draft.way == Way.SMS and units > 1 and not many_allowed:
        raise Refused(_("SMS: elija un solo alumno."))
