"""What the desk changed, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from notica.review.differing import GONE, NEW, SAME, Part, differing

TEXTS = st.text(alphabet="ab .,\nđệ", max_size=40)


@given(TEXTS, TEXTS)
def test_parts_make_both_texts(before: str, after: str) -> None:
    parts = differing(before, after)
    assert "".join(one.text for one in parts if one.what != NEW) == before
    assert "".join(one.text for one in parts if one.what != GONE) == after


@given(TEXTS)
def test_same_text_has_no_difference(text: str) -> None:
    assert {one.what for one in differing(text, text)} <= {SAME}


def test_words_differ_whole() -> None:
    assert differing("trước ngày 5.", "trước ngày 15.") == [
        Part(SAME, "trước ngày "),
        Part(GONE, "5"),
        Part(NEW, "15"),
        Part(SAME, "."),
    ]
