"""`python -m benchmarks`, which is `make bench`."""

import os
import signal
import sys
import time

import django

from benchmarks.environment import environment
from benchmarks.options import read
from benchmarks.processes import ROOT
from benchmarks.sandbox import SandboxProcess
from config import embedded

if __name__ == "__main__":
    options = read(sys.argv[1:])
    began = time.monotonic()
    folder = ROOT / "var" / "bench"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = 130
    try:
        with SandboxProcess(folder / "sandbox") as sandbox:
            found = environment(os.environ, sandbox.environment)
            os.environ.clear()
            os.environ.update(found)
            django.setup()
            from benchmarks.run import run

            def say(line: str) -> None:
                """Print with the minutes since the beginning."""
                minutes, seconds = divmod(int(time.monotonic() - began), 60)
                print(f"{minutes:3}:{seconds:02}  {line}" if line else "", flush=True)

            status = run(options, sandbox, folder, say)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        status = 1
    sys.exit(status)
