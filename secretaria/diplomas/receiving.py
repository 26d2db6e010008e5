"""«Recepcionar»: the titles that have come, and the SMS that says they wait at the office (requirement E6)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from notica.actions import send
from notica.kinds import DIPLOMA
from notica.models import Message
from notica.refusals import Refused as NotSent
from notica.resending import resend
from plumier.models import User
from plumier.refusals import Refused
from secretaria.diplomas.batches import locked, settle
from secretaria.diplomas.telling import draft_for, failed_in, told
from secretaria.models import BatchState, Diploma, DiplomaBatch


@dataclass(frozen=True, slots=True)
class Telling:
    """That the students are told. An empty `text` is the usual one, in each one's language."""

    client_key: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """How many titles came, and the send that tells of them; None where nobody is told."""

    number: int
    message: Message | None


@transaction.atomic
def receive(
    batch: DiplomaBatch, diplomas: Collection[int], telling: Telling | None, *, by: User, now: datetime
) -> Received:
    """Note that these titles (ids) have come and, if asked, tell every one of their students by SMS.

    The same again receives nothing and sends nothing. Raises Refused for a proposal that was not sent, where none is
    chosen, and for all that `send` refuses: then nothing is received.
    """
    batch = locked(batch)
    if batch.state == BatchState.DRAFT:
        raise Refused(_("Esta propuesta aún no se ha enviado: anote primero qué día se envió."))
    chosen = Diploma.objects.filter(batch=batch, pk__in=list(diplomas))
    if not chosen.exists():
        raise Refused(_("Marque los títulos que han llegado."))
    if (known := _known(telling, by)) is not None:
        return Received(0, known)
    new = list(chosen.filter(received_at__isnull=True).values_list("pk", flat=True))
    if not new:
        raise Refused(_("Esos títulos ya constan como recibidos."))
    Diploma.objects.filter(pk__in=new).update(received_at=now, received_by=by)
    message = _tell(batch, new, telling, by=by, now=now) if telling else None
    settle(batch)
    return Received(len(new), message)


@transaction.atomic
def tell(
    batch: DiplomaBatch, diplomas: Collection[int], telling: Telling, *, by: User, now: datetime
) -> Message:
    """Tell those (ids) who wait without having been told: received without an SMS, added later, or taken back.

    The same client key again is the same send. Raises Refused where there is nobody to tell.
    """
    batch = locked(batch)
    if (known := _known(telling, by)) is not None:
        return known
    chosen = Diploma.objects.filter(
        batch=batch, pk__in=list(diplomas), received_at__isnull=False, collected_at__isnull=True
    )
    already = told(chosen)
    waiting = [pk for pk in chosen.values_list("pk", flat=True) if pk not in already]
    if not waiting:
        raise Refused(_("No queda nadie por avisar de los títulos recibidos."))
    return _tell(batch, waiting, telling, by=by, now=now)


@transaction.atomic
def tell_failed_again(batch: DiplomaBatch, *, by: User, now: datetime) -> list[Message]:
    """Send once more to those whom the last SMS did not reach and whose title still waits, by each send's own text.

    Raises Refused where nobody failed, and for what `resend` refuses.
    """
    batch = locked(batch)
    failed = failed_in(batch)
    if not failed:
        raise Refused(_("No hay fallidos: no queda nadie a quien reintentar."))
    sends = Message.objects.select_related("school").in_bulk(failed)
    try:
        return [
            resend(sends[pk], client_key=f"again-{pk}", students=failed[pk], by=by, now=now)
            for pk in sorted(sends)
        ]
    except NotSent as refusal:
        raise Refused(str(refusal)) from refusal


def _known(telling: Telling | None, by: User) -> Message | None:
    if telling is None:
        return None
    return Message.objects.filter(sender=by, kind=DIPLOMA, client_key=telling.client_key).first()


def _tell(
    batch: DiplomaBatch, diplomas: Iterable[int], telling: Telling, *, by: User, now: datetime
) -> Message:
    chosen = Diploma.objects.filter(pk__in=list(diplomas))
    draft = draft_for(batch, chosen.values_list("student_id", flat=True), telling.text, telling.client_key)
    try:
        message = send(draft, by=by, now=now)
    except NotSent as refusal:
        raise Refused(str(refusal)) from refusal
    chosen.update(message=message)
    return message
