"""«Primera vez»: from a one-time code, a link or a temporary password to one's own password (requirement A7)."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from plumier.accounts.codes import find_code, use_code
from plumier.accounts.entering import RegisterBackend
from plumier.accounts.names import normal_user_name
from plumier.accounts.throttle import count, too_often
from plumier.clock import database_now
from plumier.models import AccountCode, CodeKind, User
from plumier.policies import ANYONE, LOGGED_IN, policy, user_of

MUST_CHOOSE: Final = "must_choose_password"
WHAT: Final = "first-time"
OFTEN: Final = 20  # wrong codes from one address
LINKS: Final = (CodeKind.LINK, CodeKind.RECOVERY)
FREE: Final = ("choose_password", "account_logout", "language")


class CodeForm(forms.Form):
    """Who it is, and the code that she was given."""

    user_name = forms.CharField(
        label=gettext_lazy("Usuario"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Código"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )

    def found(self) -> AccountCode | None:
        """The code, if it may still be used and is this user's; else the form says so."""
        code = find_code(self.cleaned_data["code"], now=database_now())
        if code is None or code.user.username != normal_user_name(self.cleaned_data["user_name"]):
            self.add_error(
                None, _("El usuario o el código no son correctos, o el código ya se usó o caducó.")
            )
            return None
        return code


@policy(ANYONE)
@sensitive_post_parameters()
def first_time(request: HttpRequest) -> HttpResponse:
    """Type the user name and the code of a sheet, and choose a password."""
    form = CodeForm(request.POST or None)
    code = _code_of(request, form) if request.method == "POST" and form.is_valid() else None
    chosen = SetPasswordForm(code.user if code else User(), request.POST or None)
    if code and chosen.is_valid():
        return _keep(request, code, chosen)
    return render(request, "plumier/accounts/first_time.html", {"form": form, "chosen": chosen})


@policy(ANYONE)
@sensitive_post_parameters()
def first_password(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a password by the link of a letter."""
    found = None if too_often(request, WHAT, OFTEN) else find_code(code, now=database_now())
    if found is None or found.kind not in LINKS:
        count(request, WHAT)
        return render(request, "plumier/accounts/code_gone.html", status=410)
    form = SetPasswordForm(found.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _keep(request, found, form)
    return render(
        request, "plumier/accounts/choose_password.html", {"form": form, "user_name": found.user.username}
    )


def _code_of(request: HttpRequest, form: CodeForm) -> AccountCode | None:
    if too_often(request, WHAT, OFTEN):
        form.add_error(None, _("Demasiados intentos desde este lugar. Espere un cuarto de hora."))
        return None
    code = form.found()
    if code is None:
        count(request, WHAT)
    return code


def _keep(request: HttpRequest, code: AccountCode, form: "SetPasswordForm[User]") -> HttpResponse:
    """The code is used up when the password is kept, not before."""
    if use_code(code, now=database_now()) is None:
        return render(request, "plumier/accounts/code_gone.html", status=410)
    form.save()
    messages.success(request, _("Contraseña guardada. Ya puede entrar con ella."))
    return redirect("account_login")


@policy(LOGGED_IN)
@sensitive_post_parameters()
def choose_password(request: HttpRequest) -> HttpResponse:
    """Whoever came in with a temporary password chooses her own before anything else."""
    user = user_of(request)
    if request.session.get(MUST_CHOOSE) != user.pk:
        return redirect("start")
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        del request.session[MUST_CHOOSE]
        messages.success(request, _("Contraseña guardada. Desde ahora entra con ella."))
        return redirect("start")
    return render(
        request, "plumier/accounts/choose_password.html", {"form": form, "user_name": user.username}
    )


class TemporaryPasswordBackend(RegisterBackend):
    """A temporary password opens the door once; behind it a password of her own is chosen."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_more: Any,
    ) -> User | None:
        if request is None or request.user.is_authenticated or not username or not password:
            return None
        now = database_now()
        code = find_code(password, now=now)
        if (
            code is None
            or code.kind != CodeKind.TEMPORARY
            or code.user.username != normal_user_name(username)
            or not self.user_can_authenticate(code.user)
        ):
            return None
        user = use_code(code, now=now)
        if user is not None:
            request.session[MUST_CHOOSE] = user.pk
        return user


def must_choose(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: with a temporary password nothing else opens until one's own is chosen."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Whom it is about: a log-in that was broken off binds nobody who comes after.
        chooses = request.session.get(MUST_CHOOSE, 0) == request.user.pk
        if chooses and request.path_info not in map(reverse, FREE):
            return redirect("choose_password")
        return get_response(request)

    return middleware
