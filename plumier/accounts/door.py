"""The pages of the door and of one's own account: allauth's views, each with its policy, under our addresses.

The library's own list of addresses is not taken: it has pages (signing up, e-mail addresses) that must not exist.
"""

from typing import Final

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path

from plumier.accounts.second_factor import RemoveKeyView
from plumier.policies import ANYONE, LOGGED_IN, policy

_anyone: Final = policy(ANYONE)
_logged_in: Final = policy(LOGGED_IN)

urlpatterns: list[URLPattern] = [
    path("entrar/", _anyone(account.login), name="account_login"),
    path("entrar/llave/", _anyone(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("entrar/codigo/", _anyone(mfa.authenticate), name="mfa_authenticate"),
    path("salir/", _anyone(account.logout), name="account_logout"),
    path("cuenta/", _logged_in(mfa.index), name="mfa_index"),
    path("cuenta/contrasena/", _logged_in(account.password_change), name="account_change_password"),
    path("cuenta/contrasena/primera/", _logged_in(account.password_set), name="account_set_password"),
    path("cuenta/confirmar/", _logged_in(account.reauthenticate), name="account_reauthenticate"),
    path("cuenta/confirmar/codigo/", _logged_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "cuenta/confirmar/llave/",
        _logged_in(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("cuenta/aplicacion/", _logged_in(totp.activate_totp), name="mfa_activate_totp"),
    path("cuenta/aplicacion/quitar/", _logged_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("cuenta/codigos/", _logged_in(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "cuenta/codigos/nuevos/",
        _logged_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "cuenta/codigos/descargar/",
        _logged_in(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("cuenta/llaves/", _logged_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("cuenta/llaves/nueva/", _logged_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("cuenta/llaves/<int:pk>/", _logged_in(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("cuenta/llaves/<int:pk>/quitar/", _logged_in(RemoveKeyView.as_view()), name="mfa_remove_webauthn"),
    path("cuenta/sesiones/", _logged_in(sessions.list_usersessions), name="usersessions_list"),
]
