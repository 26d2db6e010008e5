"""Failures of the network below the providers, told apart by the one thing that matters: was it sent?"""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from channels_app.base import Outcome, OutcomeClass

REASONS: Mapping[str, StrOrPromise] = {
    "network.connect": _("No se pudo conectar con el proveedor"),
    "network.dns": _("No se encontró el servidor del proveedor"),
    "network.tls": _("No se pudo establecer una conexión segura con el proveedor"),
    "network.no_time": _("El proveedor no atendió a tiempo"),
    "network.cut": _("Se cortó la conexión antes de entregar el mensaje"),
    "network.timeout": _("El proveedor no contestó a tiempo; puede haberse enviado"),
    "network.lost_answer": _("Se perdió la respuesta del proveedor; puede haberse enviado"),
    "internal.*": _("Fallo interno al enviar; puede haberse enviado"),
}
UNEXPECTED = Outcome(OutcomeClass.UNCERTAIN, "internal.error")


class NetworkFailure(Exception):
    """No usable answer came. `code` is a stable reason, `detail` a few words without addresses."""

    kind: ClassVar[OutcomeClass]

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def outcome(self) -> Outcome:
        """What is known after it."""
        return Outcome(self.kind, self.code, detail=self.detail)


class NotSent(NetworkFailure):
    """It failed before anything was handed over: the message was certainly not sent."""

    kind = OutcomeClass.NOT_PROCESSED


class AnswerLost(NetworkFailure):
    """It failed after the provider may have had it all: nobody here knows."""

    kind = OutcomeClass.UNCERTAIN
