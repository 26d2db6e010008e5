import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.emails import Email, EmailReading, normalise_email, read_email

SCRAPS = st.sampled_from(
    ["ana", "@", "example.org", ".", ";", " ", "(madre)", "mailto:", "<", ">", "ñ", ",", "padre:"]
)


@pytest.mark.parametrize(
    "typed",
    [
        "Ana.Perez@Example.ORG",
        "  Ana.Perez@example.org\u200b ",
        "mailto:Ana.Perez@example.org",
        "MAILTO: Ana.Perez@example.org",
        "<Ana.Perez@example.org>",
        "Ana.Perez@example.org.",
    ],
)
def test_read_email_reads_every_way_of_typing_one_address(typed: str) -> None:
    assert [email.value for email in read_email(typed).emails] == ["Ana.Perez@example.org"]


@pytest.mark.parametrize(
    "typed",
    ["a@x.example; b@y.example", "a@x.example,b@y.example", "a@x.example b@y.example", "a@x.example/b@y.example",
     "a@x.example; b@y.example; A@X.example"],
)  # fmt: skip
def test_read_email_uses_the_first_of_several_and_reports_the_rest(typed: str) -> None:
    reading = read_email(typed)
    assert (reading.value, [email.value for email in reading.others]) == ("a@x.example", ["b@y.example"])


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("a@x.example (madre)", "madre"),
        ("madre: a@x.example", "madre"),
        ("madre a@x.example", "madre"),
        ("madre; a@x.example", "madre"),
        ("a@x.example, no usar", "no usar"),
        ("Ana Pérez <a@x.example>", "Ana Pérez"),
        ('"Ana Pérez" <a@x.example> (trabajo)', "trabajo Ana Pérez"),
    ],
)
def test_read_email_keeps_the_words_beside_the_address(typed: str, note: str) -> None:
    assert [(email.value, email.note) for email in read_email(typed).emails] == [("a@x.example", note)]


@pytest.mark.parametrize(
    "typed",
    [
        "juan perez@example.org",
        "ana@gmail,com",
        "ana@gmail",
        "ana@@example.org",
        "ana@b@example.org",
        "maría@example.org",
        "ana..perez@example.org",
        ".ana@example.org",
        "ana@-example.org",
        "ana@192.168.0.1",
        "ana@example.c",
        "@example.org",
        "ana.example.org",
        "x" * 65 + "@example.org",
        "ana@" + "x." * 130 + "org",
        "a" * 1001,
    ],
)
def test_read_email_gives_back_as_typed_what_is_no_address(typed: str) -> None:
    assert read_email(typed) == EmailReading(unreadable=(typed,))


def test_read_email_reports_the_broken_address_beside_a_good_one() -> None:
    assert read_email("ana@gmail; b@y.example") == EmailReading(
        (Email("b@y.example", "", "b@y.example"),), ("ana@gmail",)
    )


def test_read_email_gives_back_a_number_as_typed() -> None:
    assert read_email(3.5) == EmailReading(unreadable=("3.5",))


@pytest.mark.parametrize("typed", [None, "", " ", "-", "no tiene", "N/C", True])
def test_read_email_finds_nothing_in_an_empty_cell(typed: str | None) -> None:
    assert read_email(typed) == EmailReading()


def test_normalise_email_writes_an_accented_domain_as_the_mail_system_does() -> None:
    assert normalise_email("ana@España.example") == "ana@xn--espaa-rta.example"


@given(st.one_of(st.none(), st.floats(), st.text(), st.lists(SCRAPS).map("".join)))
def test_read_email_never_raises_and_reads_its_own_output_the_same(typed: str | float | None) -> None:
    for email in read_email(typed).emails:
        assert read_email(email.value).emails == (Email(email.value, "", email.value),)


@given(st.emails())
def test_normalise_email_is_settled_after_once(address: str) -> None:
    once = normalise_email(address)
    assert normalise_email(once) == once
    assert once.isascii()
