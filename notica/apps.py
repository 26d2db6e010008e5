from django.apps import AppConfig


class NoticaConfig(AppConfig):
    name = "notica"
    verbose_name = "Notica"

    def ready(self) -> None:
        """What the register must ask the post office before it takes an import back."""
        from notica.imported import written_to
        from plumier.importing.undoing import CHECKS

        if written_to not in CHECKS:
            CHECKS.append(written_to)
