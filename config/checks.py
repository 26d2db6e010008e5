"""What is missing or wrong in the environment, in words, and what to do about it."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from channels_app import environment, registry
from channels_app.email import mailbox, mailboxes
from channels_app.email.channel import EmailChannel
from config import channels, variables
from plumier.models import School

Check = Callable[..., list[CheckMessage]]
# Variables of the channels' callbacks, read outside the adapters.
_NOT_THE_ADAPTERS = {"TELEGRAM_FILE_URL"}


def _say(*, deploy: bool = False) -> Callable[[Callable[[], Iterator[CheckMessage]]], Check]:
    """Register a generator of messages as a check."""

    def decorate(found: Callable[[], Iterator[CheckMessage]]) -> Check:
        def check(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
            return list(found())

        return register(check, Tags.security if deploy else "environment", deploy=deploy)

    return decorate


def _given(name: str) -> str:
    return os.environ.get(name, "").strip()


@_say()
def secret_key() -> Iterator[CheckMessage]:
    """A database of one's own and no key: sessions and links could not be signed."""
    if not settings.TRIAL and not _given("SECRET_KEY"):
        yield Error(
            _("Falta SECRET_KEY."),
            hint=_(
                "Póngale una cadena al azar de 50 caracteres o más y guárdela: firma las sesiones y los enlaces."
            ),
            id="plumier.E001",
        )


@_say()
def database_url() -> Iterator[CheckMessage]:
    if _given("DATABASE_URL") and variables.database(_given("DATABASE_URL")) is None:
        yield Error(
            _("DATABASE_URL no es la dirección de una base de datos PostgreSQL."),
            hint=_("Es de la forma postgres://usuario:clave@servidor:5432/base; sin ella se usa una propia."),
            id="plumier.E002",
        )


@_say()
def redis_url() -> Iterator[CheckMessage]:
    if _given("REDIS_URL") and not variables.is_redis(_given("REDIS_URL")):
        yield Error(
            _("REDIS_URL no es la dirección de un Redis o Valkey."),
            hint=_("Es de la forma redis://:clave@servidor:6379/0; sin ella se usa uno propio."),
            id="plumier.E003",
        )


@_say()
def public_url() -> Iterator[CheckMessage]:
    if _given("PUBLIC_URL") and variables.public_url(_given("PUBLIC_URL")) is None:
        yield Error(
            _("PUBLIC_URL no es una dirección web."),
            hint=_("Es la que ven las familias y los proveedores, sin ruta: https://avisos.instituto.es"),
            id="plumier.E004",
        )


@_say()
def allowed_hosts() -> Iterator[CheckMessage]:
    wrong = [host for host in variables.items(_given("ALLOWED_HOSTS")) if not variables.is_host(host)]
    if wrong:
        yield Error(
            _("ALLOWED_HOSTS tiene algo que no es un nombre de servidor: %s.") % ", ".join(wrong),
            hint=_("Son nombres separados por comas, sin https:// ni puerto: avisos.instituto.es"),
            id="plumier.E005",
        )


@_say()
def trusted_proxies() -> Iterator[CheckMessage]:
    if variables.proxies(_given("TRUSTED_PROXIES")) is None:
        yield Error(
            _("TRUSTED_PROXIES no es una lista de direcciones de red."),
            hint=_("Son las de los proxies propios, separadas por comas: 127.0.0.1, 10.0.0.0/8, unix"),
            id="plumier.E006",
        )


@_say()
def port() -> Iterator[CheckMessage]:
    if _given("PORT") and variables.port(_given("PORT")) is None:
        yield Error(
            _("PORT no es un número de puerto."), hint=_("Un número del 1 al 65535: 8000"), id="plumier.E007"
        )


@_say()
def log_level() -> Iterator[CheckMessage]:
    if _given("LOG_LEVEL") and variables.log_level(_given("LOG_LEVEL")) is None:
        yield Error(
            _("LOG_LEVEL no es un nivel de registro."),
            hint=_("Uno de: %s") % ", ".join(variables.LOG_LEVELS),
            id="plumier.E008",
        )


@_say()
def data_dir() -> Iterator[CheckMessage]:
    """Attachments and what could not be written to the database wait there."""
    try:
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            return
    except OSError as error:
        yield Error(
            _("No se puede escribir en DATA_DIR (%(folder)s): %(reason)s.")
            % {"folder": settings.DATA_DIR, "reason": error.strerror},
            hint=_("Cree la carpeta con permiso de escritura para esta cuenta o indique otra en DATA_DIR."),
            id="plumier.E009",
        )


