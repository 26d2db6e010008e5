"""A notice while it is written: what the form was sent with, checked, and what its page shows of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from notica.files import KeptFile
from notica.refusals import Refused
from notica.writing.attaching import keep_upload
from plumier.models import School, Service, User
from plumier.policies import user_of
from plumier.uploads import was_too_large
from tablon.actions import day_of_owner
from tablon.files import MOST_FILES, files_of, packed, unpacked
from tablon.forms import NoticeForm
from tablon.models import Notice
from tablon.places import Places, chosen_ids, places_of, typed_places
from tablon.written import Written

Owner = School | Service
KEY_BYTES: Final = 16
KEY_LENGTH: Final = 64


@dataclass(slots=True)
class Sheet:
    """The form with its schools and files; `problems` are about the files.

    `key` and `seen` come with it: which form it is, and which version of the notice it showed.
    """

    owner: Owner
    form: NoticeForm
    places: Places | None
    files: list[KeptFile]
    key: str = ""
    seen: int = 0
    problems: list[str] = field(default_factory=list)
    no_place: bool = False

    def is_valid(self) -> bool:
        """Whether it can be kept as it is."""
        self.no_place = isinstance(self.owner, Service) and not self._chosen()
        return self.form.is_valid() and not self.problems and not self.no_place

    def written(self) -> Written:
        """What was written, once it is valid."""
        cleaned = self.form.cleaned_data
        return Written(
            readers=cleaned["readers"],
            title=cleaned["title"],
            text=cleaned["text"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            schools=self._chosen(),
            files=tuple(self.files),
            key=self.key,
            seen=self.seen,
        )

    def named_files(self, user: User) -> list[tuple[KeptFile, str]]:
        """Each file with what the form calls it."""
        return [(file, packed(file, user)) for file in self.files]

    def _chosen(self) -> frozenset[int]:
        if not isinstance(self.owner, Service) or self.places is None:
            return frozenset()
        return chosen_ids(self.owner, self.places)


def blank_sheet(owner: Owner, notice: Notice | None, now: datetime) -> Sheet:
    """As its page first shows it."""
    form = NoticeForm(_today(owner, now), notice)
    kept = list(notice.places.values_list("school", flat=True)) if notice else []
    places = places_of(owner, kept) if isinstance(owner, Service) else None
    files, seen = (files_of(notice), notice.version) if notice else ([], 0)
    return Sheet(owner, form, places, files, token_urlsafe(KEY_BYTES), seen)


def posted_sheet(request: HttpRequest, owner: Owner, notice: Notice | None, now: datetime) -> Sheet:
    """As it was sent: files are kept from here on, whatever else is wrong with it."""
    posted: QueryDict = request.POST
    form = NoticeForm(_today(owner, now), notice, posted)
    places = typed_places(owner, posted, posted.get("accion", "")) if isinstance(owner, Service) else None
    files, problems = _posted_files(request)
    key, seen = posted.get("clave", "")[:KEY_LENGTH], _version(posted.get("version", ""))
    return Sheet(owner, form, places, files, key, seen, problems)


def _version(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _posted_files(request: HttpRequest) -> tuple[list[KeptFile], list[str]]:
    """Those that the form has, the new ones kept, and what is wrong with others."""
    files, gone = unpacked(request.POST.getlist("ficheros"), user_of(request))
    problems = [_("«%(name)s» ya no está: adjúntelo otra vez.") % {"name": name} for name in gone]
    if was_too_large(request):
        problems.append(
            _(
                "Es demasiado para una sola vez: adjunte ficheros de hasta 10 MB, y si son muchos, unos pocos cada vez."
            )
        )
    for upload in request.FILES.getlist("nuevos"):
        if len(files) == MOST_FILES:
            problems.append(_("Un anuncio lleva hasta 10 ficheros."))
            break
        try:
            files.append(keep_upload(upload))
        except Refused as refusal:
            problems.append(_("«%(name)s»: %(reason)s") % {"name": upload.name, "reason": refusal})
    return files, problems


def _today(owner: Owner, now: datetime) -> date:
    return day_of_owner(owner if isinstance(owner, School) else None, now)
