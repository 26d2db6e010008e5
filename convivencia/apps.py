from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConvivenciaConfig(AppConfig):
    name = "convivencia"
    verbose_name = _("Convivencia")
