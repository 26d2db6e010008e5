"""From those picked to a message to them: who may be written to, and who is left out."""

from dataclasses import dataclass
from datetime import datetime

from notica.choices import Way
from notica.models import KeptDraft
from notica.writing.keeping import begin
from profesores.picking.bar import why_not_sms
from profesores.picking.picker import Picker
from profesores.picking.selecting import members


@dataclass(frozen=True, slots=True)
class Address:
    """A draft to those picked; none where something is to be known first.

    `picked` and `allowed` are how many are picked and how many of them she may write to. `refusal` is why the way
    cannot be taken.
    """

    picked: int
    allowed: int
    draft: KeptDraft | None = None
    refusal: str = ""

    @property
    def left_out(self) -> int:
        return self.picked - self.allowed


def address(picker: Picker, way: Way, *, agreed: bool, now: datetime) -> Address:
    """Begin a draft to those picked whom the user may write to.

    Not before she has `agreed` where some are left out, nor to several by SMS unless the school allows it.
    """
    chosen = members(picker)
    allowed = list(
        chosen.filter(pk__in=picker.addressed().order_by().values("pk")).values_list("pk", flat=True)
    )
    picked = chosen.count()
    if refusal := why_not_sms(picker, len(allowed)) if way == Way.SMS else "":
        return Address(picked, len(allowed), refusal=refusal)
    if not allowed or (picked > len(allowed) and not agreed):
        return Address(picked, len(allowed))
    draft = begin(picker.school, picker.choice(allowed), way, by=picker.user, now=now)
    return Address(picked, len(allowed), draft)
