"""The forms of the teachers' web."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notica.choices import Audience, Way
from notica.kinds import SUBJECT_LENGTH
from notica.models import KeptDraft, TextTemplate
from notica.refusals import Refused
from notica.writing.attaching import ACCEPT
from notica.writing.counting import count
from notica.writing.keeping import Written
from notica.writing.many_files import ManyFiles
from notica.writing.placeholders import check
from notica.writing.texts import BODY_LENGTH, NAME_LENGTH

NOW, LATER = "ahora", "luego"
ANY_ROOM: Final = 400  # characters of a subject that is kept, to be refused in words


class WritingForm(forms.Form):
    """What is typed on the page of a draft. Everything is kept as it is; `check_for_sending` looks at it hard."""

    to = forms.ChoiceField(choices=Audience.choices, required=False)
    way = forms.ChoiceField(choices=Way.choices, required=False)
    subject = forms.CharField(label=gettext_lazy("Asunto"), required=False, max_length=ANY_ROOM)
    body = forms.CharField(
        label=gettext_lazy("Mensaje"), required=False, strip=False, widget=forms.Textarea({"rows": 6})
    )
    email_after = forms.BooleanField(
        label=gettext_lazy("Después, por correo a quien no le llegue"), required=False
    )
    when = forms.ChoiceField(choices=[(NOW, NOW), (LATER, LATER)], required=False)
    day = forms.DateField(
        label=gettext_lazy("Día"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=gettext_lazy("Hora"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    # Django takes declared fields out of the class: what came with the form stays in `self.files`.
    files = forms.Field(  # type: ignore[assignment]
        label=gettext_lazy("Ficheros"), required=False, widget=ManyFiles({"multiple": True, "accept": ACCEPT})
    )

    def __init__(
        self,
        draft: KeptDraft,
        data: Any = None,
        files: MultiValueDict[str, "UploadedFile[bytes]"] | None = None,
    ) -> None:
        self.draft = draft
        self.zone = ZoneInfo(draft.school.time_zone)
        super().__init__(data, files, initial=_initial(draft, self.zone))

    def clean_body(self) -> str:
        """A browser sends its lines ended by two signs; they count as one."""
        typed: str = self.cleaned_data["body"]
        return typed.replace("\r\n", "\n").replace("\r", "\n")

    def clean_subject(self) -> str:
        """In one line, and refused where it is too long for a mail's."""
        typed = " ".join(self.cleaned_data["subject"].split())
        if len(typed) > SUBJECT_LENGTH:
            raise forms.ValidationError(
                _("El asunto es demasiado largo: caben %(most)d caracteres.") % {"most": SUBJECT_LENGTH}
            )
        return typed

    @property
    def to_now(self) -> Audience:
        """To whom, as it was chosen; as it was where that makes no sense."""
        to = Audience(self.cleaned_data.get("to") or self.draft.to)
        same = (to == Audience.STAFF) == (self.draft.to == Audience.STAFF)
        return to if same else Audience(self.draft.to)

    @property
    def way_now(self) -> Way:
        """By which way, as it was chosen."""
        return Way(self.cleaned_data.get("way") or self.draft.way)

    def written(self) -> Written:
        """All that was typed, to be kept; a subject that is not shown stays as it was."""
        typed = self.cleaned_data
        return Written(
            to=self.to_now,
            way=self.way_now,
            subject=_kept_subject(self) if "subject" in self.data else self.draft.subject,
            body=typed.get("body", self.draft.body),
            email_after=bool(typed.get("email_after")) and self.way_now == Way.TELEGRAM_TOKAPP,
            not_before=self._not_before(),
        )

    def _not_before(self) -> datetime | None:
        typed = self.cleaned_data
        if typed.get("when") != LATER:
            return None
        day, hour = typed.get("day"), typed.get("hour")
        if isinstance(day, date) and isinstance(hour, time):
            return datetime.combine(day, hour, self.zone)
        return self.draft.not_before

    def check_for_sending(self, now: datetime) -> None:
        """Note at each field what keeps it from being sent."""
        for look in (_check_body, _check_files, _check_moment):
            look(self, self.add_error, now)


Refuse = Callable[[str, str], None]


def _kept_subject(form: WritingForm) -> str:
    return " ".join(str(form.data["subject"]).split())[:ANY_ROOM]


def _initial(draft: KeptDraft, zone: ZoneInfo) -> dict[str, Any]:
    moment = draft.not_before.astimezone(zone) if draft.not_before else None
    return {
        "to": draft.to,
        "way": draft.way,
        "subject": draft.subject,
        "body": draft.body,
        "email_after": draft.email_after,
        "when": LATER if moment else NOW,
        "day": moment.date() if moment else None,
        "hour": moment.time() if moment else None,
    }


def _check_body(form: WritingForm, refuse: Refuse, now: datetime) -> None:
    text = form.cleaned_data.get("body", "").strip()
    if not text:
        refuse("body", _("El mensaje está vacío. Escriba el texto."))
        return
    counted = count(text, form.way_now)
    if counted.over > 0:
        words = ngettext(
            "El texto tiene %(over)d carácter de más: en %(way)s caben %(most)d.",
            "El texto tiene %(over)d caracteres de más: en %(way)s caben %(most)d.",
            counted.over,
        )
        refuse("body", words % {"over": counted.over, "most": counted.most, "way": form.way_now.label})


def _check_files(form: WritingForm, refuse: Refuse, now: datetime) -> None:
    if form.way_now != Way.EMAIL and form.draft.files.all():
        refuse(
            "files",
            _("Con %(way)s no se envían ficheros. Quítelos, o elija correo electrónico.")
            % {"way": form.way_now.label},
        )


def _check_moment(form: WritingForm, refuse: Refuse, now: datetime) -> None:
    typed = form.cleaned_data
    if typed.get("when") != LATER or form.errors.keys() & {"day", "hour"}:
        return
    if not typed.get("day"):
        refuse("day", _("Indique qué día sale, o elija «Ahora»."))
    if not typed.get("hour"):
        refuse("hour", _("Indique a qué hora sale, o elija «Ahora»."))
    if typed.get("day") and typed.get("hour"):
        moment = datetime.combine(typed["day"], typed["hour"], form.zone)
        if moment < now:
            refuse("day", _("Esa hora ya ha pasado. Elija otra, o «Ahora»."))


class TemplateForm(forms.Form):
    """A text to begin from."""

    name = forms.CharField(
        label=gettext_lazy("Nombre de la plantilla"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Póngale un nombre por el que la encuentre.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("Asunto (solo para correos)"), max_length=SUBJECT_LENGTH, required=False
    )
    body = forms.CharField(
        label=gettext_lazy("Texto"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": gettext_lazy("Escriba el texto.")},
    )
    shared = forms.BooleanField(label=gettext_lazy("Para todo el centro"), required=False)

    def __init__(self, data: Any = None, template: TextTemplate | None = None) -> None:
        initial = (
            {}
            if template is None
            else {
                "name": template.name,
                "subject": template.subject,
                "body": template.body,
                "shared": template.owner_id is None,
            }
        )
        super().__init__(data, initial=initial)

    def clean_body(self) -> str:
        """Lines ended by one sign, and places that something fills."""
        typed: str = self.cleaned_data["body"].replace("\r\n", "\n")
        return _with_known_places(typed)

    def clean_subject(self) -> str:
        """With places that something fills."""
        return _with_known_places(self.cleaned_data["subject"])


def _with_known_places(typed: str) -> str:
    try:
        check((typed,))
    except Refused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    return typed
