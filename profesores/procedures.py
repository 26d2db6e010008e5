"""The pages of a school's procedures that stand behind one place of the bar, as tabs; only of those that it uses."""

from typing import Final

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumier.models import Procedure, School
from plumier.navigation import Place, linked
from profesores.school import current_school

Rows = tuple[tuple[Procedure, str, Promise, str], ...]
CONVIVENCIA: Final[Rows] = (
    (Procedure.BEHAVIOUR, "profesores:behaviour", _("Registros"), "shield"),
    (Procedure.DISCIPLINARY, "profesores:disciplinary", _("Expedientes disciplinarios"), "archive"),
)
SECRETARIA: Final[Rows] = (
    (Procedure.DIPLOMAS, "profesores:diplomas", _("Títulos"), "file"),
    (Procedure.TRANSFERS, "profesores:transfers", _("Traslados"), "send"),
    (Procedure.FEES, "profesores:fees", _("Tasas"), "list"),
)
# What its desk looks over before it goes to families.
DESK: Final[Rows] = (
    (Procedure.REVIEW, "profesores:review", _("Mensajes generales"), "send"),
    (Procedure.JOURNAL, "profesores:journals_desk", _("Diario de clase"), "pencil"),
)


def school_using(request: HttpRequest, procedure: Procedure) -> School:
    """The school of now. Http404 if it does not keep this procedure."""
    school = current_school(request)
    if procedure not in school.policy.procedures:
        raise Http404
    return school


def tabs(request: HttpRequest, school: School, rows: Rows) -> tuple[Place, ...]:
    """Those of the procedures that the school uses, in their order."""
    used = set(school.policy.procedures)
    return linked(
        request, [(name, str(word), str(word), icon) for code, name, word, icon in rows if code in used]
    )
