import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.processes import Broken, Workers, workers

TICKING = "import time\nwhile True:\n    print('tick', flush=True)\n    time.sleep(0.01)"
SECONDS = 10.0


def ticks(log: Path) -> int:
    return log.read_text().count("tick")


def wait_for_more(log: Path, than: int) -> int:
    deadline = time.monotonic() + SECONDS
    while ticks(log) <= than:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return ticks(log)


def wait_until_stopped(crew: Workers) -> None:
    """The kernel says that each of them is stopped."""
    deadline = time.monotonic() + SECONDS
    while not all(state(pid).startswith("T") for pid in crew.pids):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def state(pid: int) -> str:
    return subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()


def test_held_workers_stand_still_until_released(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with workers([["-c", TICKING], ["-c", TICKING]], log) as crew:
        crew.wait_until(lambda: ticks(log) > 0)
        crew.hold()
        wait_until_stopped(crew)
        held = ticks(log)
        crew.release()
        wait_for_more(log, held)


def test_held_workers_end_with_the_block(tmp_path: Path) -> None:
    with workers([["-c", TICKING]], tmp_path / "log") as crew:
        crew.wait_until(lambda: ticks(tmp_path / "log") > 0)
        crew.hold()
    with pytest.raises(Broken, match="ended with -15"):
        crew.check()


def test_worker_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    crew = Workers([["-c", "raise SystemExit('no broker')"]], tmp_path / "log")
    try:
        with pytest.raises(Broken, match="a worker ended with 1:\nno broker"):
            crew.wait_until(lambda: False)
    finally:
        crew.stop()
