"""Reason codes in words. Rows keep codes; the sentence is made for whoever reads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.reasons import reason_text

PLAN_REASONS: Final[dict[str, Promise]] = {
    "protected": gettext_lazy("Datos protegidos"),
    "barred": gettext_lazy("Excluido por resolución judicial"),
    "sender_barred": gettext_lazy(
        "Una resolución judicial impide a quien lo envía escribirle: puede hacerlo otra persona del centro"
    ),
    "tick_off": gettext_lazy("Sin marcar «Mensaje padre» o «Mensaje madre»"),
    "not_registered": gettext_lazy("No se ha registrado para recibir mensajes"),
    "withdrawn": gettext_lazy("No está matriculado"),
    "left": gettext_lazy("Ya no está de alta en el centro"),
    "not_joined": gettext_lazy("Aún no está de alta en el centro"),
    "no_guardian": gettext_lazy("Sin padre, madre ni tutor en el registro"),
    "no_longer_guardian": gettext_lazy("Ya no es su tutor en el registro"),
    "shared_with_barred": gettext_lazy("Es también dirección de quien está excluido por resolución judicial"),
    "sender_gone": gettext_lazy("Quien lo envió ya no trabaja en el centro"),
    "code_over": gettext_lazy("El código ya no vale: se usó, se anuló o caducó"),
    "address_gone": gettext_lazy("Dirección que ya no vale para este mensaje"),
    "no_address": gettext_lazy("Sin ninguna dirección"),
    "no_phone": gettext_lazy("Sin teléfono"),
    "landline": gettext_lazy("Solo teléfono fijo"),
    "unreadable_phone": gettext_lazy("Teléfono ilegible"),
    "no_email": gettext_lazy("Sin correo"),
    "unreadable_email": gettext_lazy("Correo ilegible"),
    "never_linked": gettext_lazy("Nunca ha conectado Telegram"),
    "blocked": gettext_lazy("Ha bloqueado el bot"),
    "inactive": gettext_lazy("Sin TokApp en ese teléfono"),
    "suppressed": gettext_lazy("Dirección que ya no recibe"),
    "repeated": gettext_lazy("La misma dirección ya se prueba antes"),
    "no_room_in_sms": gettext_lazy("El texto no cabe en un SMS: acórtelo a 151 caracteres"),
    "way_off": gettext_lazy("El centro no usa esta vía"),
    "not_configured": gettext_lazy("Canal sin configurar en el servidor"),
    "cancelled": gettext_lazy("Anulado"),
    "no_receipt": gettext_lazy("No consta que llegara: se pasó al siguiente"),
    "received": gettext_lazy("Ya lo había recibido"),
    "step_over": gettext_lazy("El canal tardó demasiado: se pasó al siguiente"),
    "expired": gettext_lazy("Caducado antes de poder salir"),
    "lease": gettext_lazy("Se interrumpió el envío sin respuesta del canal"),
    "not_begun": gettext_lazy("Se interrumpió antes de salir; se repite"),
    "deadline": gettext_lazy("El canal no respondió a tiempo"),
    "broken": gettext_lazy("Error interno al enviar"),
    "unrenderable": gettext_lazy("No se pudo componer el texto"),
    "notica": gettext_lazy("En Notica"),
    "email": gettext_lazy("Correo"),
    "email_after": gettext_lazy("Correo, si lo anterior falla"),
}

HOLDERS: Final[dict[str, Promise]] = {
    "father": gettext_lazy("padre"),
    "mother": gettext_lazy("madre"),
    "other": gettext_lazy("tutor legal"),
    "student": gettext_lazy("alumno"),
    "staff": gettext_lazy("personal"),
}
SLOTS: Final[dict[str, Promise]] = {
    "phone_1": gettext_lazy("Teléfono"),
    "phone_2": gettext_lazy("Teléfono 2"),
}


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The words of a code, in the language in force; empty for an empty code."""
    if not code:
        return ""
    until = (params or {}).get("until", "")
    if code == "barred" and until:
        day = date_format(date.fromisoformat(until), "SHORT_DATE_FORMAT")
        return _("Excluido por resolución judicial hasta el %(day)s") % {"day": day}
    if code in PLAN_REASONS:
        why = (params or {}).get("why", "")
        return f"{PLAN_REASONS[code]}: {reason_text(why)}" if why else str(PLAN_REASONS[code])
    for slot, words in SLOTS.items():
        holder = HOLDERS.get(code.removesuffix(f"_{slot}"))
        if holder is not None and code.endswith(f"_{slot}"):
            return f"{words} · {holder}"
    return reason_text(code)
