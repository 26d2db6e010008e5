"""Passkeys and codes of an application: kept encrypted, and asked of staff where their school says so (A7)."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.access import schools_served_by, schools_worked_in
from plumier.clock import database_today
from plumier.models import SchoolPolicy, User

SECOND: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
FREE: Final = frozenset(
    {
        *("account_login", "account_logout", "account_reauthenticate", "language", "health"),
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
        *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "choose_password"),
    }
)
_SALT: Final = "plumier.accounts.second_factor"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """What is said, and how secrets are kept: whoever has the database alone has none of them."""

    error_messages: Mapping[str, str | Promise] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Su centro pide un segundo factor: añada otro antes de quitar este."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Los códigos de recuperación son para quien tiene un segundo factor."
        ),
        "incorrect_code": gettext_lazy("El código no es correcto o ya se usó."),
    }

    def get_totp_issuer(self) -> str:
        return "Plumier"

    def get_totp_label(self, user: User) -> str:
        return str(user.username)

    def encrypt(self, text: str) -> str:
        """With a key made of SECRET_KEY."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when neither SECRET_KEY nor its fallbacks have made it."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second factor stays where it is asked for."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND)
        return others.exclude(pk=authenticator.pk).exists() or not is_asked_of(authenticator.user)

    def generate_authenticator_name(self, user: User, kind: Any) -> str:
        """«Llave 2»: to be told from the others."""
        number = Authenticator.objects.filter(user=user, type=kind).count() + 1
        return _("Llave %(number)d") % {"number": number}


class RemoveKeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """The library asks its adapter of applications alone whether the last second factor may go."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        adapter = SecondFactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_list_webauthn")
        response: HttpResponseBase = super().form_valid(form)
        return response


def is_asked_of(user: User) -> bool:
    """Whether a school in which she works, or that she serves, asks for a second factor; of a superuser any school."""
    asking = SchoolPolicy.objects.filter(second_factor=True)
    # Asked at every page: where no school asks for one, nothing else is looked at.
    if not asking.exists():
        return False
    if user.is_superuser:
        return True
    today = database_today()
    hers = Q(school__in=schools_worked_in(user, today)) | Q(school__in=schools_served_by(user, today))
    return asking.filter(hers).exists()


def has_one(user: User) -> bool:
    """Whether she has a passkey, a security key or an application."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND).exists())


def must_have_second_factor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Middleware: where a second factor is asked for, nothing else opens until there is one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        lacks_it = isinstance(user, User) and is_asked_of(user) and not has_one(user)
        if lacks_it and not _is_free(request.path_info):
            messages.warning(request, _("Su centro pide un segundo factor: elija uno para seguir."))
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def _is_free(path: str) -> bool:
    try:
        return resolve(path).url_name in FREE
    except Resolver404:
        return True


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(salted_hmac(_SALT, "", secret=secret, algorithm="sha256").digest())
