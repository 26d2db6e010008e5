"""The language of the pages."""

from django.views.i18n import set_language

from plumier.policies import ANYONE, policy

language = policy(ANYONE)(set_language)
