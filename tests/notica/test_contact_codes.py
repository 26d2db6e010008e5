"""The text of a code."""

from typing import Any

import pytest

from channels_app.sms.segments import segments
from notica.confirming import send_code
from notica.contact_codes import code_of, token_of
from notica.models import ContactCode
from notica.rendering import Renderer
from plumier.clock import database_now
from plumier.models import School
from tests.factories.proposals import Story, make_story
from tests.notica.results import ACCOUNTS

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "vi", "en")
ROOTS = (
    "http://127.0.0.1:8000",
    "https://avisos.example",
    f"https://{'a' * 30}.edu.vn",
    f"https://{'b' * 90}.vn",
)
NAMES = (
    "X",
    "IES Alquerías",
    "Trường Trung học phổ thông Chuyên Đại học Sư phạm Hà Nội " * 4,
    "Institución «Ñandú» de Educación Secundaria — " * 5,
    "學校",
    "[" * 200,
    "w" * 200,
)


@pytest.fixture
def story(settings: Any) -> Story:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_story()


@pytest.mark.parametrize("root", ROOTS)
def test_sms_is_one_with_its_code_and_link_whole_whatever_the_school_is_called(
    story: Story, settings: Any, root: str
) -> None:
    settings.LINK_ROOT = root
    row = send_code(story.new_pupil(), "phone_1", by=story.office, now=database_now())
    found = {}
    for name in NAMES:
        School.objects.update(name=name[:200])
        message = ContactCode.objects.get(pk=row.pk).message
        for language in LANGUAGES:
            text = Renderer().content(message, "sms", language, ()).text
            link = f"{root}/c/{token_of(row)}/"
            has_link = text.endswith(link) if len(root) < 50 else "/c/" not in text
            found[name, language] = (
                len(text) <= 151, segments(text), code_of(row) in text, has_link, text.startswith(":"),
            )  # fmt: skip
    assert found == dict.fromkeys(found, (True, 1, True, True, False))
