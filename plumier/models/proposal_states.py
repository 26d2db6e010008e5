"""What a change of contacts can be, and what can happen to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalSource(models.TextChoices):
    """How changes were handed in."""

    GRID = "grid", _("en la tabla de su grupo")
    FILE = "file", _("con un listado")
    NEW_PUPIL = "new_pupil", _("alumno nuevo")
    FAMILY = "family", _("la propia familia")


class ProposalState(models.TextChoices):
    """A change from its first word to the register. The last three are the end of it."""

    PROPOSED = "proposed", _("Por revisar")
    TO_CONFIRM = "to_confirm", _("Por confirmar")
    CONFIRMED = "confirmed", _("Confirmado")
    OUTDATED = "outdated", _("La ficha ha cambiado")
    APPLIED = "applied", _("Aplicado")
    RETURNED = "returned", _("Devuelto")
    WITHDRAWN = "withdrawn", _("Retirado")


OPEN_STATES = (
    ProposalState.PROPOSED,
    ProposalState.TO_CONFIRM,
    ProposalState.CONFIRMED,
    ProposalState.OUTDATED,
)
APPLICABLE_STATES = (ProposalState.PROPOSED, ProposalState.CONFIRMED)


class RegistrationChange(models.TextChoices):
    """What a change does to «đăng kí»."""

    KEEP = "", _("como está")
    BEGIN = "begin", _("se registra para recibir")
    END = "end", _("deja de estar registrado")


class Confirming(models.TextChoices):
    """How the parent's own word was had."""

    CALL = "call", _("por teléfono, llamando a otro número conocido")
    IN_PERSON = "in_person", _("en persona, en el centro")
    PAPER = "paper", _("en papel, con su firma")
    CODE = "code", _("con el código, que dijo al centro")
    LINK = "link", _("con el enlace del mensaje")


class ProposalStep(models.TextChoices):
    """What happened to a change."""

    PROPOSED = "proposed", _("Entregado")
    REPLACED = "replaced", _("Retirado: entregó otro después")
    WITHDRAWN = "withdrawn", _("Retirado")
    RETURNED = "returned", _("Devuelto")
    CODE_SENT = "code_sent", _("Código enviado")
    CODE_WRONG = "code_wrong", _("Código equivocado")
    CONFIRMED = "confirmed", _("Confirmado")
    OUTDATED = "outdated", _("La ficha había cambiado")
    LOOKED_AGAIN = "looked_again", _("Mirado de nuevo con la ficha de hoy")
    APPLIED = "applied", _("Aplicado")
