from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlumierConfig(AppConfig):
    name = "plumier"
    verbose_name = _("Registro")
