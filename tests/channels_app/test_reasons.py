"""Words for codes."""

import pytest
from django.utils import translation

from channels_app.reasons import reason_text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("telegram.blocked", "Ha bloqueado el bot"),
        ("telegram.418", "Telegram rechazó el mensaje"),
        ("telegram.502", "Fallo de Telegram; puede haberse enviado"),
        ("sms.21211", "El teléfono no es válido para SMS"),
        ("sms.21614", "El teléfono no es un móvil"),
        ("sms.21999", "El proveedor de SMS no admitió el mensaje"),
        ("sms.30999", "El operador no entregó el SMS"),
        ("smtp.5.1.1", "El buzón no existe"),
        ("smtp.5.1.6", "La dirección de correo no existe"),
        ("smtp.5.7.26", "El servidor de correo rechazó el mensaje por sus normas"),
        ("smtp.451", "El servidor de correo no pudo admitirlo por ahora"),
        ("tokapp.unknown_phone", "No tiene TokApp en ese teléfono"),
        ("network.connect", "No se pudo conectar con el proveedor"),
        ("internal.error", "Fallo interno al enviar; puede haberse enviado"),
        ("fax.jammed", "No se pudo entregar"),
        ("", "No se pudo entregar"),
    ],
)
def test_reason_text_is_the_codes_its_familys_or_general(code: str, text: str) -> None:
    with translation.override("es"):
        assert reason_text(code) == text
