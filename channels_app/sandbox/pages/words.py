"""The words of the pages: channels, reasons, hours."""

from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

CHANNELS = {"telegram": "Telegram", "tokapp": "TokApp", "sms": "SMS", "email": "Correo"}
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
ACTIONS = {
    "refuse": "Rechazado",
    "slow": "Respuesta lenta",
    "hang": "Sin respuesta",
    "cut": "Conexión cortada antes de tomarlo",
    "cut_after": "Tomado, pero la conexión se cortó sin responder",
    "lose": "Tomado, pero la respuesta se perdió",
    "cut_before_dot": "Conexión cortada antes del punto final",
    "cut_after_dot": "Conexión cortada después del punto final",
    "throttle": "Demasiados envíos: que espere",
    "error": "Fallo del proveedor",
    "receipt": "Acuse de Twilio",
    "bounce": "Tomado, y luego devuelto",
}
LANGUAGES = {"es": "Español", "vi": "Tiếng Việt", "en": "English"}
STATUSES = {
    "accepted": "Aceptado",
    "queued": "En cola",
    "sending": "Saliendo",
    "sent": "Enviado",
    "delivered": "Entregado",
    "read": "Leído",
    "undelivered": "No entregado",
    "failed": "Fallido",
    "canceled": "Anulado",
}
BOUNCES = {
    "no_such_user": "El buzón no existe",
    "full": "Buzón lleno",
    "policy": "Contra las normas",
    "delayed": "Se retrasa (no es rebote)",
    "delivered": "Acuse de entrega",
    "unstructured_no_such_user": "El buzón no existe, sin estructura",
    "unstructured_full": "Buzón lleno, sin estructura",
    "unstructured_policy": "Contra las normas, sin estructura",
    "vacation": "Respuesta de vacaciones",
}
TOLD = {"update": "Telegram", "receipt": "Acuse de SMS", "inbound": "SMS de una familia", "bounce": "Rebote"}
NEWS = {
    "message": "mensaje de la familia",
    "callback_query": "botón pulsado",
    "my_chat_member": "bot bloqueado o desbloqueado",
    "STOP": "baja",
    "START": "alta",
    "HELP": "ayuda",
}
TROUBLES = {
    "refused": "No lo tomó",
    "not_loopback": "No es una dirección de este ordenador: no se llama",
    "timeout": "No contestó a tiempo",
    "cut": "Cortó la conexión",
    "unreachable": "Nadie escucha ahí",
    "address": "No es una dirección web",
    "given_up": "No se insiste más",
    "too_many": "Había demasiado esperando",
    "no_return_path": "El correo no tenía ruta de retorno",
}
SAID = {
    "hecho": "Hecho.",
    "contestado": "El bot ha contestado.",
    "lo_tiene": "El bot lo tiene y no ha contestado todavía.",
    "espera": "Espera a que el bot lo recoja: ahora nadie lo atiende.",
    "no_lo_toma": "El bot no lo ha tomado; se le repetirá unas veces.",
    "contado": "Hecho, y Plumier lo sabe.",
    "no_contado": "Hecho, pero Plumier no lo ha tomado.",
    "nadie_pregunta": "Hecho. No hay ninguna dirección de Plumier a la que contárselo.",
    "rebotado": "El correo ha vuelto al buzón de rebotes.",
    "sin_ruta": "Ese correo no tiene ruta de retorno: no puede volver.",
    "numero": "Escriba números enteros desde 1, o deje el hueco vacío.",
    "telefono": "Escriba un teléfono con su prefijo, como +34 600 111 222.",
    "no_se_pudo": "No se ha podido: falta algo o ya no existe.",
}
PRESETS = {
    "blocked": "Ha bloqueado al emisor",
    "deactivated": "Cuenta desactivada",
    "cannot_initiate": "El bot no puede empezar la conversación",
    "kicked": "Bot expulsado del grupo",
    "chat_not_found": "El chat no existe",
    "user_not_found": "El usuario no existe",
    "peer_invalid": "Identificador no válido",
    "too_long": "Texto demasiado largo",
    "empty": "Texto vacío",
    "entities": "Formato del texto incorrecto",
    "chat_empty": "Falta el chat",
    "token": "Credencial incorrecta",
    "not_found": "No existe",
    "conflict": "Otra consulta en curso",
    "invalid_phone": "Teléfono no válido",
    "not_mobile": "No es un móvil",
    "opted_out": "Se dio de baja de los SMS",
    "region": "País no permitido",
    "sender": "Emisor no válido",
    "to_missing": "Falta el destinatario",
    "from_missing": "Falta el emisor",
    "validity": "Caducidad no válida",
    "not_active": "Cuenta inactiva",
    "suspended": "Cuenta suspendida",
    "queue_full": "Cola del emisor llena",
    "malformed": "Petición incompleta",
    "no_user": "No tiene TokApp",
    "no_credit": "Emisor sin saldo",
    "unknown": "Error desconocido",
    "too_many": "Demasiados teléfonos",
    "mailbox_unknown": "El buzón no existe",
    "mailbox_disabled": "Buzón desactivado",
    "not_local": "Buzón de otro servidor",
    "syntax": "Dirección mal escrita",
    "null_mx": "El dominio no admite correo",
    "relay": "Reenvío denegado",
    "mailbox_full": "Buzón lleno",
    "greylisted": "Lista gris: más tarde",
    "busy": "Buzón ocupado",
    "no_space": "Servidor sin espacio",
    "too_big": "Mensaje demasiado grande",
    "policy": "Contra las normas del servidor",
    "spam": "Parece correo basura",
    "login_needed": "Falta identificarse",
    "login_wrong": "Usuario o contraseña incorrectos",
    "banner": "El servidor no atiende",
}


