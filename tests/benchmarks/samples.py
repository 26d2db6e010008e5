"""Results as a run could have found them."""

from benchmarks.results import (
    Added,
    Ceiling,
    FanOut,
    FigureTimes,
    PageTime,
    Rate,
    Results,
    RollTimes,
    SendTime,
    Urgent,
)


def deliveries() -> list[Rate]:
    """TokApp without latency and with some, Telegram without; round figures."""
    a_second = {
        ("rq", "tokapp", 0): 80, ("celery", "tokapp", 0): 400, ("dramatiq", "tokapp", 0): 1000,
        ("engine", "tokapp", 0): 10_000, ("limit", "tokapp", 0): 16_000,
        ("rq", "telegram", 0): 80, ("engine", "telegram", 0): 2_000, ("limit", "telegram", 0): 5_000,
        ("engine", "tokapp", 50): 6_000, ("limit", "tokapp", 50): 8_000,
    }  # fmt: skip
    return [Rate(*key, rows=rate * 2, seconds=2.0) for key, rate in a_second.items()]


def results() -> Results:
    """One of everything."""
    return Results(
        facts={"Machine": "2 cores"},
        deliveries=deliveries(),
        crews=[Rate("engine", "tokapp", 50, 100, 1.0, number) for number in (1, 2, 4)],
        mail=[Rate("engine", "email", 0, 900, 1.0), Rate("post_office", "email", 0, 300, 1.0)],
        fanouts=[
            FanOut(100_000, 433_332, 5.0, 120.0),
            FanOut(1_000_000, 4_333_332, 60.0, 121.0),
            FanOut(10_000_000, 0, 600.0, 0.0, unmeasured=True),
        ],
        sends=[SendTime(1, 0.05, 0.09), SendTime(100_000, 0.25, 0.4)],
        urgent=Urgent(100_000, (0.5, 0.25, 3.0)),
        rolls=RollTimes(10_000, 2, (0.5, 0.25, 11.0), (0.125, 0.25)),
        figures=FigureTimes(2_000, 60_000, 103_320, (0.25, 0.5, 0.25)),
        pages=[PageTime("notica:messages", (0.05, 0.0625, 0.2), (0.0125, 0.025, 0.025))],
        ceilings=[Ceiling("tokapp", 0, 64, 20_000.0)],
        checks=[Added("engine", 100, 100, 0), Added("rq", 50, 50, 0)],
    )
