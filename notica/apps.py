from django.apps import AppConfig


class NoticaConfig(AppConfig):
    name = "notica"
    verbose_name = "Notica"
