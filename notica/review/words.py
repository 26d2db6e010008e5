"""What offices are called where families read it (V 3.1), in the language in force."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumier.roles import Role

# The others go by the name of the post.
_OFFICES: Final[dict[str, Promise]] = {
    Role.BGH: _("Dirección (BGH)"),
    Role.TRAINING: _("Oficina de formación (Đào tạo)"),
    Role.FINANCE: _("Oficina económica (Tài chính)"),
    Role.YOUTH_UNION: _("Unión de la Juventud (Đoàn Thanh niên)"),
}


def office_words(role: str) -> str:
    """«Bộ phận Tài chính»."""
    return str(_OFFICES.get(role) or Role(role).label)
