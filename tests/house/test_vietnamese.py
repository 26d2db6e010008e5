"""The Vietnamese catalogue says the words of `docs/vietnamese.md`, one for each thing."""

import re

import pytest

from tests.house.catalogues import Entry, read_entries
from tests.house.sources import ROOT

GLOSSARY = (ROOT / "docs" / "vietnamese.md").read_text()
ENTRIES = read_entries((ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po").read_text())

# What no school says, or says of something else.
NEVER = {
    "gia sư": r"\bgia sư\b",
    "sinh viên": r"\bsinh viên\b",
    "nhật ký of a class": r"\bnhật ký (?!hệ thống)(?=lớp|của)|sổ nhật ký",
    "đăng ký": r"\bđăng ký\b",
    "bố": r"(?<!công )(?<!tuyên )(?<!phân )\bbố\b(?! trí)",
    "ban lãnh đạo": r"\bban lãnh đạo\b",
    "thư điện tử": r"\bthư điện tử\b",
    "tone on the second vowel": r"\b(?:huỷ|xoá|khoá|hoà|toà|thuỷ)\b|\blí do\b",
    "buổi vắng": r"\bbuổi vắng\b",
    "ghi danh": r"\bghi danh\b",
    "cách ly": r"\bcách ly\b",
    "bàn duyệt": r"\bbàn duyệt\b",
    "other quiet hours": r"\bgiờ (?:yên tĩnh|im lặng)\b",
    "other quotes": "[“”]",
    "bạn, but for a pupil's fellow": r"\bbạn\b(?! nữ| nam| bè| học| cùng)|\bcua ban\b",
}
# (Spanish, Vietnamese): who says the one says the other.
ALWAYS = {
    "tutor of a group": (r"\btutora? del grupo\b|^tutora?$|\bel tutor\b", r"GVCN|giáo viên chủ nhiệm"),
    "class journal": (r"\bdiario\b", r"nhật kí|\bsổ\b"),
    "general message": (r"\bmensajes? general", r"tin nhắn chung"),
    "registered families": (r"\bfamilias registradas\b", r"phụ huynh đã đăng kí"),
    "pupils": (r"\balumn[oa]s?\b(?![/}])", r"học sinh|\bHS\b|\bem\b|từng người"),
}


def _saying(pattern: str) -> list[Entry]:
    return [one for one in ENTRIES if any(re.search(pattern, form, re.IGNORECASE) for form in one.forms)]


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER)
def test_catalogue_never_says(pattern: str) -> None:
    assert [one.forms for one in _saying(pattern)] == []


@pytest.mark.parametrize(("spanish", "vietnamese"), ALWAYS.values(), ids=ALWAYS)
def test_catalogue_says(spanish: str, vietnamese: str) -> None:
    about = [one for one in ENTRIES if re.search(spanish, one.message, re.IGNORECASE)]
    wrong = [one for one in about if not all(re.search(vietnamese, f, re.IGNORECASE) for f in one.forms)]
    assert about
    assert [(one.message, one.forms) for one in wrong] == []


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("lunes", "thứ Hai"),
        ("martes", "thứ Ba"),
        ("miércoles", "thứ Tư"),
        ("jueves", "thứ Năm"),
        ("viernes", "thứ Sáu"),
        ("sábado", "thứ Bảy"),
        ("domingo", "Chủ nhật"),
    ],
)
def test_days_are_written_as_there(day: str, name: str) -> None:
    assert {one.forms for one in ENTRIES if one.message == day} == {(name,)}


@pytest.mark.parametrize(
    "term", ["GVCN", "GVBM", "PHHS", "Nhật kí", "Sổ đầu bài", "CGCN", "BGH", "Giám thị", "Bán trú"]
)
def test_glossary_has_the_words_of_the_decision(term: str) -> None:
    assert term in GLOSSARY
