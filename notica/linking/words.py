"""What the bot says, in the language in force. Nothing in it names a child or a whole phone."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notica.linking.effects import Letters
from notica.linking.holders import SHOWN, Holder
from plumier.contacts import mask
from plumier.models import School
from plumier.models.schools import Language

# What is written after the slash, as setMyCommands takes it, by meaning; the bot takes that of any language.
COMMANDS: Final = {
    "es": {"state": "estado", "language": "idioma", "leave": "baja", "help": "ayuda"},
    "vi": {"state": "trangthai", "language": "ngonngu", "leave": "huy", "help": "trogiup"},
    "en": {"state": "status", "language": "language", "leave": "stop", "help": "help"},
}


def share() -> str:
    return _("Compartir mi teléfono")


def welcome(school: School | None) -> str:
    who = school.name if school is not None else _("su centro")
    return _(
        "Hola. Aquí llegan los avisos de %(who)s.\n\n"
        "Pulse «Compartir mi teléfono», abajo: si es uno de los que el centro tiene de usted, este chat queda "
        "conectado. No tiene que escribir nada."
    ) % {"who": who}


def invited(phones: Sequence[str]) -> str:
    """After a deep link that is good; `phones` are those on record for whoever asked for it."""
    if not phones:
        return _(
            "El centro no tiene ningún móvil de usted. Pida en la secretaría que lo anoten y vuelva después."
        )
    return ngettext(
        "Un paso más: pulse «Compartir mi teléfono», abajo. El centro tiene de usted el móvil %(ends)s.",
        "Un paso más: pulse «Compartir mi teléfono», abajo. El centro tiene de usted los móviles %(ends)s.",
        len(phones),
    ) % {"ends": ends(phones)}


def worn_out() -> str:
    return _(
        "Ese enlace ya no sirve: vale una vez y dura 15 minutos. No hace falta otro: pulse «Compartir mi teléfono», "
        "abajo."
    )


def already(phone: str) -> str:
    return _(
        "Este chat ya está conectado con el teléfono %(end)s. Si ha cambiado de número, pulse «Compartir mi "
        "teléfono», abajo."
    ) % {"end": mask(phone)}


def linked(phone: str, holders: Iterable[Holder]) -> str:
    return _(
        "Listo: los avisos para el teléfono %(end)s llegarán a este chat.\n%(schools)s\n\n%(commands)s\n\n"
        "En este chat nadie lee las respuestas."
    ) % {
        "end": mask(phone),
        "schools": _schools(holders),
        "commands": _lines("state", "language", "leave"),
    }


def foreign() -> str:
    return _(
        "Ese contacto no sirve. Pulse el botón «Compartir mi teléfono», abajo: solo vale el número de esta cuenta de "
        "Telegram, recién compartido."
    )


def not_on_record(phone: str, school: School | None) -> str:
    """`phone` as it was shared."""
    said = _(
        "El teléfono %(end)s no está entre los móviles que el centro tiene para sus avisos. Pida en la secretaría que "
        "lo corrijan y vuelva a compartirlo."
    ) % {"end": mask(phone)}
    return "\n\n".join([said, *_where([school] if school else [])])


def not_hers(phone: str, phones: Sequence[str], schools: Iterable[School]) -> str:
    """After a deep link: `phones` are those on record for whoever asked for it, in these schools."""
    if phones:
        said = ngettext(
            "El teléfono %(end)s no es el que el centro tiene de usted: %(ends)s.",
            "El teléfono %(end)s no es ninguno de los que el centro tiene de usted: %(ends)s.",
            len(phones),
        ) % {"end": mask(phone), "ends": ends(phones)}
    else:
        said = _("El centro no tiene ningún móvil de usted.")
    ask = _("Si ha cambiado, pida en la secretaría que lo corrijan.")
    other = _("Si este teléfono es de otra persona de la familia, escriba /start y compártalo otra vez.")
    return "\n\n".join([f"{said} {ask}", *_where(schools), other])


def old_one_gone(phone: str) -> str:
    return _("Los avisos para el teléfono %(end)s ya no llegan a este chat.") % {"end": mask(phone)}


def state(phone: str, holders: Sequence[Holder], others: Sequence[str]) -> str:
    """What «/estado» tells of a chat that is linked."""
    lines = [_("Este chat está conectado con el teléfono %(end)s.") % {"end": mask(phone)}]
    if holders:
        lines.append(_schools(holders))
    else:
        lines.append(_("Ahora ningún centro tiene ese teléfono entre los de sus avisos."))
    if others:
        lines.append(_("También están conectados, en otros chats: %(ends)s.") % {"ends": ends(others)})
    lines.append(_lines("language", "leave"))
    return "\n\n".join(lines)


def not_linked() -> str:
    return _(
        "Este chat no está conectado: no recibe avisos. Para conectarlo, pulse «Compartir mi teléfono», abajo."
    )


def leave(phone: str) -> str:
    return _("¿Dejar de recibir en este chat los avisos para el teléfono %(end)s?") % {"end": mask(phone)}


def leave_yes() -> str:
    return _("Sí, no quiero más avisos aquí")


def leave_no() -> str:
    return _("No, seguir igual")


def left() -> str:
    return _("Hecho: a este chat ya no llegan avisos. Para volver, escriba /start y comparta su teléfono.")


def stays() -> str:
    return _("De acuerdo: todo sigue igual.")


def which_language() -> str:
    return "¿En qué idioma? · Chọn ngôn ngữ · Which language?"


def language_set(letters: Letters) -> str:
    """In the language just chosen; `letters`: in which the school writes from now on."""
    said = _("De acuerdo: le hablaré en español.")
    match letters:
        case Letters.NOBODYS:
            return said
        case Letters.THIS:
            more = _("Los mensajes del centro también le llegarán en este idioma.")
        case Letters.EACH_HER_OWN:
            more = _(
                "Este teléfono es de varias personas, así que los mensajes del centro siguen en el idioma de cada "
                "una: para cambiarlo, hable con la secretaría."
            )
        case Letters.AS_BEFORE:
            more = _(
                "Los mensajes del centro siguen de momento en el idioma de antes: para cambiarlo, escriba "
                "%(command)s dentro de un minuto."
            ) % {"command": slash("language")}
    return f"{said} {more}"


def help_text() -> str:
    return _("Aquí llegan los avisos del centro. Puede escribir:") + "\n\n" + _lines(*command_words())


def slash(meaning: str) -> str:
    """A command as it is written in the language in force."""
    return f"/{command_names()[meaning]}"


def command_names() -> dict[str, str]:
    """By meaning, without the slash, in the language in force."""
    return COMMANDS[get_language() or settings.LANGUAGE_CODE]


def command_words() -> dict[str, str]:
    """By meaning, what each command does, for Telegram's own list too."""
    return {
        "state": _("qué está conectado"),
        "language": _("cambiar de idioma"),
        "leave": _("dejar de recibir avisos aquí"),
        "help": _("qué se puede hacer"),
    }


