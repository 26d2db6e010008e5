"""Tries to reach one address. Delivery and Attempt have no database foreign keys: they cost 2.8 times
on insert; `notica.consistency` stands in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notica.choices import DeliveryState, Lane


class Delivery(models.Model):
    """One address on one channel account in one step; `person_id` says whose address it is.

    `address` is what people know (a phone, an e-mail), `endpoint` what the provider takes (a chat's id).
    A row in `sending` was claimed before the call: the committed claim is the intent to send. `crashes`
    counts the workers that broke while they had it: one of such rows is sent at a time. `returned` counts the
    times that the provider had taken it and gave it back. By `receipt_by` it is to have told what became of it.
    A text too long for its channel goes in parts, a row each: with `more` another part follows this one.
    """

    message_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    school_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    channel = models.CharField(_("canal"), max_length=20)
    step = models.SmallIntegerField(_("paso"))
    address = models.CharField(_("dirección"), max_length=254)
    endpoint = models.CharField(max_length=254)
    lane = models.SmallIntegerField(choices=Lane.choices)
    state = models.CharField(
        _("estado"), max_length=16, choices=DeliveryState.choices, default=DeliveryState.READY
    )
    not_before = models.DateTimeField(_("no antes de"))
    expires_at = models.DateTimeField(_("caduca"))
    tries = models.SmallIntegerField(_("intentos"), default=0)
    spent = models.SmallIntegerField(_("intentos gastados"), default=0)
    uncertain_count = models.SmallIntegerField(default=0)
    crashes = models.SmallIntegerField(default=0, db_default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    returned = models.SmallIntegerField(default=0, db_default=0)
    receipt_by = models.DateTimeField(null=True, blank=True)
    part = models.SmallIntegerField(default=1, db_default=1)
    more = models.BooleanField(default=False, db_default=False)
    provider_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(_("motivo"), max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entrega")
        verbose_name_plural = _("entregas")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message_id", "recipient_id", "step", "channel", "address", "part"],
                name="delivery_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="delivery_lease_while_sending",
            ),
            models.UniqueConstraint(
                fields=["account_id", "endpoint"], condition=Q(state="sending"), name="delivery_in_flight"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account_id", "lane", "school_id", "not_before", "id"],
                condition=Q(state="ready", crashes=0),
                name="delivery_due",
            ),
            models.Index(
                fields=["account_id", "not_before", "id"],
                condition=Q(state="ready", crashes__gt=0),
                name="delivery_suspect",
            ),
            # By another condition than `ready`, so that no claim is planned over it on stale statistics.
            models.Index(
                fields=["expires_at"],
                condition=Q(ended_at__isnull=True, lease_until__isnull=True),
                name="delivery_expiry",
            ),
            models.Index(fields=["not_before"], condition=Q(state="uncertain"), name="delivery_uncertain"),
            models.Index(
                fields=["account_id", "receipt_by"],
                condition=Q(receipt_by__isnull=False),
                name="delivery_receipt_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.recipient_id}/{self.step} {self.channel}"


class Attempt(models.Model):
    """One try, written once at its outcome by the worker or by the reaper."""

    message_id = models.BigIntegerField()
    delivery_id = models.BigIntegerField()
    try_no = models.SmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("intento")
        verbose_name_plural = _("intentos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "delivery_id", "try_no"], name="attempt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.try_no} {self.outcome}"


class Receipt(models.Model):
    """A provider's callback as it came, unique by the provider's own event; `state` is what it says.

    Of what was not delivered: after `again_after` seconds it is tried once more (with `if_quiet` only where the
    school's quiet hours cut it short); the address is dead at once (`suppress`) or after so many `strikes`.
    """

    channel = models.CharField(max_length=20)
    event = models.CharField(max_length=150)
    message_id = models.BigIntegerField(null=True, blank=True)
    delivery_id = models.BigIntegerField(null=True, blank=True)
    try_no = models.SmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=DeliveryState.choices, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    again_after = models.FloatField(null=True, blank=True)
    if_quiet = models.BooleanField(default=False, db_default=False)
    suppress = models.BooleanField(default=False, db_default=False)
    strikes = models.SmallIntegerField(default=0, db_default=0)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("acuse del proveedor")
        verbose_name_plural = _("acuses del proveedor")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "event"], name="receipt_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(applied_at__isnull=True), name="receipt_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.event}"
