"""Reading what somebody typed: never a surprise, and nothing lost between what was typed and what is kept."""

from hypothesis import given
from hypothesis import strategies as st

from plumier.importing.whose import Address
from plumier.models import Slot
from plumier.names import Name
from plumier.proposals.reading import Known, Typed, read_change

KNOWN = Known(
    1,
    2,
    Name("Nam", "Nguyễn"),
    "father",
    None,
    {Slot.PHONE_1: Address("mobile", "+84901234567", "0901234567")},
)
text = st.text(max_size=40)


def _typed(phone: str, name: str = "Nguyễn, Nam", registered: bool | None = None) -> Typed:
    return Typed("row", 1, 2, name, "", {Slot.PHONE_1: phone}, registered)


@given(text, text, st.none() | st.booleans())
def test_whatever_is_typed_is_a_change_or_a_problem_or_nothing(
    phone: str, name: str, registered: bool | None
) -> None:
    change, problems = read_change(_typed(phone, name, registered), KNOWN, "VN")
    assert change is None or problems == {}
    if change is not None:
        assert all(one.new.kind != "unreadable" for one in change.addresses)
        assert all((one.new.kind, one.new.value) != (one.old.kind, one.old.value) for one in change.addresses)


@given(st.sampled_from(["+84901234567", "0901234567", "0901 234 567", " 090-123-4567 "]))
def test_what_is_there_already_changes_nothing(phone: str) -> None:
    assert read_change(_typed(phone), KNOWN, "VN") == (None, {})


@given(text)
def test_what_was_read_once_is_read_the_same_again(phone: str) -> None:
    change, _problems = read_change(_typed(phone), KNOWN, "VN")
    for one in change.addresses if change else ():
        if one.new.value:
            again, problems = read_change(_typed(one.new.value), KNOWN, "VN")
            assert problems == {}
            assert again is not None
            assert again.addresses[0].new.value == one.new.value
