"""The posts of both source documents, and which of them act for the whole school."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Cargos (requirement A4)."""

    DIRECTOR = "director", _("Director")
    HEAD_OF_STUDIES = "jefe_estudios", _("Jefe de estudios")
    SECRETARY = "secretario", _("Secretario")
    HEAD_OF_DEPARTMENT = "jefe_departamento", _("Jefe de departamento")
    COUNSELLOR = "orientador", _("Orientador")
    PTSC = "ptsc", _("PTSC")
    PAS = "pas", _("PAS")
    BGH = "bgh", _("BGH (dirección)")
    TRAINING = "dao_tao", _("Đào tạo (formación)")
    FINANCE = "tai_chinh", _("Tài chính (finanzas)")
    YOUTH_UNION = "doan_thanh_nien", _("Đoàn Thanh niên (juventud)")
    SUPERVISORS = "giam_thi", _("Giám thị (vigilancia)")
    BOARDING = "ban_tru", _("Bán trú (internado)")
    CGCN = "cgcn", _("CGCN (tecnología)")
    TEACHER = "profesor", _("Profesor")


WHOLE_SCHOOL = frozenset({Role.DIRECTOR, Role.HEAD_OF_STUDIES, Role.SECRETARY, Role.PAS, Role.BGH, Role.CGCN})
# Equipo directivo: of those, who lead it.
DIRECTORS = frozenset({Role.DIRECTOR, Role.HEAD_OF_STUDIES, Role.SECRETARY, Role.BGH})
# Who follow the students of the whole school without acting for it.
COUNSELLING = frozenset({Role.COUNSELLOR, Role.PTSC})
