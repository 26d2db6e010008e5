"""What the figures depend on besides the program: the machine, the versions, how the servers are set."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks import stores

BUSY = 0.5  # of the machine's cores, before the run begins
CONTENDERS = ("rq", "celery", "dramatiq", "django-post-office")


def facts() -> dict[str, str]:
    """By name, in the order they are shown. No name of a machine and no path."""
    servers, shown = stores.versions(), stores.settings_shown()
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    quiet = "quiet" if load < cores * BUSY else "busy: the figures are lower than they would be"
    return {
        "Date": f"{datetime.now(UTC):%Y-%m-%d}",
        "Machine": f"{cores} cores, {_memory()} GB, {platform.system()} on {platform.machine()}",
        "Load before the run": f"{load:.1f} ({quiet})",
        "Python": platform.python_version(),
        "PostgreSQL": f"{servers['postgresql']}: " + ", ".join(f"{k} {v}" for k, v in shown.items()),
        "Valkey": f"{servers['valkey']}: append-only file, written every second",
        "Contenders": ", ".join(f"{name} {version(name)}" for name in CONTENDERS),
    }


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