def description() -> str:
    return _(
        "Los avisos de su centro, en este chat. Pulse Iniciar y comparta su teléfono: se conecta si es uno de los que "
        "el centro tiene de usted."
    )


def short_description() -> str:
    return _("Los avisos de su centro. Nadie lee las respuestas.")


def nobody_reads(schools: Iterable[School]) -> str:
    """To whatever is no command."""
    said = _("En este chat nadie lee lo que se escribe: solo llegan avisos. Para hablar con el centro:")
    own = _("su cuenta: %(address)s") % {"address": settings.LINK_ROOT}
    return "\n\n".join([said, "\n".join([f"• {own}", *_where(schools)]), _lines("help")])


def private_only() -> str:
    return _("Este bot solo atiende en un chat privado: ábralo desde su perfil y pulse Iniciar.")


def stale() -> str:
    return _("Ese botón ya no sirve: escriba otra vez la orden.")


def ends(phones: Iterable[str]) -> str:
    """The ends of phones, one after the other."""
    return ", ".join(map(mask, list(phones)[:SHOWN]))


def _schools(holders: Iterable[Holder]) -> str:
    """A line for each school: its name and the languages in which it writes to this phone."""
    languages: dict[str, list[str]] = {}
    for one in holders:
        word = str(Language(one.reads).label)
        found = languages.setdefault(one.school, [])
        if word not in found:
            found.append(word)
    return "\n".join(f"• {name} ({', '.join(words)})" for name, words in list(languages.items())[:SHOWN])


def _lines(*meanings: str) -> str:
    """A line for each of these commands."""
    told = command_words()
    return "\n".join(f"{slash(meaning)}: {told[meaning]}" for meaning in meanings)


def _where(schools: Iterable[School]) -> list[str]:
    """How each school is reached; nothing of one that says neither phone nor mail."""
    found = []
    for school in list(schools)[:SHOWN]:
        known = [text for text in (school.policy.school_phone, school.policy.school_email) if text]
        if known:
            found.append(f"• {school.name}: {' · '.join(known)}")
    return found
