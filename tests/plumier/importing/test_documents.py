import pytest

from plumier.importing.documents import Document, read_document


@pytest.mark.parametrize(
    ("typed", "document"),
    [
        ("12345678Z", "12345678Z"),
        ("12.345.678-z", "12345678Z"),
        ("1234567 L", "01234567L"),
        ("X1234567L", "X1234567L"),
        ("y-1234567-x", "Y1234567X"),
    ],
)
def test_read_document_writes_a_valid_one_in_one_way(typed: str, document: str) -> None:
    assert read_document(typed, "ES") == Document(document, document)


@pytest.mark.parametrize(
    "typed", ["12345678A", "X1234567Z", "00000000T", "AB123456", "X12345678L", "no tiene", "12345678", ""]
)
def test_read_document_keeps_any_other_as_typed_and_knows_nobody_by_it(typed: str) -> None:
    assert read_document(typed, "ES") == Document(typed, "")


def test_read_document_reads_vietnamese_numbers_by_region() -> None:
    assert read_document("001 203 004 567", "VN") == Document("001203004567", "001203004567")
    assert read_document("12345678Z", "VN").key == ""
