"""The door: by user name and password or by a passkey, for whoever may come in today (A7).

allauth keeps the ways in, the second factor and the rates; here stands what is Plumier's own about them.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django import forms
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.access import may_log_in
from plumier.accounts.names import normal_user_name
from plumier.clock import database_today
from plumier.models import User

BACKEND: Final = "plumier.accounts.entering.RegisterBackend"
NOWHERE: Final = "::"
# Who has come in sees her pages: a sentence about it would only be in the way.
_UNSAID: Final = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class RegisterBackend(ModelBackend):
    """Passwords, and whether somebody may be here today: asked at the door and at every page."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return (
            isinstance(user, User)
            and super().user_can_authenticate(user)
            and may_log_in(user, database_today())
        )


class EntryForm(LoginForm):  # type: ignore[misc]  # the library has no types
    """Takes a user name however it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=gettext_lazy("Nombre de usuario"),
            max_length=150,
            widget=forms.TextInput(
                {
                    "autofocus": True,
                    "autocomplete": "username webauthn",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                }
            ),
        )
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("Contraseña"),
            strip=False,
            widget=forms.PasswordInput({"autocomplete": "current-password"}),
        )
        # A school's computers are everybody's: unless she says so, the session ends with the browser.
        self.fields["remember"].label = gettext_lazy("Mantener abierta en este dispositivo")
        self.order_fields(["login", "password", "remember"])

    def clean_login(self) -> str:
        """As it was made: in the one form of a DNI, an NRE or an address, or as a superuser chose it."""
        typed: str = self.cleaned_data["login"].strip()
        return typed if User.objects.filter(username=typed).exists() else normal_user_name(typed)


class DoorAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; who guesses is stopped where he is, and the owner elsewhere is not."""

    error_messages: Mapping[str, str | Promise] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "El usuario o la contraseña no son correctos. Distinguen mayúsculas y minúsculas."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Demasiados intentos desde este lugar. Espere un cuarto de hora o recupere su contraseña."
        ),
        "enter_current_password": gettext_lazy("Esa no es su contraseña actual."),
        "incorrect_password": gettext_lazy("La contraseña no es correcta."),
        "incorrect_code": gettext_lazy("El código no es correcto o ya se usó."),
        "rate_limited": gettext_lazy("Demasiados intentos. Espere un poco."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come from the register alone."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What `config.proxies` has made of the request: nobody chooses his own address.

        A socket has none, and some proxies write a port or a word: then it is the address of nobody.
        """
        try:
            return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
        except ValueError:
            return NOWHERE

    def pre_login(self, request: HttpRequest, user: User, **_more: Any) -> HttpResponse | None:
        """A passkey asks no backend, so the day is asked here for every way in."""
        if user.is_active and may_log_in(user, database_today()):
            return None
        messages.error(request, _("Hoy no puede entrar: pregunte en su centro."))
        return redirect("account_login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Whatever opened the door, the register is asked at every page."""
        if getattr(user, "backend", "") == "":
            user.backend = BACKEND
        super().login(request, user)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *more: Any,
        **others: Any,
    ) -> None:
        """Say it, unless it goes without saying."""
        if message_template not in _UNSAID:
            super().add_message(request, level, message_template, *more, **others)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By name and by where it comes from."""
        name = str(super()._get_login_attempts_cache_key(request, **credentials))
        return f"{name}:{self.get_client_ip(request)}"
