"""The sheets say to each person what she needs, and read well in Vietnamese too."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from plumier.accounts.sheets import (
    CARD_WIDTH,
    COLUMNS,
    LABEL,
    MARGIN,
    MONO,
    REGULAR,
    ROWS,
    Card,
    print_cards,
)
from plumier.models import School

UNTIL = date(2026, 12, 10)


def school(language: str = "es") -> School:
    return School(name="THPT Khoa học Giáo dục", language=language)


def pages(cards: list[Card], language: str = "es") -> list[str]:
    pdf = print_cards(
        cards, school=school(language), address="https://plumier.example/primera-vez/", until=UNTIL
    )
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def card(number: int, group: str = "10A1") -> Card:
    return Card(group, f"Nguyễn Thị Hồng {number}", f"alu{number:07d}", "ABCDEFGHJK")


def test_card_has_name_user_name_code_address_and_last_day() -> None:
    (text,) = pages([card(1)])
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines == [
        "THPT Khoa học Giáo dục · 10A1",
        "Nguyễn Thị Hồng 1",
        "Usuario",
        "alu0000001",
        "Código",
        "ABCD-EFGH-JK",
        "https://plumier.example/primera-vez/",
        "El código vale una vez, hasta el 10/12/2026.",
    ]


@pytest.mark.parametrize(("number", "expected"), [(1, 1), (COLUMNS * ROWS, 1), (COLUMNS * ROWS + 1, 2)])
def test_page_takes_as_many_as_fit(number: int, expected: int) -> None:
    found = pages([card(one) for one in range(number)])
    assert len(found) == expected
    assert sum(text.count("ABCD-EFGH-JK") for text in found) == number


def test_each_group_begins_its_own_page() -> None:
    found = pages([card(1), card(2), card(3, "10A2")])
    assert [text.splitlines()[0].strip() for text in found] == [
        "THPT Khoa học Giáo dục · 10A1",
        "THPT Khoa học Giáo dục · 10A2",
    ]


def test_long_name_does_not_leave_its_card() -> None:
    (text,) = pages([Card("", "M" * 90, "a" * 60, "ABCDEFGHJK")])
    assert f"{'M' * 39}…" in text


@pytest.mark.parametrize(
    ("language", "word"), [("es", "Usuario"), ("vi", "Tên đăng nhập"), ("en", "User name")]
)
def test_sheet_is_in_the_schools_language(language: str, word: str) -> None:
    assert word in pages([card(1)], language)[0]


@pytest.mark.parametrize("language", ["es", "vi", "en"])
@pytest.mark.parametrize("user_name", ["ph0001", "nguyen.thi.hong.ngoc.anh.1985@thuc-nghiem.example"])
def test_user_name_stands_beside_its_label_and_within_its_card(language: str, user_name: str) -> None:
    pdf = print_cards(
        [Card("", "An", user_name, "ABCDEFGHJK")], school=school(language), address="x", until=UNTIL
    )
    at: dict[str, tuple[float, float, float]] = {}

    def note(text: str, _cm: Any, tm: list[float], _font: Any, size: float) -> None:
        at[text.strip()] = (tm[4], tm[5], size)

    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    left, line, size = at[user_name]
    labels = {text: x for text, (x, y, _size) in at.items() if y == line and text not in ("", user_name)}
    assert len(labels) == 1
    assert [x + stringWidth(text, REGULAR, LABEL) < left for text, x in labels.items()] == [True]
    assert left + stringWidth(user_name, MONO, size) <= MARGIN + CARD_WIDTH
