"""The most memory that a process has held."""

import resource
import sys
from pathlib import Path


def peak_bytes() -> int:
    """The most memory that this process has held; its own, where Linux tells it, and not its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
