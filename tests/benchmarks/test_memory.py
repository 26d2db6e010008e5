import subprocess
import sys

from benchmarks.memory import peak_bytes
from benchmarks.processes import ROOT

MB = 1024 * 1024


def peak_of(program: str) -> int:
    """What a process that does this says at its end."""
    lines = f"from benchmarks.memory import peak_bytes\n{program}\nprint(peak_bytes())"
    return int(
        subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, check=True).stdout
    )


def test_peak_remembers_what_was_freed() -> None:
    assert 100 * MB < peak_of(f"held = b'x' * {100 * MB}; del held") < 200 * MB


def test_peak_is_the_process_s_own_and_not_its_parent_s() -> None:
    held = bytearray(b"x" * 200 * MB)
    assert peak_of("") < 50 * MB < len(held) < peak_bytes()
