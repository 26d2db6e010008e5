"""What families are told of absences, by the real engine with the providers' answers given by hand (requirement E1)."""

from datetime import time, timedelta
from typing import Any

import django_rq
import pytest
from django.db import OperationalError, connection

from attendance.choices import Mark
from attendance.justifying import justify
from attendance.models import Absence, AbsenceNotice, AttendancePolicy
from attendance.notices import settle_some
from notica.cancelling import sweep
from notica.choices import Lane, MessageState
from notica.models import Delivery, InboxEntry, Message
from plumier.clock import database_now
from plumier.models import Guardianship, SchoolPolicy, Stage, Student
from tests.attendance.classes import (
    FATHER_PHONE,
    FRIDAY,
    MOTHER_MAIL,
    MOTHER_PHONE,
    NINE,
    SchoolClass,
)
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, REFUSED, answer, take, write_back
from tests.notica.stories import outcomes, trail


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    return SchoolClass()


def told() -> list[Message]:
    return list(Message.objects.filter(kind__in=("absence", "absence_correction")).order_by("pk"))


def settle(of: SchoolClass, clock: DatabaseClock, minutes: float = 1) -> None:
    """The clock goes on: stopped messages end, and notices are looked at again."""
    clock.advance(timedelta(minutes=minutes))
    for message in told():
        if message.state == MessageState.CANCELLED:
            sweep(message.pk)
    settle_some()


