import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.phones import Phone, PhoneKind, PhoneReading, Typed, read_phones

MOBILE, LANDLINE = PhoneKind.MOBILE, PhoneKind.LANDLINE
# What people type around and between numbers, dense enough to reach every branch.
SCRAPS = st.sampled_from(
    [
        "600123456",
        "968 12 34 56",
        "+34",
        "0034",
        "60O",
        "(madre)",
        "padre:",
        "/",
        ";",
        " y ",
        "-",
        " ",
        "ext 12",
        "\n",
    ]
)
REGIONS = st.sampled_from(["ES", "VN"])


def values(typed: Typed, region: str = "ES") -> list[tuple[str, PhoneKind, str]]:
    return [(phone.value, phone.kind, phone.note) for phone in read_phones(typed, region).phones]


@pytest.mark.parametrize(
    "typed",
    [
        "600123456",
        " 600 12 34 56 ",
        "600-123-456",
        "600.123.456",
        "600\u00a0123\u00a0456",
        "+34 600 123 456",
        "(+34) 600123456",
        "0034600123456",
        "34600123456",
        "600,123,456",
        600123456,
        600123456.0,
        "600123456.0",
    ],
)
def test_read_phones_reads_every_way_of_typing_one_number(typed: Typed) -> None:
    assert values(typed) == [("+34600123456", MOBILE, "")]


@pytest.mark.parametrize(
    "typed", ["968123456", "968/12.34.56", "(968) 12 34 56", "+34 968-12-34-56", 968123456.0]
)
def test_read_phones_knows_a_landline(typed: Typed) -> None:
    assert values(typed) == [("+34968123456", LANDLINE, "")]


@pytest.mark.parametrize(
    "typed",
    [
        "968123456 / 600123456",
        "968123456/600123456",
        "968 12 34 56; 600 12 34 56",
        "968123456, 600123456",
        "968123456 y 600123456",
        "968123456 o 600123456",
        "968123456 - 600123456",
        "968-12-34-56 600.12.34.56",
        "968123456\n600123456",
        "+34968123456+34600123456",
        "968123456 / 600123456 / 968 123 456",
    ],
)
def test_read_phones_separates_two_numbers_in_their_order(typed: str) -> None:
    assert values(typed) == [("+34968123456", LANDLINE, ""), ("+34600123456", MOBILE, "")]


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("968 12 34 56 / 600123456 (madre)", ["", "madre"]),
        ("968123456 madre 600123456 padre", ["madre", "padre"]),
        ("madre: 968123456 padre: 600123456", ["madre", "padre"]),
        ("(madre) 968123456 (padre) 600123456", ["madre", "padre"]),
        ("Madre 968123456 (trabajo) 600123456 (casa)", ["Madre trabajo", "casa"]),
        ("968123456, madre, 600123456, padre", ["madre", "padre"]),
        ("madre, 968123456, padre, 600123456", ["madre", "padre"]),
        ("968123456 / madre 600123456", ["", "madre"]),
        ("968123456madre 600123456", ["madre", ""]),
        ("968123456 padre y madre; 600123456", ["padre y madre", ""]),
        ("12345678 (padre) 968123456 / 600123456", ["", ""]),
    ],
)
def test_read_phones_gives_each_number_the_words_beside_it(typed: str, notes: list[str]) -> None:
    assert [phone.note for phone in read_phones(typed, "ES").phones] == notes


def test_read_phones_keeps_the_part_of_the_cell_each_number_was_read_from() -> None:
    assert read_phones("968 12 34 56 / 600123456 (madre)", "ES") == PhoneReading(
        (
            Phone("+34968123456", LANDLINE, "", "968 12 34 56"),
            Phone("+34600123456", MOBILE, "madre", "600123456 (madre)"),
        )
    )


@pytest.mark.parametrize(
    "typed",
    [
        "901123456",
        "700123456",
        "900123456",
        "806123456",
        "112",
        "12345",
        "60O123456",
        "600123456O",
        "O600123456",
        "60OO23456",
        "6,00123E+08",
        "600123456600123457",
        "600000000",
        "666666666",
        "600 123 456 7 8",
        "ver ficha",
        "#N/A",
        "6" * 400,
    ],
)
def test_read_phones_gives_back_as_typed_what_is_no_telephone(typed: str) -> None:
    assert read_phones(typed, "ES") == PhoneReading(unreadable=(typed,))


def test_read_phones_reports_the_unreadable_part_beside_a_good_number() -> None:
    reading = read_phones("968123456 / 60012345", "ES")
    assert [phone.value for phone in reading.phones] == ["+34968123456"]
    assert reading.unreadable == ("60012345",)


@pytest.mark.parametrize("typed", [None, "", "  ", "-", "--", "0", "no tiene", "No tiene.", "N/C", True])
def test_read_phones_finds_nothing_in_an_empty_cell(typed: Typed) -> None:
    assert read_phones(typed, "ES") == PhoneReading()


@pytest.mark.parametrize(
    ("typed", "value", "kind"),
    [
        ("0912345678", "+84912345678", MOBILE),
        ("+84 912 345 678", "+84912345678", MOBILE),
        ("0084912345678", "+84912345678", MOBILE),
        (912345678.0, "+84912345678", MOBILE),
        ("024 3823 4567", "+842438234567", LANDLINE),
        ("+34 600 123 456", "+34600123456", MOBILE),
    ],
)
def test_read_phones_reads_numbers_by_the_region_of_the_school(
    typed: Typed, value: str, kind: PhoneKind
) -> None:
    assert values(typed, "VN") == [(value, kind, "")]


def test_read_phones_does_not_take_a_spanish_number_for_a_vietnamese_one() -> None:
    assert read_phones("600123456", "VN") == PhoneReading(unreadable=("600123456",))


@given(st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(SCRAPS).map("".join)), REGIONS)
def test_read_phones_never_raises_and_only_gives_valid_numbers(typed: Typed, region: str) -> None:
    for phone in read_phones(typed, region).phones:
        parsed = phonenumbers.parse(phone.value, None)
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == phone.value


@given(st.lists(SCRAPS).map("".join), REGIONS)
def test_read_phones_reads_its_own_output_the_same_in_any_region(typed: str, region: str) -> None:
    for phone in read_phones(typed, region).phones:
        assert read_phones(phone.value, region).phones == (Phone(phone.value, phone.kind, "", phone.value),)
        assert read_phones(phone.value, "VN").phones[0].value == phone.value


@given(st.lists(SCRAPS).map("".join), REGIONS)
def test_read_phones_never_makes_digits_up(typed: str, region: str) -> None:
    digits = [sign for sign in typed if sign.isdigit()]
    for phone in read_phones(typed, region).phones:
        national = str(phonenumbers.parse(phone.value, None).national_number)
        assert national in "".join(digits)
