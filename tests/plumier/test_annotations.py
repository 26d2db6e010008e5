import pytest

from plumier.annotations import FATHER, MOTHER, STUDENT, TUTOR, Annotation, is_known, read_annotation


@pytest.mark.parametrize(
    ("note", "people", "unknown"),
    [
        ("madre", {MOTHER}, set()),
        ("Mamá (trabajo)", {MOTHER}, set()),
        ("padre y madre", {FATHER, MOTHER}, set()),
        ("padres", {FATHER, MOTHER}, set()),
        ("Tutora legal", {TUTOR}, set()),
        ("alumna", {STUDENT}, set()),
        ("mẹ", {MOTHER}, set()),
        ("trabajo, solo tardes", set(), set()),
        ("ext. 12", set(), set()),
        ("", set(), set()),
        ("abuela", set(), {"abuela"}),
        ("hermano del padre", {FATHER}, {"hermano"}),
        ("no llamar", set(), {"no"}),
        ("Mª Ángeles", set(), {"mª", "angeles"}),
    ],
)
def test_read_annotation_names_people_and_words_it_does_not_know(
    note: str, people: set[str], unknown: set[str]
) -> None:
    assert read_annotation(note) == Annotation(frozenset(people), frozenset(unknown))


def test_annotation_is_false_when_it_names_nobody() -> None:
    assert [bool(read_annotation(note)) for note in ("casa", "madre", "Paco")] == [False, True, True]


def test_is_known_tells_words_from_parts_of_an_address() -> None:
    assert [is_known(word) for word in ("Madre", "Móvil", "juan")] == [True, True, False]
