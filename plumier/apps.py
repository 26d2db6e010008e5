from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlumierConfig(AppConfig):
    name = "plumier"
    verbose_name = _("Registro")

    def ready(self) -> None:
        """Make the kinds of files known that can be imported, and keep whose clock a session goes by."""
        from plumier.importing.register_kinds import add_register_kinds
        from plumier.own_zone import keep_at_the_door

        add_register_kinds()
        keep_at_the_door()
