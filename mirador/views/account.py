"""«Cuenta»: what a family sets for itself, each on a page of its own, and the way out."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mirador.account_forms import LettersForm
from notica.linking.own_language import set_own_language
from notica.own_channels.showing import own_schools
from plumier.clock import database_now, database_today
from plumier.family_access import family_persons, is_family
from plumier.policies import policy, user_of
from plumier.proposals.own import open_own


@require_safe
@policy(is_family)
def account(request: HttpRequest) -> HttpResponse:
    """What there is to set, and of each how it stands."""
    user = user_of(request)
    schools = own_schools(user, database_today())
    context = {
        "chat": [one.reached_by_chat for one in schools if one.uses_chat],
        "proposed": open_own(user, database_today()).count(),
    }
    return render(request, "mirador/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def languages(request: HttpRequest) -> HttpResponse:
    """In which language the pages are, and the messages of all her schools."""
    user = user_of(request)
    chosen = set(family_persons(user).values_list("language", flat=True))
    form = LettersForm(
        request.POST if request.method == "POST" else None,
        initial={"language": chosen.pop() if len(chosen) == 1 else None},
    )
    if form.is_valid():
        set_own_language(form.cleaned_data["language"], by=user, now=database_now())
        notices.success(request, _("Guardado: los mensajes del centro le llegarán en ese idioma."))
        return redirect("mirador:languages")
    return render(request, "mirador/account/languages.html", {"form": form})
