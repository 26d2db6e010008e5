from django.apps import AppConfig


class MiradorConfig(AppConfig):
    name = "mirador"
    verbose_name = "Mirador"
