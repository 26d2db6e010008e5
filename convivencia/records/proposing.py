"""The text that a notification begins with: made of the record, in the school's language, to be changed at will."""

from django.utils import translation
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from convivencia.models import BehaviourRecord
from convivencia.records.choices import BehaviourKind, Measure


def proposed_text(record: BehaviourRecord, *, further: bool = False) -> str:
    """What happened is left out: it may name others. `further` is one after the family was told of it already."""
    with translation.override(record.school.language):
        lines = [_opening(record, further=further)]
        if not record.is_annulled:
            lines += _facts(record)
            lines.append(_("Si necesita aclarar algo, póngase en contacto con el centro."))
        return "\n".join(lines)


def _opening(record: BehaviourRecord, *, further: bool) -> str:
    values = {
        "day": date_format(record.day, "DATE_FORMAT"),
        "name": record.enrolment.student.person.given_name,
    }
    if record.is_annulled:
        return (
            _(
                "Le comunicamos que el registro de convivencia de %(name)s del %(day)s, del que le avisamos, era un"
                " error y está anulado. Disculpe las molestias."
            )
            % values
        )
    if further:
        return (
            _("Corregimos lo que le comunicamos del registro de convivencia de %(name)s del %(day)s:")
            % values
        )
    return _("Le comunicamos que hay un registro de convivencia de %(name)s del %(day)s:") % values


def _facts(record: BehaviourRecord) -> list[str]:
    facts = [(_("Tipo"), str(BehaviourKind(record.kind).label)), (_("Cuándo"), when_words(record))]
    if record.place:
        facts.append((_("Dónde"), record.place))
    if record.measure != Measure.NONE:
        said = str(Measure(record.measure).label)
        facts.append((_("Medida"), f"{said}. {record.measure_text}" if record.measure_text else said))
    return [f"• {title}: {words}" for title, words in facts]


def when_words(record: BehaviourRecord) -> str:
    """The day, and the session or the hour if it has one; in the language in force."""
    day = date_format(record.day, "DATE_FORMAT")
    if record.session is not None:
        return _("%(day)s, sesión %(session)d") % {"day": day, "session": record.session}
    if record.hour is not None:
        return _("%(day)s, a las %(hour)s") % {"day": day, "hour": time_format(record.hour, "TIME_FORMAT")}
    return day
