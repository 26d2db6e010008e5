"""The door: by user name and password, for whoever may come in today."""

from typing import Any, Final

from django import forms
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.access import may_log_in
from plumier.accounts.names import normal_user_name
from plumier.accounts.throttle import count, too_often
from plumier.clock import database_today
from plumier.models import User

# Wrong passwords within a quarter of an hour: for one name from one address, and from one address for all names
# (a school is behind one address at a quarter past eight).
OFTEN_BY_NAME: Final = 10
OFTEN_BY_ADDRESS: Final = 300


class RegisterBackend(ModelBackend):
    """Passwords, and whether somebody may be here today: asked at the door and at every page."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return (
            isinstance(user, User)
            and super().user_can_authenticate(user)
            and may_log_in(user, database_today())
        )


class EntryForm(AuthenticationForm):
    """Takes a user name however it is typed; who guesses is stopped where he is, and the owner elsewhere is not."""

    username = forms.CharField(
        label=gettext_lazy("Nombre de usuario"),
        max_length=150,
        widget=forms.TextInput({"autofocus": True, "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_username(self) -> str:
        """As it was made: in the one form of a DNI, an NRE or an address, or as a superuser chose it."""
        typed: str = self.cleaned_data["username"]
        return typed if User.objects.filter(username=typed).exists() else normal_user_name(typed)

    def clean(self) -> dict[str, Any]:
        request, by_name = self.request, f"log-in:{self.cleaned_data.get('username', '')}"
        if request is None:
            return super().clean()
        if too_often(request, by_name, OFTEN_BY_NAME) or too_often(request, "log-in", OFTEN_BY_ADDRESS):
            raise forms.ValidationError(
                _("Demasiados intentos desde este lugar. Espere un cuarto de hora o recupere su contraseña.")
            )
        try:
            return super().clean()
        except forms.ValidationError:
            count(request, by_name)
            count(request, "log-in")
            raise
