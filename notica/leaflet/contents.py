"""The leaflet of a school, in the language in force. Pure."""

from collections.abc import Iterator

from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notica.leaflet.facts import Facts
from notica.leaflet.panels import Code, Leaflet, Line, Panel, call, mail, web
from notica.leaflet.ways import tokapp_help, way_panels
from plumier.models import SchoolPolicy


def leaflet_of(facts: Facts) -> Leaflet:
    """All its panels."""
    return Leaflet(
        get_language() or "es",
        facts.school.name,
        _cover(facts),
        tuple(way_panels(facts)),
        _nothing(facts),
        _ask(facts),
    )


def _cover(facts: Facts) -> Panel:
    return Panel(
        "cover",
        _("Los avisos del centro, en su móvil"),
        _("Qué llega por cada vía, cómo se prepara y qué hacer si no llega."),
        lines=tuple(_arrives(facts)),
        code=Code(facts.page, _("Esta guía en la web")),
    )


def _arrives(facts: Facts) -> Iterator[Line]:
    """What comes by each way."""
    if facts.chats:
        both = facts.telegram and facts.tokapp_sends
        name = _("Telegram y TokApp") if both else ("Telegram" if facts.telegram else "TokApp School")
        yield Line(name, _("Faltas y retrasos, convivencia y mensajes del centro. Sin archivos."))
    if facts.tokapp and not facts.tokapp_sends:
        yield Line("TokApp School", _("Lo que el centro escriba allí."))
    if facts.email:
        instead = _("Mensajes con archivos, y las faltas de quien no tiene Telegram ni TokApp.")
        yield Line(_("Correo electrónico"), instead if facts.chats else _("Faltas y mensajes del centro."))
    if facts.sms:
        yield Line("SMS", _("Avisos breves, a su móvil."))
    yield Line("Mirador", _("Lo que el centro le envía, para leerlo en la web."))


def _nothing(facts: Facts) -> Panel:
    return Panel("nothing", _("Si no llega nada"), steps=tuple(_checks(facts)), notes=tuple(_patience(facts)))


def _checks(facts: Facts) -> Iterator[str]:
    yield _(
        "Compruebe en el centro que su móvil y su correo están bien, y que está marcado que recibe mensajes."
    )
    if facts.policy.registration_required:
        yield _("Regístrese en el centro: solo se escribe a las familias registradas.")
    if facts.telegram:
        yield _("Telegram: escriba /estado al bot. Si lo bloqueó, desbloquéelo y pulse «Iniciar».")
    if facts.tokapp:
        yield _("TokApp: compruebe que entra con el mismo número que tiene el centro.")
    if facts.email:
        yield _("Correo: mire en el correo no deseado.")
    if facts.chats or facts.sms:
        yield _("Si solo dio un fijo, dé también un móvil: los fijos no reciben estos avisos.")
        yield _("Si cambia de número, dígalo en el centro antes de dejar el antiguo, y conéctese de nuevo.")


def _patience(facts: Facts) -> Iterator[str]:
    if (quiet := facts.quiet) is not None:
        hours = {"since": time_format(quiet[0], "TIME_FORMAT"), "until": time_format(quiet[1], "TIME_FORMAT")}
        yield _("De %(since)s a %(until)s no se envía: llega después.") % hours
    yield _("Cuando se escribe a todo el centro, un mensaje puede tardar.")
    yield _("Mientras tanto, mire en Mirador.")


def _ask(facts: Facts) -> Panel:
    return Panel(
        "ask",
        _("A quién preguntar"),
        _("A su centro: secretaría, dirección o el tutor de su hijo."),
        lines=tuple(_contacts(facts)),
        notes=(
            _("El centro escribe a los números y correos que usted le dio. Nunca le pedirá su contraseña."),
        ),
    )


def _contacts(facts: Facts) -> Iterator[Line]:
    yield from whom_to_ask(facts.policy, tokapp=facts.tokapp)
    yield from _support(facts)


def whom_to_ask(policy: SchoolPolicy, *, tokapp: bool) -> Iterator[Line]:
    """How a family reaches its school, and TokApp where it uses that (requirement F2)."""
    if policy.school_phone:
        yield call(_("Teléfono"), policy.school_phone)
    if policy.school_email:
        yield mail(_("Correo"), policy.school_email)
    if tokapp:
        yield from tokapp_help(policy)


def _support(facts: Facts) -> Iterator[Line]:
    """For those who work in the school; families are not sent there."""
    policy = facts.policy
    name = _("Personal del centro: %(service)s") % {"service": policy.support_name or _("soporte")}
    if policy.support_url:
        yield web(name, policy.support_url)
    if policy.support_email:
        yield mail(name, policy.support_email)
    if policy.support_phone:
        yield call(name, policy.support_phone)
