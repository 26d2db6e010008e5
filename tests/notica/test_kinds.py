"""The table of kinds against the lines of the two source documents."""

from datetime import timedelta

import pytest

from notica.choices import Audience, Lane, Way
from notica.kinds import KINDS, LENGTHS, Kind, first_way, step_deadline

CHAT, EMAIL, SMS, NOTICA = Way.TELEGRAM_TOKAPP, Way.EMAIL, Way.SMS, Way.NOTICA


def those(attribute: str) -> set[str]:
    return {code for code, kind in KINDS.items() if getattr(kind, attribute)}


def test_codes_name_their_rows() -> None:
    assert {code: kind.code for code, kind in KINDS.items()} == {code: code for code in KINDS}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_a_source_somebody_and_a_way(kind: Kind) -> None:
    assert kind.source.split() == [
        part for part in kind.source.split() if part[0] in "ABCDE" and part[1:].isdigit()
    ]
    assert kind.audiences
    assert kind.ways
    assert timedelta(0) < kind.step_deadline <= kind.lifetime <= kind.keep


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_files_go_only_where_mail_goes(kind: Kind) -> None:
    assert EMAIL in kind.ways or not kind.attachments
    assert kind.attachments or not kind.files_to_mail


def test_staff_choose_the_way_of_their_messages_and_nothing_else_is_chosen() -> None:
    assert those("chosen") == {"message", "general", "out_of_hours", "test"}
    assert set(KINDS["message"].ways) == {EMAIL, CHAT, SMS}
    assert set(KINDS["message"].audiences) == set(Audience)


def test_absence_is_urgent_and_waits_a_quarter_of_an_hour_for_the_next_step() -> None:
    absence = KINDS["absence"]
    assert (absence.lane, absence.step_deadline) == (Lane.URGENT, timedelta(minutes=15))
    assert (absence.audiences, absence.ways, absence.email_after) == ((Audience.FAMILY,), (CHAT,), True)


def test_only_absences_what_is_said_of_them_codes_and_tests_are_urgent_by_kind() -> None:
    urgent = {code for code, kind in KINDS.items() if kind.lane == Lane.URGENT}
    assert urgent == {"absence", "absence_correction", "absence_alarm", "contact_code", "test"}


def test_notica_keeps_ninety_days_but_a_justification_seven() -> None:
    short = {code: kind.keep.days for code, kind in KINDS.items() if kind.keep != timedelta(days=90)}
    assert short == {"justification": 7}


def test_sms_goes_to_many_for_diplomas_and_the_office_s_own_messages() -> None:
    assert those("sms_to_many") == {"general", "journal", "out_of_hours", "diploma"}
    assert (KINDS["diploma"].ways, KINDS["diploma"].audiences) == ((SMS,), (Audience.STUDENT,))


def test_notices_between_offices_stay_in_notica() -> None:
    assert {code for code, kind in KINDS.items() if kind.ways == (NOTICA,)} == {
        "absenteeism",
        "disciplinary_deadline",
        "transfer",
        "fees",
        "review_waiting",
    }


def test_disciplinary_and_justification_are_told_by_mail() -> None:
    assert [KINDS[code].ways for code in ("disciplinary", "justification", "meeting")] == [(EMAIL,)] * 3


def test_office_reviews_general_messages_and_the_journal() -> None:
    assert those("moderated") == {"general", "journal"}


def test_only_staff_s_own_files_go_without_a_notica_copy() -> None:
    assert those("files_to_mail") == {"message"}


def test_codes_and_tests_go_to_one_address_that_is_named() -> None:
    assert those("one_address") == {"contact_code", "test"}


def test_acuse_has_no_acuse_and_an_absence_none_either() -> None:
    assert not those("acuse") & {"acuse", "absence", "absence_correction", "test"}
    assert those("acuse") >= {"message", "general", "diploma", "meeting"}


def test_sms_holds_a_hundred_and_fifty_one_characters() -> None:
    assert LENGTHS[SMS] == 151


def test_step_with_sms_waits_an_hour_at_most() -> None:
    deadlines = [
        step_deadline(KINDS["message"], ("sms",)),
        step_deadline(KINDS["message"], ("telegram", "tokapp")),
    ]
    assert deadlines == [timedelta(minutes=60), timedelta(hours=4)]


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ((EMAIL, CHAT, SMS), CHAT),
        ((EMAIL, SMS), EMAIL),
        ((SMS,), NOTICA),
        ((), NOTICA),
    ],
)
def test_first_way_is_the_kind_s_own_that_the_school_uses(used: tuple[Way, ...], expected: Way) -> None:
    assert first_way("grades", used) == expected
