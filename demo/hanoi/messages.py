"""What the second school's offices hand in for families (requirement C8), and a tutor's word after ten at night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.models import ReviewState
from notica.review.actions import begin_text, give_back, send_text, submit
from notica.review.saying import Said
from plumier.clock import database_now
from plumier.models import Group, School, User
from plumier.roles import Role

LATE_EVENING: Final = time(22, 30)


@dataclass(frozen=True, slots=True)
class _Text:
    """Who hands it in, to which classes it goes, and what the desk did: returned it with a reason, or sent it."""

    username: str
    office: Role
    body: str
    classes: tuple[str, ...]
    returned: str = ""
    is_sent: bool = False


TEXTS: Final = (
    _Text(
        "bgh",
        Role.BGH,
        "Trường tổ chức họp phụ huynh khối 12 lúc 8h00 sáng thứ Bảy tại hội trường. Kính mời quý vị tới dự.",
        ("12A1", "12A2", "12A3", "12A4"),
        is_sent=True,
    ),
    _Text(
        "daotao",
        Role.TRAINING,
        "Lịch kiểm tra cuối học kì I khối 10 bắt đầu từ ngày 14/12. Đề nghị quý vị nhắc các con ôn tập.",
        ("10A1", "10A2", "10A3"),
    ),
    _Text(
        "taichinh",
        Role.FINANCE,
        "Nhà trường thu tiền ăn bán trú tháng 12. Đề nghị quý vị nộp đúng hạn.",
        ("11A1", "11A2"),
        returned="Chưa ghi số tiền và hạn nộp. Đề nghị bổ sung.",
    ),
    _Text(
        "doantn",
        Role.YOUTH_UNION,
        "Đoàn trường tổ chức quyên góp sách cho học sinh vùng cao đến hết thứ Sáu.",
        ("11A3", "11A4"),
    ),
)
NIGHT: Final = "Ngày mai lớp đi thực tế tại Bảo tàng Dân tộc học. Các con có mặt lúc 6h45, mặc đồng phục."


@transaction.atomic
def general_messages(of: School, groups: Sequence[Group]) -> None:
    """Two wait at the desk, one came back and one was sent; once."""
    by_name, now = {group.name: group.pk for group in groups}, database_now()
    desk = User.objects.get(username="cgcn")
    for number, one in enumerate(TEXTS):
        writer = User.objects.get(username=one.username)
        said = Said(
            body=one.body,
            way=Way.TELEGRAM_TOKAPP,
            groups=tuple(by_name[name] for name in one.classes if name in by_name),
        )
        text = begin_text(of, one.office, said, client_key=f"demo-{number}", by=writer, now=now)
        if text.state != ReviewState.DRAFT:
            continue
        submit(text, seen=None, by=writer, now=now)
        if one.returned:
            give_back(text, one.returned, seen=None, by=desk, now=now)
        elif one.is_sent:
            send_text(text, seen=None, by=desk, now=now)


def after_ten(of: School, group: Group) -> None:
    """The tutor of a class writes for half past ten tonight: families get it at six. Once a day."""
    now = database_now()
    local = now.astimezone(ZoneInfo(of.time_zone))
    tonight = datetime.combine(local.date(), LATE_EVENING, tzinfo=local.tzinfo)
    key = f"demo-night-{local.date()}"
    tutor = group.tutor.user if group.tutor else None
    if tutor is None or tutor.messages.filter(client_key=key).exists():
        return
    draft = Draft(
        school=of,
        kind="message",
        choice=Choice(Audience.FAMILY, groups=(group.pk,)),
        way=Way.TELEGRAM_TOKAPP,
        client_key=key,
        body=NIGHT,
        not_before=tonight if tonight > now else None,
    )
    send(draft, by=tutor, now=now)
