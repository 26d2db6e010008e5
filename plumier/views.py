"""The language of the pages."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import check_for_language
from django.views.i18n import set_language

from plumier.models import User
from plumier.policies import ANYONE, policy


@policy(ANYONE)
def language(request: HttpRequest) -> HttpResponseBase:
    """Set it for this browser; who has logged in finds it in her other ones too (`own_language`)."""
    chosen = request.POST.get("language", "")
    if request.method == "POST" and isinstance(request.user, User) and check_for_language(chosen):
        User.objects.filter(pk=request.user.pk).exclude(language=chosen).update(language=chosen)
    response: HttpResponseBase = set_language(request)
    return response
