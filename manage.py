#!/usr/bin/env python
"""Plumier's command line."""

import os
import signal
import sys
import warnings
from types import FrameType

try:
    from django.core.management import execute_from_command_line
    from django.db.utils import ProgrammingError
    from psycopg.errors import UndefinedTable

    from config import embedded
except ImportError as error:
    sys.exit(f"Falta {error.name}: ejecute `make setup` y use .venv/bin/python (apt install python3-venv).")


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(128 + number)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # `makemigrations` needs no server, and would say so at length.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    try:
        embedded.start_if_wanted(sys.argv[1:])
        if sys.argv[1:2] == ["run"]:
            # While modules load, an exception can be swallowed by one of them: then Ctrl-C would be lost.
            signal.signal(signal.SIGINT, _leave)
        execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit("La base de datos no está al día: ejecute «manage.py migrate».")


if __name__ == "__main__":
    main()
