"""«Plantillas»: texts to begin from, her own and the school's."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notica.choices import Audience
from notica.models import TextTemplate
from notica.refusals import NotAllowed, Refused
from notica.writing.placeholders import KNOWN
from notica.writing.texts import (
    Text,
    delete_template,
    may_keep_shared,
    save_own,
    save_shared,
    templates_for,
)
from plumier.access import schools_worked_in, works_somewhere
from plumier.clock import database_now, database_today
from plumier.models import School
from plumier.policies import policy, user_of
from profesores.forms import TemplateForm
from profesores.school import current_school


@require_safe
@policy(works_somewhere)
def templates(request: HttpRequest) -> HttpResponse:
    """All that she may begin from."""
    user, school = user_of(request), current_school(request)
    found = templates_for(user, school)
    context = {
        "own": [one for one in found if one.owner_id is not None],
        "shared": [one for one in found if one.owner_id is None],
        "keeps_shared": may_keep_shared(user, school, database_today()),
        "school": school,
    }
    return render(request, "profesores/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def template_new(request: HttpRequest) -> HttpResponse:
    """A new one: her own, or the school's where she leads it."""
    return _edit(request, current_school(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def template_edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change one that is hers to change."""
    template = _hers(request, template_id)
    return _edit(request, template.school, template)


@require_POST
@policy(works_somewhere)
def template_delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Delete one that is hers to change."""
    template = _hers(request, template_id)
    delete_template(template, by=user_of(request), now=database_now())
    messages.success(request, _("Plantilla «%(name)s» borrada.") % {"name": template.name})
    return redirect("profesores:templates")


def _hers(request: HttpRequest, template_id: int) -> TextTemplate:
    """Her own, or the school's where she leads it, of a school where she works; Http404 for every other."""
    user, today = user_of(request), database_today()
    rows = TextTemplate.objects.select_related("school").filter(school__in=schools_worked_in(user, today))
    template = get_object_or_404(rows, pk=template_id)
    is_hers = (
        template.owner_id == user.pk
        if template.owner_id is not None
        else may_keep_shared(user, template.school, today)
    )
    if not is_hers:
        raise Http404
    return template


def _edit(request: HttpRequest, school: School, template: TextTemplate | None) -> HttpResponse:
    posted = request.method == "POST"
    form = TemplateForm(request.POST if posted else None, template)
    may_share = may_keep_shared(user_of(request), school, database_today())
    if posted and form.is_valid() and _save(request, school, template, form):
        messages.success(request, _("Plantilla guardada."))
        return redirect("profesores:templates")
    context = {
        "form": form,
        "template": template,
        "school": school,
        # What is once the school's or hers stays so.
        "may_share": may_share and template is None,
        "placeholders": [(one, _only(one.audiences)) for one in KNOWN],
    }
    return render(request, "profesores/template.html", context)


def _save(request: HttpRequest, school: School, template: TextTemplate | None, form: TemplateForm) -> bool:
    typed = form.cleaned_data
    is_shared = typed["shared"] if template is None else template.owner_id is None
    save = save_shared if is_shared else save_own
    text = Text(name=typed["name"], subject=typed["subject"], body=typed["body"])
    try:
        save(school, text, template=template, by=user_of(request), now=database_now())
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return False
    except Refused as refusal:  # what is wrong with the texts the form has said: a name may be taken
        form.add_error("name", str(refusal))
        return False
    return True


def _only(audiences: tuple[Audience, ...]) -> str:
    """In which messages it works, where not in all."""
    if Audience.STAFF not in audiences:
        return _("a alumnos y familias")
    return "" if len(audiences) > 1 else _("a compañeros")
