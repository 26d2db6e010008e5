"""A number of its own for every process that runs tests, whatever else runs on this machine."""

import fcntl
import os

from config.embedded import places

# Valkey's databases are numbered from 0; the first stays free for people.
_SLOTS = range(1, 64)
_VARIABLE = "PLUMIER_TEST_SLOT"
_held: list[int] = []


def slot() -> int:
    """This process's number; the one of the test when a test started this process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    owner, _, number = os.environ.get(_VARIABLE, "").partition(":")
    if owner == worker:
        return int(number)
    claimed = _claim()
    os.environ[_VARIABLE] = f"{worker}:{claimed}"
    return claimed


def _claim() -> int:
    folder = places.var_folder() / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    for number in _SLOTS:
        descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            _held.append(descriptor)
            return number
    raise RuntimeError("Every test slot is taken: too many test runs at once.")
