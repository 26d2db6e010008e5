"""Two schools' policies as data: what the two source documents decide, to begin from.

Nothing else in the product knows of them; a school changes any of it in the administration.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from django.db import transaction

from plumier.models import Procedure, School, SchoolPolicy
from plumier.models.policies import LogIn, Senders, TutorsWrite, all_channels, first_procedures, office_week
from plumier.roles import WHOLE_SCHOOL, Role

# Region of Murcia, «Plumier XXI».
MURCIA: Final[Mapping[str, Any]] = {
    "quiet_from": None,
    "quiet_until": None,
    "channels": all_channels(),
    "senders": Senders.TEACHERS,
    "procedures": first_procedures(),
    "whole_school_senders": sorted(WHOLE_SCHOOL),
    "offices": [],
    "desk": [],
    "reporters": [],
    "report_readers": [],
    "tutors_write": TutorsWrite.ALWAYS,
    "sms_to_many": False,
    "sms_by_default": False,
    "registration_required": False,
}
# THPT Khoa học Giáo dục, decision 59/QĐ-KHGD.
HANOI: Final[Mapping[str, Any]] = {
    "quiet_from": time(22),
    "quiet_until": time(6),
    "channels": all_channels(),
    "senders": Senders.TUTORS,
    "procedures": [Procedure.REVIEW, Procedure.JOURNAL, Procedure.DAY_REPORTS],
    "whole_school_senders": [Role.CGCN],
    "offices": [Role.BGH, Role.TRAINING, Role.FINANCE, Role.YOUTH_UNION],
    "desk": [Role.CGCN],
    "reporters": [Role.SUPERVISORS, Role.BOARDING],
    "report_readers": [Role.BGH, Role.CGCN],
    "tutors_write": TutorsWrite.OUT_OF_HOURS,
    "office_from": time(7, 30),
    "office_until": time(17),
    "office_days": office_week(),
    "journal_until": time(16),
    "journal_reminder": 30,
    "sms_to_many": True,
    "sms_by_default": True,
    "registration_required": True,
    "staff_login": LogIn.EMAIL,
    "family_login": LogIn.EMAIL,
    "student_login": LogIn.EMAIL,
}
# What a school itself says, beside its policy.
PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "murcia": {"time_zone": "Europe/Madrid", "language": "es", "phone_region": "ES"},
    "hanoi": {"time_zone": "Asia/Ho_Chi_Minh", "language": "vi", "phone_region": "VN"},
}
PRESETS: Final[Mapping[str, Mapping[str, Any]]] = {"murcia": MURCIA, "hanoi": HANOI}


@transaction.atomic
def apply_preset(school: School, name: str) -> SchoolPolicy:
    """Set a school's policy, zone, language and region as one of `PRESETS` has them; what it does not say stays."""
    for field, value in PLACES[name].items():
        setattr(school, field, value)
    school.save(update_fields=list(PLACES[name]))
    policy, _made = SchoolPolicy.objects.update_or_create(school=school, defaults=dict(PRESETS[name]))
    school.policy = policy
    return policy
