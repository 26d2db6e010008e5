"""How each way is set up by a family, in the language in force. Pure."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from notica.leaflet.facts import Facts
from notica.leaflet.panels import Code, Line, Panel, call, web
from plumier.models import LogIn, SchoolPolicy


def way_panels(facts: Facts) -> Iterator[Panel]:
    """One for each way that the school has; Mirador is always there."""
    if facts.telegram:
        yield _telegram(facts)
    if facts.tokapp:
        yield _tokapp(facts)
    if facts.email:
        yield _email()
    if facts.sms:
        yield _sms()
    yield _mirador(facts)


def _telegram(facts: Facts) -> Panel:
    find = _("Pida en el centro el nombre de su bot, búsquelo en Telegram y pulse «Iniciar».")
    code = None
    if facts.bot:
        find = _("Escanee el código, o busque @%(bot)s en Telegram, y pulse «Iniciar».") % {"bot": facts.bot}
        code = Code(f"https://t.me/{facts.bot}", f"@{facts.bot}")
    return Panel(
        "telegram",
        "Telegram",
        _("Gratis. Solo recibe: nadie lee lo que responda."),
        (
            _("Instale Telegram desde la tienda de aplicaciones, con el número que tiene el centro."),
            find,
            _("Pulse el botón para compartir su teléfono. Si es el que tiene el centro, queda conectado."),
        ),
        notes=(
            _("Si dice que no conoce su número, pida en el centro que lo corrijan y compártalo otra vez."),
            _(
                "Escríbale /estado para ver si está conectado, /idioma para cambiar de idioma, /baja para dejarlo."
            ),
        ),
        code=code,
    )


def _tokapp(facts: Facts) -> Panel:
    policy = facts.policy
    lead = _("Gratis. Solo recibe, como Telegram: nadie lee lo que responda.")
    if policy.tokapp_own_account:
        lead = _("El centro tiene su propio espacio: además de recibir, allí puede responder y hacer pagos.")
    steps = [
        _("Instale «TokApp School» desde la tienda de aplicaciones."),
        _(
            "Escriba su número de teléfono, el mismo que tiene el centro, y el nombre con que quiere aparecer."
        ),
        _("Siga los pasos que le indica: en menos de un minuto está listo."),
    ]
    if policy.tokapp_code:
        steps.append(_("Busque el centro por su código: %(code)s.") % {"code": policy.tokapp_code})
    notes = [] if policy.tokapp_own_account else [_("Llega lo mismo que por Telegram, a la vez.")]
    url = policy.tokapp_app_url
    code = Code(url, _("Instalar TokApp School")) if url else None
    shown = tuple(notes) if facts.telegram and facts.tokapp_sends else ()
    return Panel("tokapp", "TokApp School", lead, tuple(steps), tokapp_help(policy), shown, code)


def tokapp_help(policy: SchoolPolicy) -> tuple[Line, ...]:
    """Whom to ask about TokApp itself."""
    lines = []
    if url := policy.tokapp_url:
        lines.append(web(_("Ayuda de TokApp"), url))
    if phone := policy.tokapp_phone:
        lines.append(call(_("Teléfono de TokApp"), phone))
    return tuple(lines)


def _email() -> Panel:
    return Panel(
        "email",
        _("Correo electrónico"),
        _("Por aquí llega lo que lleva archivos. No responda: no lo lee nadie."),
        (
            _("Dé en el centro una dirección que lea a menudo."),
            _("Mire en el correo no deseado y marque los mensajes del centro como seguros."),
        ),
    )


def _sms() -> Panel:
    return Panel(
        "sms",
        "SMS",
        _("Avisos breves. No hay que instalar nada."),
        (_("Dé en el centro su número de móvil: un fijo no los recibe."),),
    )


def _mirador(facts: Facts) -> Panel:
    by_mail = facts.policy.family_login == LogIn.EMAIL
    enter = (
        _("Entre con su correo y su contraseña.")
        if by_mail
        else _("Entre con el usuario de la hoja que le dio el centro y su contraseña.")
    )
    students = (
        _("El alumnado entra con su correo.")
        if facts.policy.student_login == LogIn.EMAIL
        else _("El alumnado entra con su NRE.")
    )
    return Panel(
        "mirador",
        "Mirador",
        _("En la web: lo que el centro le envía queda aquí, aunque no le llegue por otra vía."),
        (
            _("Escanee el código o abra la dirección de abajo."),
            _("La primera vez elija «Es la primera vez: tengo un código», con el que le dio el centro."),
            enter,
        ),
        (web(_("Dirección"), facts.login),),
        (_("¿No se acuerda? Elija «He olvidado mi usuario o mi contraseña»."), students),
        Code(facts.login, _("Entrar en Mirador")),
    )
