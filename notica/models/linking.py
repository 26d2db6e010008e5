"""Which chat talks to a bot, what has been handled of what it said, and whose account asked for a link."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumier.models.schools import Language


class BotChat(models.Model):
    """One chat with one bot. What sends use is the `Activation` of its phone; this is what the bot knows beside it.

    `phone` is the one that it was linked with, empty if it is not; `persons` are those whose record had that phone
    then: when none of theirs has it any more, somebody else may, and the chat is unlinked. Moments are Telegram's own
    of what was said, so that what arrives late or in the wrong order undoes nothing newer: `shared_at` the last shared
    phone, `left_at` the last «baja» (nothing but a new share links again) and `judged_at` the last word on whether the
    bot may write, both with the number of their update. `register_at`, by our clock, is when it last set a
    language in the register.
    """

    account = models.ForeignKey(
        "channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+", verbose_name=_("cuenta")
    )
    chat = models.CharField(max_length=32)
    phone = models.CharField(_("teléfono"), max_length=32, blank=True)
    persons = ArrayField(models.BigIntegerField(), default=list)
    language = models.CharField(_("idioma"), max_length=5, choices=Language.choices, blank=True)
    blocked = models.BooleanField(_("bloqueado"), default=False)
    shared_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_update = models.BigIntegerField(default=0)
    judged_at = models.DateTimeField(null=True)
    judged_update = models.BigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(
        "plumier.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("usuario")
    )
    invited_until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    register_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("chat del bot")
        verbose_name_plural = _("chats del bot")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "chat"], name="bot_chat_once"),
            models.UniqueConstraint(
                fields=["account", "phone"], condition=~Q(phone=""), name="bot_chat_one_a_phone"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=~Q(phone=""), name="bot_chat_linked"),
            models.Index(fields=["seen_at"], condition=Q(phone=""), name="bot_chat_idle"),
        ]

    def __str__(self) -> str:
        return str(self.account)


class LeftPhone(models.Model):
    """A phone that a chat left, by «baja» or for another number, and on whose record it was then.

    Its `Suppression` tells so until it is linked anew, or until it goes over to others, who have left nothing.
    """

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    phone = models.CharField(max_length=32)
    persons = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("teléfono que dejó el bot")
        verbose_name_plural = _("teléfonos que dejaron el bot")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "phone"], name="left_phone_once"),
        ]

    def __str__(self) -> str:
        return str(self.account)


class BotUpdate(models.Model):
    """An update that was handled: the same one again is nothing. Kept longer than Telegram repeats any."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("novedad del bot")
        verbose_name_plural = _("novedades del bot")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="bot_update_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="bot_update_seen")]

    def __str__(self) -> str:
        return str(self.number)


class LinkInvitation(models.Model):
    """A deep link that somebody asked for from her account, the last of hers for a bot. It is used once.

    Its token is kept nowhere: it is made of `key` and the installation's secret key (`linking.invitations`).
    """

    user = models.ForeignKey("plumier.User", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=32, blank=True)  # the chat

    class Meta:
        verbose_name = _("enlace de conexión")
        verbose_name_plural = _("enlaces de conexión")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "account"], name="link_invitation_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="link_invitation_expiry")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
