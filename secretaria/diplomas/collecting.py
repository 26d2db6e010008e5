"""A title handed over at the office, and what was noted wrongly put right (requirement E6)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.models import User
from plumier.refusals import Refused
from secretaria.diplomas.batches import locked, settle
from secretaria.models import Diploma, DiplomaBatch


@transaction.atomic
def collect(batch: DiplomaBatch, diplomas: Collection[int], to: str, *, by: User, now: datetime) -> int:
    """Note that these titles (ids) were handed over, to the student herself or to whom she authorised (`to`).

    How many; those collected already stay as they are. Raises Refused where none is chosen, or one has not come.
    """
    batch = locked(batch)
    chosen = _chosen(batch, diplomas)
    if any(one.received_at is None for one in chosen):
        raise Refused(_("Alguno de los marcados aún no se ha recibido: recepciónelo primero."))
    new = [one.pk for one in chosen if one.collected_at is None]
    Diploma.objects.filter(pk__in=new).update(collected_at=now, collected_by=by, collected_to=to)
    settle(batch)
    return len(new)


@transaction.atomic
def take_back(batch: DiplomaBatch, diplomas: Collection[int], *, by: User, now: datetime) -> int:
    """Undo what was noted wrongly of these titles (ids): they still wait. How many; the history keeps both."""
    batch = locked(batch)
    noted = [one.pk for one in _chosen(batch, diplomas) if one.collected_at is not None]
    Diploma.objects.filter(pk__in=noted).update(collected_at=None, collected_by=None, collected_to="")
    settle(batch)
    return len(noted)


def _chosen(batch: DiplomaBatch, diplomas: Collection[int]) -> list[Diploma]:
    found = list(Diploma.objects.filter(batch=batch, pk__in=list(diplomas)))
    if not found:
        raise Refused(_("Marque primero los títulos."))
    return found
