"""Posting, changing and withdrawing notices."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notica.files import KeptFile
from plumier.access import schools_given_to
from plumier.clock import day_in
from plumier.models import School, Service, User
from plumier.refusals import Refused
from tablon.access import notices_edited_by
from tablon.differences import differences
from tablon.models import Notice, NoticeFile, NoticeSchool
from tablon.written import Written


class NoticeRefused(Refused):
    """The notice is left as it was."""


class NoticeChanged(NoticeRefused):
    """It is kept otherwise than its form showed it; `notice` is how."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(
            _(
                "Este anuncio ha cambiado mientras usted lo escribía. Lo suyo sigue aquí; compárelo con lo que hay"
                " guardado. Si guarda otra vez, quedará lo suyo."
            )
        )
        self.notice = notice


@transaction.atomic
def make_notice(written: Written, owner: School | Service, *, by: User, now: datetime) -> Notice:
    """A new draft of a school or of a service; of a form that is sent twice the same one. Raises NoticeRefused."""
    notice = Notice(by=by, created_at=now, updated_at=now, client_key=written.key)
    notice.school, notice.service = (owner, None) if isinstance(owner, School) else (None, owner)
    known = Notice.objects.filter(by=by, client_key=written.key) if written.key else Notice.objects.none()
    if (made := known.first()) is None:
        try:
            with transaction.atomic():
                _write(notice, written, now)
        except IntegrityError:  # the other press was a moment ahead
            made = known.get()
        else:
            return notice
    return change_notice(made, replace(written, seen=written.seen or 0), by=by, now=now)


@transaction.atomic
def change_notice(notice: Notice, written: Written, *, by: User, now: datetime) -> Notice:
    """Change a draft, or what is on the board; what it was before is kept.

    Raises NoticeRefused, and NoticeChanged where it is kept otherwise than the form showed and says. The same again
    changes nothing.
    """
    found = _locked(notice, by, now)
    if found.is_withdrawn:
        raise NoticeRefused(_("Este anuncio está retirado: ya no se cambia. Publique otro."))
    if written.seen is not None:
        others = differences(found, written)
        if others and written.seen != found.version:
            raise NoticeChanged(found)
        if not others:
            return found
    found.version += 1
    _write(found, written, now)
    return found


@transaction.atomic
def publish_notice(notice: Notice, *, by: User, now: datetime) -> Notice:
    """Hang a draft on the board: there it is read from its first day on. Raises NoticeRefused."""
    found = _locked(notice, by, now)
    if not found.is_draft:
        raise NoticeRefused(_("Este anuncio ya está publicado."))
    if found.ends_on < day_of_owner(found.school, now):
        raise NoticeRefused(_("Ya ha pasado el último día del anuncio: cámbielo y publíquelo después."))
    found.published_at = found.updated_at = now
    found.save(update_fields=["published_at", "updated_at"])
    return found


@transaction.atomic
def withdraw_notice(notice: Notice, reason: str, *, by: User, now: datetime) -> Notice:
    """Take a notice from the board, and say why. Raises NoticeRefused."""
    found = _locked(notice, by, now)
    if found.is_draft or found.is_withdrawn:
        raise NoticeRefused(_("Este anuncio no está en el tablón."))
    if not reason.strip():
        raise NoticeRefused(_("Escriba por qué lo retira."))
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_for = now, by, reason.strip()[:200]
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
    return found


@transaction.atomic
def discard_notice(notice: Notice, *, by: User, now: datetime) -> Notice:
    """Delete a draft that nobody has read. Raises NoticeRefused."""
    found = _locked(notice, by, now)
    if not found.is_draft:
        raise NoticeRefused(_("Este anuncio ya está publicado: retírelo."))
    found.delete()
    return found


def day_of_owner(school: School | None, now: datetime) -> date:
    """The civil day where a notice was written: of its school, or of the services."""
    return day_in(school, now) if school else now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def schools_open_to(owner: School | Service) -> Iterable[int]:
    """The ids of the schools on whose boards this school or service posts: a school only on its own."""
    if isinstance(owner, School):
        return [owner.pk]
    return schools_given_to(owner).values_list("pk", flat=True)


def _locked(notice: Notice, by: User, now: datetime) -> Notice:
    mine = notices_edited_by(by, now.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    found = Notice.objects.select_for_update().filter(pk__in=mine.values("pk"), pk=notice.pk).first()
    if found is None:
        raise NoticeRefused(_("Este anuncio no es suyo, o ya no existe."))
    return found


def _write(notice: Notice, written: Written, now: datetime) -> None:
    """Everything that was written, and the differences alone of its schools and files."""
    owner = notice.school or notice.service
    assert owner is not None
    wanted = {owner.pk} if isinstance(owner, School) else set(written.schools)
    kept = set(notice.places.values_list("school", flat=True)) if notice.pk else set()
    if wanted - kept - set(schools_open_to(owner)):
        raise NoticeRefused(_("Alguno de los centros no es de este servicio."))
    if not wanted:
        raise NoticeRefused(_("Elija al menos un centro."))
    if written.ends_on < written.starts_on:
        raise NoticeRefused(_("El último día no puede ser anterior al primero."))
    for name in ("readers", "title", "text", "starts_on", "ends_on"):
        setattr(notice, name, getattr(written, name))
    notice.updated_at = now
    notice.save()
    notice.places.exclude(school__in=wanted).delete()
    NoticeSchool.objects.bulk_create(
        NoticeSchool(notice=notice, school_id=school) for school in sorted(wanted - kept)
    )
    _write_files(notice, written.files)


def _write_files(notice: Notice, files: tuple[KeptFile, ...]) -> None:
    had = {(one.name, one.sha256): one.pk for one in notice.files.all()}
    wanted = {(one.name, one.sha256): one for one in files}
    notice.files.filter(pk__in=[pk for key, pk in had.items() if key not in wanted]).delete()
    NoticeFile.objects.bulk_create(
        NoticeFile.of(one, notice=notice) for key, one in wanted.items() if key not in had
    )
