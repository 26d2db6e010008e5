"""A school with a review desk, for tests: CGCN at the desk, the finance office, the board, a tutor and two families."""

from typing import Any

from notica.choices import Way
from notica.models import ReviewText
from notica.review.actions import begin_text, submit
from notica.review.saying import Said
from plumier.clock import database_now
from plumier.models import User
from plumier.policy_presets import apply_preset
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_tutor,
    mobile,
)


class Desk:
    """The school of the Vietnamese document, without its quiet hours unless they are asked for."""

    def __init__(self, code: str = "VN01", **policy: Any) -> None:
        self.school = make_school(code)
        apply_preset(self.school, "hanoi")
        changed = {"quiet_from": None, "quiet_until": None, "registration_required": False, **policy}
        for name, value in changed.items():
            setattr(self.school.policy, name, value)
        self.school.policy.save()
        self.group = make_group(self.school, "10A1")
        self.cgcn = make_staff(self.school, "Hà Công", Role.CGCN)
        self.finance = make_staff(self.school, "Lan Tài", Role.FINANCE)
        self.board = make_staff(self.school, "Minh Hiệu", Role.BGH)
        self.tutor = make_tutor(self.group, "Thu Chủ")
        self.mothers = [Parent(f"Mẹ {name}", contacts={"phone_1": mobile()}) for name in ("An", "Bình")]
        self.students = [
            make_student(self.group, f"{name} Nguyễn", [mother])
            for name, mother in zip(("An", "Bình"), self.mothers, strict=True)
        ]

    def said(self, body: str = "Nộp học phí trước ngày 5.", **more: Any) -> Said:
        """To the families of the group, by Telegram."""
        chosen = {"groups": (self.group.pk,)} | more
        return Said(body=body, **{"way": Way.TELEGRAM_TOKAPP, **chosen})

    def draft(self, by: User | None = None, office: Role = Role.FINANCE, **more: Any) -> ReviewText:
        """A draft of the finance office's."""
        now = database_now()
        return begin_text(
            self.school, office, self.said(**more), client_key=f"k{now}", by=by or self.finance, now=now
        )

    def submitted(self, **more: Any) -> ReviewText:
        """One that lies on the desk."""
        return submit(self.draft(**more), seen=None, by=self.finance, now=database_now())
