from benchmarks.results import Results
from benchmarks.words import said
from tests.benchmarks.samples import results


def test_sentences_are_made_from_the_figures() -> None:
    assert said(results()) == (
        "To a TokApp gateway that answers at once two workers hand over 10,000 messages a second: 125 times RQ, "
        "25 times Celery and 10 times dramatiq with one job for each delivery. To a TokApp gateway that answers "
        "after 50 ms two workers hand over 6,000 messages a second. Plan, database and record leave between 40% "
        "(Telegram at 0 ms) and 75% (TokApp at 50 ms) of what the same client reaches when it does nothing but "
        "send. The aim of half of that is missed for Telegram at 0 ms. Mails at 0 ms a reply: 900 a second, 3.0 "
        "times django-post_office. A message to 1,000,000 recipients is written out in 60 s by one process with "
        "121 MB at its most. Ten times as many recipients take 12.0 times as long. Who presses Send waits 0.25 s "
        "at most (to 100,000), longer than it should. While 100,000 others go out, 95 of 100 urgent messages are "
        "with the provider 3.00 s after Send: an absence still waits too long. "
        "Of absences marked while 10,000 others go out, 95 of 100 are with the provider 11.00 s after the roll was "
        "saved, too late. Absentismo of a year with 60,000 absences is there after 0.25 s."
    )


def test_nothing_is_said_of_what_was_not_measured() -> None:
    assert said(Results()) == ""
