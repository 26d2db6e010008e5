"""What becomes of a general message: an office writes it and hands it in, the desk corrects, returns or sends it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notica.actions import send
from notica.choices import MessageState
from notica.files import KeptFile
from notica.models import Act, DeskWording, Message, ReviewFile, ReviewState, ReviewStep, ReviewText
from notica.refusals import NotAllowed, Refused
from notica.review.access import is_desk, offices_of
from notica.review.drafting import check_said, draft_of
from notica.review.saying import Said, said_in, said_last
from notica.review.telling import tell_desk, tell_office
from plumier.clock import day_in
from plumier.models import School, User

REASON_ROOM: Final = 500
OPEN_TO_OFFICE: Final = (ReviewState.DRAFT, ReviewState.RETURNED)
READ_AGAIN: Final = timedelta(minutes=5)


class Changed(Refused):
    """It is kept otherwise than the page showed; nothing was saved. `text` is how it is now."""

    def __init__(self, text: ReviewText, words: str) -> None:
        super().__init__(words)
        self.text = text


@transaction.atomic
def begin_text(
    school: School, office: str, said: Said, *, client_key: str, by: User, now: datetime
) -> ReviewText:
    """A new draft of an office; the same key again is the same draft, as it was. Raises Refused."""
    if office not in offices_of(by, school, day_in(school, now)):
        raise NotAllowed(_("Su cargo no entrega mensajes generales en este centro."))
    text = ReviewText(
        school=school, office=office, by=by, client_key=client_key, created_at=now, updated_at=now
    )
    _put(said, text)
    try:
        with transaction.atomic():
            text.save()
    except IntegrityError:  # pressed twice
        return ReviewText.objects.get(by=by, client_key=client_key)
    return text


@transaction.atomic
def write_text(text: ReviewText, said: Said, *, seen: int | None, by: User, now: datetime) -> ReviewText:
    """Keep what the office typed, whatever it is: it is looked at when it is handed in.

    Raises Refused, and Changed where it is another by now than was shown.
    """
    locked = _of_office(text, seen, by, now)
    if said_in(locked) == said.clean():
        return locked
    _put(said, locked)
    return _touched(locked, now)


@transaction.atomic
def put_files(
    text: ReviewText, come: Iterable[KeptFile], go: Iterable[int], *, by: User, now: datetime
) -> ReviewText:
    """Put files to a text of the office's, and take some (ids) away. Raises Refused."""
    locked, come, go = _of_office(text, None, by, now), list(come), list(go)
    gone = ReviewFile.objects.filter(text=locked, pk__in=go).delete()[0]
    ReviewFile.objects.bulk_create(ReviewFile.of(one, text=locked, school=locked.school) for one in come)
    return _touched(locked, now) if come or gone else locked


@transaction.atomic
def submit(text: ReviewText, *, seen: int | None, by: User, now: datetime) -> ReviewText:
    """Hand it in: from now on it is the desk's, which is told. Twice is once. Raises Refused."""
    if _is_done(text, ReviewState.SUBMITTED, by, now):
        return text
    locked = _of_office(text, seen, by, now)
    check_said(locked, said_in(locked), now)
    DeskWording.objects.filter(text=locked).delete()
    locked.state, locked.submitted_at, locked.reason = ReviewState.SUBMITTED, now, ""
    locked.read_by = locked.read_at = None
    _step(locked, Act.SUBMIT, said_in(locked), by=by, now=now)
    done = _touched(locked, now)
    tell_desk(done, by=by, now=now)
    return done


@transaction.atomic
def withdraw(text: ReviewText, *, by: User, now: datetime) -> ReviewText:
    """The office takes it back, for good. Twice is once. Raises Refused where it was sent."""
    locked = _locked(text)
    _check_office(locked, by, now)
    if locked.state == ReviewState.WITHDRAWN:
        return locked
    if locked.state == ReviewState.SENT:
        raise Refused(_("La mesa ya lo envió: no se puede retirar."))
    locked.state = ReviewState.WITHDRAWN
    _step(locked, Act.WITHDRAW, said_in(locked), by=by, now=now)
    return _touched(locked, now)


@transaction.atomic
def correct(text: ReviewText, said: Said, *, seen: int | None, by: User, now: datetime) -> ReviewText:
    """Keep the desk's wording beside the office's own. Raises Refused, and Changed as `write_text`."""
    locked = _at_desk(text, seen, by, now)
    said = said.clean()
    if said_last(locked) == said:
        return locked
    DeskWording.objects.filter(text=locked).delete()
    if said != said_in(locked):
        wording = DeskWording(text=locked, school=locked.school, by=by, at=now)
        said.put(wording)
        wording.save()
    _step(locked, Act.EDIT, said, by=by, now=now)
    return _touched(locked, now)