def reason(error: str) -> str:
    """What came in between, in words; an unknown one as it is."""
    return PRESETS.get(error) or ACTIONS.get(error) or error


def trouble(error: str) -> str:
    """Why something did not arrive; an unknown reason as it is."""
    return TROUBLES.get(error, error)


def phone(address: str) -> str:
    """A phone in groups of three; anything else as it is."""
    for prefix in ("+34", "+84"):
        rest = address.removeprefix(prefix)
        if address.startswith(prefix) and len(rest) == 9 and rest.isdigit():
            return f"{prefix} {rest[:3]} {rest[3:6]} {rest[6:]}"
    return address


def name_of(address: str) -> str:
    """What an address is called: a phone, a mailbox or a chat."""
    if address.startswith("+") or "@" in address:
        return phone(address)
    return f"Chat {address}" if address else "Sin dirección"


def phone_link(address: str) -> str:
    """The address of a phone's page, or a chat's."""
    return f"/phone/{quote(address, safe='+')}"


def count(number: int, one: str, many: str) -> str:
    """`1 mensaje`, `1.204 mensajes`."""
    return f"{grouped(number)} {one if number == 1 else many}"


def grouped(number: int) -> str:
    """A number with points between the thousands."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    """`2,5`; without a fraction `2`."""
    return f"{number:g}".replace(".", ",")


def size(amount: int) -> str:
    """Bytes, as people say them."""
    if amount < 1000:
        return f"{amount} B"
    if amount < 1_000_000:
        return f"{amount / 1000:.0f} kB"
    return f"{amount / 1_000_000:.1f} MB".replace(".", ",")


class Clock:
    """Hours and days in the zone of whoever looks."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def local(self, at: str) -> datetime:
        """A moment of the log."""
        return datetime.fromisoformat(at).astimezone(self._zone)

    def hour(self, at: str) -> str:
        """`9:05`."""
        moment = self.local(at)
        return f"{moment.hour}:{moment.minute:02}"

    def day(self, at: str, today: date | None = None) -> str:
        """`Hoy`, `Ayer`, or `Sábado 21 de noviembre`."""
        day = self.local(at).date()
        distance = ((today or datetime.now(self._zone).date()) - day).days
        if distance in (0, 1):
            return "Ayer" if distance else "Hoy"
        words = f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]}"
        return words.capitalize()

    def when(self, at: str) -> str:
        """`hoy, 9:05`."""
        day = self.day(at)
        return f"{day[0].lower()}{day[1:]}, {self.hour(at)}"
