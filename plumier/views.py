"""Logging in and out, and the language of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.views.i18n import set_language

from plumier.accounts.entering import EntryForm
from plumier.policies import ANYONE, policy

log_in = policy(ANYONE)(
    LoginView.as_view(
        template_name="plumier/log_in.html",
        redirect_authenticated_user=True,
        authentication_form=EntryForm,
    )
)
log_out = policy(ANYONE)(LogoutView.as_view())
language = policy(ANYONE)(set_language)
