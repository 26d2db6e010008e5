"""What a school has decided otherwise than the channels do."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.registry import channel_names
from notica.choices import channel_word
from notica.kinds import KINDS


def kind_choices() -> list[tuple[str, object]]:
    """Every kind of message by its name."""
    return [(code, kind.label) for code, kind in KINDS.items()]


def channel_choices() -> list[tuple[str, object]]:
    """Every channel by the word that people have for it."""
    return [(name, channel_word(name)) for name in channel_names()]


class UncertainRule(models.Model):
    """Whether a send that the provider did not answer goes out once more: a second copy, or perhaps none.

    The rule for a kind wins over the one for all kinds; without any, the channel's own holds.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="uncertain_rules", verbose_name=_("centro")
    )
    channel = models.CharField(_("canal"), max_length=20, choices=channel_choices)
    kind = models.CharField(
        _("clase de mensaje"),
        max_length=30,
        blank=True,
        choices=kind_choices,
        help_text=_("Vacío: todas las clases."),
    )
    resend = models.BooleanField(
        _("enviar otra vez"),
        help_text=_("Si el canal no contesta: marcado, se envía una vez más y puede llegar repetido."),
    )

    class Meta:
        verbose_name = _("regla de envíos sin respuesta")
        verbose_name_plural = _("reglas de envíos sin respuesta")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "channel", "kind"], name="uncertain_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{channel_word(self.channel)} {self.get_kind_display()}".strip()