@_say()
def channel_accounts() -> Iterator[CheckMessage]:
    """Everybody's accounts and each school's own (`NAME__CODE`)."""
    owners = {
        name.partition(environment.SEPARATOR)[2] for name in channels.accounts(settings.CHANNEL_ENVIRONMENT)
    }
    for name in registry.channel_names():
        channel = registry.channel_class(name)
        for owner in sorted(owners | {""}):
            if owner and not environment.has_own_account(channel, owner):
                continue
            where = name + (f" ({owner})" if owner else "")
            for problem in environment.problems(channel, owner):
                yield Error(f"{where}: {problem}", id="plumier.E010")


@_say()
def bounce_mailboxes() -> Iterator[CheckMessage]:
    """They are read whether or not their owners have an account of their own, with which they are checked."""
    with_account = environment.own_suffixes(EmailChannel)
    for name, value in mailboxes.configured(settings.CHANNEL_ENVIRONMENT).items():
        owner = name.partition(environment.SEPARATOR)[2]
        if owner in with_account or (
            not owner and environment.values(EmailChannel).keys() & EmailChannel.required
        ):
            continue
        for problem in mailbox.problems(value):
            yield Error(f"{name}: {problem}", id="plumier.E011")


@_say()
def unread_variables() -> Iterator[CheckMessage]:
    """A slip in a name would otherwise show only when nothing is sent."""
    read = {name for each in registry.channel_names() for name in registry.channel_class(each).variables}
    for name in sorted(channels.accounts(settings.CHANNEL_ENVIRONMENT)):
        if name.partition(environment.SEPARATOR)[0] not in read | _NOT_THE_ADAPTERS:
            yield Caution(
                _("Ningún canal lee la variable %s.") % name,
                hint=_("Compruebe si está bien escrita; los canales leen: %s.") % ", ".join(sorted(read)),
                id="plumier.W001",
            )


@register(Tags.database)
def accounts_of_schools(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A slip in a school's code would otherwise show only when its families hear from everybody's account."""
    given = channels.accounts(settings.CHANNEL_ENVIRONMENT)
    owned = {name: ending for name in sorted(given) if (ending := name.partition(environment.SEPARATOR)[2])}
    if not owned or not databases or School._meta.db_table not in connection.introspection.table_names():
        return []
    known = {environment.owner_suffix(code) for code in School.objects.values_list("code", flat=True)}
    return [
        Caution(
            _("%(name)s no es de ningún centro: no hay ninguno con el código %(code)s.")
            % {"name": name, "code": ending},
            hint=_("Compruebe el código; mientras tanto, ese centro envía con la cuenta de todos."),
            id="plumier.W003",
        )
        for name, ending in owned.items()
        if ending not in known
    ]


@_say()
def file_checks() -> Iterator[CheckMessage]:
    for name in settings.FILE_CHECKS:
        try:
            import_string(name)
        except ImportError:
            yield Error(
                _("FILE_CHECKS: no se encuentra %(name)s.") % {"name": name},
                hint=_("Es el nombre con puntos de una función de Python; véase docs/operating.md."),
                id="plumier.E023",
            )


@_say(deploy=True)
def production_servers() -> Iterator[CheckMessage]:
    for name, what in (("DATABASE_URL", "PostgreSQL"), ("REDIS_URL", "Redis o Valkey")):
        if not _given(name):
            yield Error(
                _("Falta %(name)s: se usaría un %(what)s propio, de prueba.") % {"name": name, "what": what},
                hint=_("En producción indique un servidor con sus copias de seguridad."),
                id="plumier.E020",
            )


@_say(deploy=True)
def production_address() -> Iterator[CheckMessage]:
    found = variables.public_url(_given("PUBLIC_URL"))
    if found is None or found.scheme != "https":
        yield Error(
            _("Falta PUBLIC_URL con https://."),
            hint=_("Es la dirección de los enlaces de los mensajes y de los avisos de los proveedores."),
            id="plumier.E021",
        )


@_say(deploy=True)
def production_hosts() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            _("ALLOWED_HOSTS=* admite cualquier nombre."),
            hint=_("Ponga los nombres propios."),
            id="plumier.E022",
        )


@_say(deploy=True)
def production_channels() -> Iterator[CheckMessage]:
    if not channels.has_account(settings.CHANNEL_ENVIRONMENT):
        yield Caution(
            _("No hay ninguna cuenta de envío: los mensajes solo llegarían a Notica."),
            hint=_("Indique EMAIL_URL y EMAIL_FROM, TELEGRAM_TOKEN, TWILIO_… o TOKAPP_…."),
            id="plumier.W002",
        )