def test_many_absences_at_once_are_told_by_a_job_and_all_of_them(
    of: SchoolClass, queue_store: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever marks forty pupils does not wait for forty messages; as many as a class usually misses go at once."""
    parents = [Parent(f"Ana Gil {number}", contacts={"email": f"a{number}@f.example"}) for number in range(9)]
    pupils = [make_student(of.group, f"Eva Gil {number}", [one]) for number, one in enumerate(parents)]
    with django_capture_on_commit_callbacks(execute=True):
        of.mark(*((pupil, Mark.ABSENT) for pupil in pupils))
    assert told() == []
    assert [job.func_name for job in django_rq.get_queue("slow").jobs] == ["attendance.notices.settle_some"]
    settle_some()
    assert [message.student for message in told()] == pupils
    assert AbsenceNotice.objects.filter(unsettled=True).count() == 0


def test_each_ticked_parent_is_told_at_once_in_the_urgent_lane(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT))
    (message,) = told()
    assert (message.kind, message.student, message.lane, message.sender) == (
        "absence",
        of.ana,
        Lane.URGENT,
        of.teacher,
    )
    assert trail(message) == [
        (1, "tokapp", FATHER_PHONE, "ready"),
        (1, "tokapp", MOTHER_PHONE, "ready"),
    ]
    assert message.params == {
        "day": "2026-11-27",
        "sessions": [{"session": 2, "starts": "09:15", "subject": "Matemáticas", "kind": "absent"}],
    }


def test_parent_without_a_tick_is_not_told_and_who_has_no_telephone_by_mail(of: SchoolClass) -> None:
    Guardianship.objects.filter(guardian=of.father.person).update(receives_messages=False)
    of.mother.person.contacts.filter(slot="phone_1").delete()  # type: ignore[union-attr]
    of.mark((of.ana, Mark.ABSENT))
    (message,) = told()
    assert trail(message) == [(1, "email", MOTHER_MAIL, "ready")]
    assert outcomes(message) == [("Eva Ros", "", ""), ("Juan Vera", "excluded", "tick_off")]


def test_absence_is_told_once_however_often_it_is_saved(of: SchoolClass) -> None:
    for _ in range(3):
        of.mark((of.ana, Mark.ABSENT))
    assert len(told()) == 1


@pytest.mark.parametrize(("days", "number"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_absence_is_told_if_it_is_marked_the_day_after_at_the_latest(
    of: SchoolClass, days: int, number: int
) -> None:
    of.mark((of.ana, Mark.ABSENT), now=NINE + timedelta(days=days))
    assert len(told()) == number


def test_infantil_and_primaria_tell_nobody(of: SchoolClass) -> None:
    Stage.objects.update(kind="primaria", absence_mode="date")
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(session=0, assignment=None, group=of.group))
    assert (told(), AbsenceNotice.objects.count()) == ([], 0)


def test_excused_absence_is_not_told(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.JUSTIFIED))
    assert told() == []


def test_protected_childs_family_reads_it_in_mirador_alone(of: SchoolClass) -> None:
    Student.objects.filter(pk=of.ana.pk).update(protected=True)
    of.mark((of.ana, Mark.ABSENT))
    (message,) = told()
    assert (trail(message), InboxEntry.objects.filter(message=message).count()) == ([], 2)


def test_barred_father_is_told_nothing(of: SchoolClass) -> None:
    Guardianship.objects.filter(guardian=of.father.person).update(
        barred_from=FRIDAY, barred_reference="Auto 1/2026"
    )
    of.mark((of.ana, Mark.ABSENT))
    (message,) = told()
    assert [address for _step, _channel, address, _state in trail(message)] == [MOTHER_PHONE]
    assert list(InboxEntry.objects.filter(message=message).values_list("person", flat=True)) == [
        of.mother.person.pk  # type: ignore[union-attr]
    ]


def test_correction_goes_to_exactly_those_who_were_told_by_what_told_them(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    write_back(take("tokapp", ACCEPTED, 1))  # one of the two
    write_back(take("tokapp", REFUSED))
    answer("email", REFUSED)
    (first,) = told()
    heard = [address for _s, _c, address, state in trail(first) if state == "accepted"]
    of.mark((of.ana, Mark.PRESENT))
    settle(of, database_clock)
    (_first, correction) = told()
    assert (correction.kind, correction.corrects) == ("absence_correction", first)
    assert [(channel, address) for _s, channel, address, _state in trail(correction)] == [
        ("tokapp", heard[0])
    ]
    assert correction.params["sessions"] == [
        {"session": 2, "starts": "09:15", "subject": "Matemáticas", "kind": "present"}
    ]
    settle(of, database_clock)
    assert len(told()) == 2


def test_notice_that_is_not_out_yet_is_stopped_and_nobody_hears_of_it(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.PRESENT))
    settle(of, database_clock)
    (message,) = told()
    assert {state for *_, state in trail(message)} == {"cancelled"}
    assert (InboxEntry.objects.count(), answer("tokapp", ACCEPTED)) == (0, 0)
    assert AbsenceNotice.objects.filter(unsettled=True).exists() is False


def test_correction_waits_until_nothing_more_of_the_notice_can_go_out(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    in_flight = take("tokapp", ACCEPTED)
    of.mark((of.ana, Mark.PRESENT))
    settle(of, database_clock, minutes=0.5)
    assert len(told()) == 1
    write_back(in_flight)
    settle(of, database_clock)
    assert [one.kind for one in told()] == ["absence", "absence_correction"]
    assert len(trail(told()[1])) == 2


def test_lateness_instead_of_an_absence_is_told_to_both_who_heard_and_who_had_not(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    write_back(take("tokapp", ACCEPTED, 1))
    of.mark((of.ana, Mark.LATE))
    settle(of, database_clock)
    first, *others = told()
    heard = {address for _s, _c, address, state in trail(first) if state == "accepted"}
    assert [(one.kind, {address for _s, _c, address, _ in trail(one)}) for one in others] == [
        ("absence_correction", heard),
        ("absence", {FATHER_PHONE, MOTHER_PHONE} - heard),
    ]
    assert {one.params["sessions"][0]["kind"] for one in others} == {"late"}


def test_mark_that_was_taken_back_and_put_again_is_told_again(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    answer("tokapp", ACCEPTED)
    for mark in (Mark.PRESENT, Mark.ABSENT):
        of.mark((of.ana, mark))
        settle(of, database_clock)
        answer("tokapp", ACCEPTED)
    assert [(one.kind, one.params["sessions"][0]["kind"]) for one in told()] == [
        ("absence", "absent"),
        ("absence_correction", "present"),
        ("absence_correction", "absent"),
    ]


def test_correction_that_was_itself_stopped_in_time_says_nothing(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    """She was told of the absence, and the absence it is: neither word between goes out."""
    of.mark((of.ana, Mark.ABSENT))
    answer("tokapp", ACCEPTED)
    of.mark((of.ana, Mark.PRESENT))
    of.mark((of.ana, Mark.ABSENT))
    settle(of, database_clock)
    settle(of, database_clock)
    assert (answer("tokapp", ACCEPTED), [one.state for one in told()]) == (0, ["finished", "cancelled"])


def test_correction_that_half_the_family_heard_before_it_was_stopped_is_said_to_the_other_half(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    """Both were told of an absence; one of them that she was there, when the mark went to and fro."""
    of.mark((of.ana, Mark.ABSENT))
    answer("tokapp", ACCEPTED)
    of.mark((of.ana, Mark.PRESENT))
    write_back(take("tokapp", ACCEPTED, 1))
    of.mark((of.ana, Mark.LATE))
    of.mark((of.ana, Mark.PRESENT))
    settle(of, database_clock)
    answer("tokapp", ACCEPTED)
    last = told()[-1]
    assert (last.params["sessions"][0]["kind"], last.state) == ("present", "finished")
    assert {(address, state) for _s, _c, address, state in trail(last)} == {
        (FATHER_PHONE, "accepted"),
        (MOTHER_PHONE, "accepted"),
    }


def be_quiet() -> None:
    """Nothing goes out before noon."""
    SchoolPolicy.objects.update(quiet_from=time(8), quiet_until=time(12))


@pytest.mark.parametrize("by_tutor", [False, True])
def test_absence_that_is_excused_before_its_notice_is_out_is_not_told(
    of: SchoolClass, database_clock: DatabaseClock, by_tutor: bool
) -> None:
    be_quiet()
    of.mark((of.ana, Mark.ABSENT))
    if by_tutor:
        rows = Absence.objects.values_list("pk", flat=True)
        justify(of.school, list(rows), "Médico", by=of.tutor, now=NINE)
    else:
        of.mark((of.ana, Mark.JUSTIFIED))
    settle(of, database_clock)
    settle(of, database_clock, minutes=180)
    (message,) = told()
    assert (message.state, {state for *_, state in trail(message)}) == ("cancelled", {"cancelled"})
    assert (answer("tokapp", ACCEPTED), InboxEntry.objects.filter(message=message).count()) == (0, 0)


def test_absence_of_which_something_is_out_is_told_to_the_end_though_it_is_excused(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    write_back(take("tokapp", ACCEPTED, 1))
    of.mark((of.ana, Mark.JUSTIFIED))
    settle(of, database_clock)
    assert (answer("tokapp", ACCEPTED), [one.state for one in told()]) == (1, ["finished"])


def test_excuse_after_the_notice_takes_nothing_back(of: SchoolClass, database_clock: DatabaseClock) -> None:
    of.mark((of.ana, Mark.ABSENT))
    answer("tokapp", ACCEPTED)
    of.mark((of.ana, Mark.JUSTIFIED))
    settle(of, database_clock)
    assert len(told()) == 1


def grace(of: SchoolClass, minutes: int) -> None:
    AttendancePolicy.objects.create(school=of.school, grace_minutes=minutes)


def test_sessions_within_the_grace_time_are_one_notice(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    grace(of, 60)
    for session in (1, 2):
        of.mark((of.ana, Mark.ABSENT), of=of.lesson(session), now=database_now())
        settle(of, database_clock, minutes=20)
    assert told() == []
    settle(of, database_clock, minutes=21)
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(3), now=database_now())
    (message,) = told()
    assert [one["session"] for one in message.params["sessions"]] == [1, 2]
    settle(of, database_clock, minutes=61)
    assert [[one["session"] for one in each.params["sessions"]] for each in told()] == [[1, 2], [3]]


def test_absence_that_is_excused_within_the_grace_time_is_not_told(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    grace(of, 60)
    of.mark((of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.JUSTIFIED))
    settle(of, database_clock, minutes=61)
    assert (told(), AbsenceNotice.objects.get().state) == ([], "dropped")


def test_excused_session_that_was_not_told_is_not_corrected(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    grace(of, 60)
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(1))
    of.mark((of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.JUSTIFIED))
    settle(of, database_clock, minutes=61)
    answer("tokapp", ACCEPTED)
    of.mark((of.ana, Mark.PRESENT))
    settle(of, database_clock)
    assert [[one["session"] for one in each.params["sessions"]] for each in told()] == [[1]]


def test_notice_goes_out_though_who_marked_it_has_left(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    grace(of, 60)
    of.mark((of.ana, Mark.ABSENT))
    of.teacher.people.get().staff.delete()
    settle(of, database_clock, minutes=61)
    assert [one.state for one in told()] == ["sending"]
    assert answer("tokapp", ACCEPTED) == 2


def test_notice_that_breaks_keeps_no_other_from_going_out_and_is_tried_again(
    of: SchoolClass, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from attendance import notices

    say = notices.say

    def breaks(kind: str, notice: AbsenceNotice, *rest: Any, **more: Any) -> Message:
        if notice.student == of.ana:
            raise ZeroDivisionError
        return say(kind, notice, *rest, **more)

    monkeypatch.setattr(notices, "say", breaks)
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.ABSENT))
    assert [one.student for one in told()] == [of.luis]
    monkeypatch.setattr(notices, "say", say)
    settle(of, database_clock)
    assert {one.student for one in told()} == {of.luis, of.ana}


def test_connection_that_is_lost_within_a_notice_is_no_saved_roll(
    of: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django undoes the whole without a word: the teacher must not read that her list is saved."""
    from attendance import notices

    def lost(*_args: Any, **_more: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(notices, "say", lost)
    monkeypatch.setattr(connection, "savepoint_rollback", lost)
    with pytest.raises(OperationalError):
        of.mark((of.ana, Mark.ABSENT))


def test_two_children_of_one_guardian_are_two_notices(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.LATE))
    assert [(one.student, one.params["sessions"][0]["kind"]) for one in told()] == [
        (of.ana, "absent"),
        (of.luis, "late"),
    ]
    assert Delivery.objects.count() == 3
