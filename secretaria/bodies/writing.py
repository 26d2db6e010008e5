"""A call as it is written: its facts, its agenda and its files, before and after it is sent (requirement E9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from notica.files import KeptFile
from notica.writing.attaching import MOST_BYTES_ALL, MOST_FILES, unlike
from plumier.clock import day_in
from plumier.models import User
from plumier.refusals import Refused
from secretaria.bodies.access import bodies_kept_by, meetings_kept_by
from secretaria.bodies.choices import MeetingState
from secretaria.models import Body, Meeting, MeetingFile

MOST_POINTS: Final = 40
POINT_LENGTH: Final = 300
LONGEST: Final = timedelta(days=400)  # until a meeting: what lies further is a slip of the year


@dataclass(frozen=True, slots=True)
class Written:
    """A call as it was written; moments are aware. `agenda` are its points, in order."""

    place: str
    starts_at: datetime
    minutes: int
    agenda: tuple[str, ...]
    second_at: datetime | None = None
    notes: str = ""


def points_of(typed: str) -> tuple[str, ...]:
    """The agenda from a text, a line each; a number that somebody typed before one is ours to write."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return tuple(point for line in lines if (point := _unnumbered(line)))


def _unnumbered(line: str) -> str:
    """«3º ESO» is no number of ours, «3º. Ruegos» is."""
    number, mark, rest = _parted(line)
    return rest.strip() if number and mark.lstrip("º") in (".", ")", ".-", "-") and rest.strip() else line


def _parted(line: str) -> tuple[str, str, str]:
    """«2.- Ruegos» as («2», «.-», « Ruegos»); a number that belongs to the text has a letter or nothing behind."""
    number = line[: len(line) - len(line.lstrip("0123456789"))]
    rest = line[len(number) :]
    mark = rest[: len(rest) - len(rest.lstrip(".)-º"))]
    follows = rest[len(mark) :]
    return (number, mark, follows) if len(number) <= 2 and follows[:1] == " " else ("", "", line)


@transaction.atomic
def make_draft(body: Body, written: Written, key: str, *, by: User, now: datetime) -> Meeting:
    """Keep a call that is not sent yet; the same form's key again is the same one. Raises Refused."""
    Body.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)  # two presses at one instant
    known = Meeting.objects.filter(by=by, key=key).first()
    if known is not None:
        return known
    today = day_in(body.school, now)
    if not bodies_kept_by(by, today).filter(pk=body.pk, dissolved_on__isnull=True).exists():
        raise Refused(_("Este órgano ya no está o no es usted quien lo convoca."))
    check(written, now)
    return Meeting.objects.create(
        school=body.school, body=body, key=key, by=by, changed_at=now, **_values(written)
    )


@transaction.atomic
def change_draft(meeting: Meeting, written: Written, seen: int, *, by: User, now: datetime) -> Meeting:
    """Keep what is written of a draft. Raises Refused where somebody has changed it or sent it meanwhile."""
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.DRAFT or held.version != seen:
        raise Refused(_("Otra persona ha cambiado esta convocatoria mientras tanto. Vuelva a abrirla."))
    check(written, now)
    return put(held, written, now)


def put(held: Meeting, written: Written, now: datetime) -> Meeting:
    """Write it down; the caller holds the row."""
    for name, value in _values(written).items():
        setattr(held, name, value)
    held.version += 1
    held.changed_at = now
    held.save()
    return held


@transaction.atomic
def put_files(
    meeting: Meeting, files: Collection[KeptFile], gone: Collection[int], *, by: User, now: datetime
) -> None:
    """Add these files to a draft and take those from it. Raises Refused where there is no room."""
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.DRAFT:
        raise Refused(_("La convocatoria ya está enviada: sus ficheros no se cambian."))
    held.files.filter(pk__in=list(gone), is_minutes=False).delete()
    add_files(held, files, by=by, now=now)


def add_files(
    held: Meeting, files: Collection[KeptFile], *, by: User, now: datetime, is_minutes: bool = False
) -> list[MeetingFile]:
    """Rows of these files beside the others; the caller holds the meeting. Raises Refused."""
    others = list(held.files.filter(is_minutes=is_minutes))
    if len(others) + len(files) > MOST_FILES:
        raise Refused(_("Solo caben %(most)d ficheros. Quite alguno.") % {"most": MOST_FILES})
    if sum(one.size for one in others) + sum(one.size for one in files) > MOST_BYTES_ALL:
        raise Refused(_("Entre todos, los ficheros son demasiado grandes para un correo. Quite alguno."))
    names = set(held.files.values_list("name", flat=True))
    rows: list[MeetingFile] = []
    for file in files:
        name = unlike(file.name, names)
        names.add(name)
        row: MeetingFile = MeetingFile.of(
            file, meeting=held, school=held.school, by=by, at=now, is_minutes=is_minutes
        )
        row.name = name
        rows.append(row)
    return MeetingFile.objects.bulk_create(rows)


@transaction.atomic
def delete_draft(meeting: Meeting, *, by: User, now: datetime) -> None:
    """Forget a call that nobody was sent. Raises Refused where it has been."""
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.DRAFT:
        raise Refused(_("La convocatoria ya está enviada. Si no se celebra, desconvóquela."))
    held.delete()


def held_meeting(meeting: Meeting, by: User, now: datetime) -> Meeting:
    """The row, locked. Raises Refused where it is not hers to keep."""
    hers = meetings_kept_by(by, day_in(meeting.school, now)).filter(pk=meeting.pk).values("pk")
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("school", "body")
    row = rows.filter(pk__in=hers).first()
    if row is None:
        raise Refused(_("Esta convocatoria ya no está o no es suya."))
    return row


def check(written: Written, now: datetime) -> None:
    """Raises Refused with what is wrong; the form has said it at its field."""
    if not written.place.strip():
        raise Refused(_("Escriba dónde se celebra."))
    if not written.agenda:
        raise Refused(_("Escriba al menos un punto del orden del día."))
    if len(written.agenda) > MOST_POINTS or any(len(point) > POINT_LENGTH for point in written.agenda):
        raise Refused(_("El orden del día es demasiado largo: ponga el detalle en un fichero."))
    if written.starts_at <= now:
        raise Refused(_("Esa hora ya ha pasado: elija otra."))
    if written.starts_at > now + LONGEST:
        raise Refused(_("Falta más de un año para esa fecha: revísela."))
    if written.second_at is not None and written.second_at <= written.starts_at:
        raise Refused(_("La segunda convocatoria es después de la primera."))


def _values(written: Written) -> dict[str, Any]:
    return {
        "place": " ".join(written.place.split())[:200],
        "starts_at": written.starts_at,
        "second_at": written.second_at,
        "minutes": written.minutes,
        "agenda": list(written.agenda),
        "notes": written.notes.strip(),
    }
