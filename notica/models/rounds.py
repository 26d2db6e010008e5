"""When each school's phones are asked about at the gateways."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelRound(models.Model):
    """A school's next round of questions: due at a moment of the day that is its own, leased while a job asks.

    What was learnt before `fresh_from` is asked about again, however new it is: somebody has pressed the button.
    `failures` counts the rounds in a row in which a gateway did not answer for all; `ended_at` is the last that did.
    """

    school = models.OneToOneField(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    due_at = models.DateTimeField(_("toca"))
    fresh_from = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("fallos seguidos"), default=0)
    ended_at = models.DateTimeField(_("hecha"), null=True, blank=True)

    class Meta:
        verbose_name = _("ronda de comprobación")
        verbose_name_plural = _("rondas de comprobación")
        indexes: ClassVar = [models.Index(fields=["due_at"], name="channel_round_due")]

    def __str__(self) -> str:
        return str(self.school)