@transaction.atomic
def give_back(text: ReviewText, reason: str, *, seen: int | None, by: User, now: datetime) -> ReviewText:
    """Return it to its office, which is told why. Raises Refused."""
    why = reason.replace("\0", "").strip()
    if not why:
        raise Refused(_("Escriba por qué lo devuelve: la oficina lo leerá."))
    if len(why) > REASON_ROOM:
        raise Refused(_("El motivo es demasiado largo: caben %(most)d caracteres.") % {"most": REASON_ROOM})
    locked = _at_desk(text, seen, by, now)
    locked.state, locked.reason = ReviewState.RETURNED, why
    _step(locked, Act.RETURN, said_last(locked), note=why, by=by, now=now)
    done = _touched(locked, now)
    tell_office(done, Act.RETURN, by=by, now=now)
    return done


@transaction.atomic
def send_text(text: ReviewText, *, seen: int | None, by: User, now: datetime) -> Message:
    """Send the desk's wording, else the office's, to the families; once. Raises Refused as `notica.actions.send`."""
    locked = _locked(text)
    _check_desk(locked, by, now)
    if locked.state == ReviewState.SENT and locked.message is not None:
        return locked.message
    locked = _at_desk(text, seen, by, now)
    said = said_last(locked)
    check_said(locked, said, now)
    message = send(draft_of(locked, said, now), by=by, now=now)
    locked.state, locked.message = ReviewState.SENT, message
    _step(locked, Act.SEND, said, by=by, now=now)
    tell_office(_touched(locked, now), Act.SEND, by=by, now=now)
    return message


@transaction.atomic
def take_up_again(text: ReviewText, *, by: User, now: datetime) -> ReviewText:
    """Lay a text whose send was cancelled on the desk once more. Raises Refused."""
    locked = _locked(text)
    _check_desk(locked, by, now)
    if locked.state == ReviewState.SUBMITTED:
        return locked
    if locked.message is None or locked.message.state != MessageState.CANCELLED:
        raise Refused(_("Solo vuelve a la mesa un texto cuyo envío se anuló."))
    locked.state, locked.message = ReviewState.SUBMITTED, None
    _step(locked, Act.REOPEN, said_last(locked), by=by, now=now)
    return _touched(locked, now)


def note_reader(text: ReviewText, *, by: User, now: datetime) -> None:
    """Note who of the desk has it before her: its office sees it, and so do the others of the desk."""
    if text.read_by_id == by.pk and text.read_at and text.read_at > now - READ_AGAIN:
        return
    waiting = ReviewText.objects.filter(pk=text.pk, state=ReviewState.SUBMITTED)
    waiting.update(read_by=by, read_at=now)


def _put(said: Said, text: ReviewText) -> None:
    said = said.clean()
    if len(said.body) > 20_000 or len(said.subject) > 200:
        raise Refused(_("El texto es demasiado largo para guardarlo. Acórtelo."))
    said.put(text)


def _locked(text: ReviewText) -> ReviewText:
    rows = ReviewText.objects.select_for_update(of=("self",))
    return rows.select_related("school", "school__policy", "message").get(pk=text.pk)


def _is_done(text: ReviewText, state: ReviewState, by: User, now: datetime) -> bool:
    locked = _locked(text)
    _check_office(locked, by, now)
    return locked.state == state


def _of_office(text: ReviewText, seen: int | None, by: User, now: datetime) -> ReviewText:
    locked = _locked(text)
    _check_office(locked, by, now)
    if locked.state not in OPEN_TO_OFFICE:
        raise Changed(
            locked, _("Este texto ya no lo cambia la oficina: %(state)s.") % {"state": _state(locked)}
        )
    _check_seen(locked, seen)
    return locked


def _at_desk(text: ReviewText, seen: int | None, by: User, now: datetime) -> ReviewText:
    locked = _locked(text)
    _check_desk(locked, by, now)
    if locked.state != ReviewState.SUBMITTED:
        raise Changed(locked, _("Este texto ya no está en la mesa: %(state)s.") % {"state": _state(locked)})
    _check_seen(locked, seen)
    return locked


def _state(text: ReviewText) -> str:
    return str(ReviewState(text.state).label).lower()


def _check_seen(locked: ReviewText, seen: int | None) -> None:
    if seen is None or seen == locked.version:
        return
    raise Changed(
        locked,
        _(
            "Otra persona lo cambió mientras usted lo tenía delante. Lo suyo sigue aquí, sin guardar; compárelo con lo"
            " que hay guardado. Si lo guarda otra vez, quedará lo suyo."
        ),
    )


def _check_office(text: ReviewText, by: User, now: datetime) -> None:
    if text.office not in offices_of(by, text.school, day_in(text.school, now)):
        raise NotAllowed(_("Este texto es de otra oficina."))


def _check_desk(text: ReviewText, by: User, now: datetime) -> None:
    if not is_desk(by, text.school, day_in(text.school, now)):
        raise NotAllowed(_("Solo la mesa de revisión hace esto."))


def _step(text: ReviewText, act: Act, said: Said, *, note: str = "", by: User, now: datetime) -> None:
    ReviewStep.objects.create(
        text=text, school=text.school, act=act, by=by, at=now, note=note, said=said.as_json()
    )


def _touched(text: ReviewText, now: datetime) -> ReviewText:
    text.version += 1
    text.updated_at = now
    text.save()
    return text
