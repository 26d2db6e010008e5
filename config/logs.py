"""The log says what failed and where, never what people wrote nor their numbers."""

import logging
import traceback
from types import TracebackType
from typing import Any

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Formats a failure as its places and kinds, without messages: a database's repeats whole rows."""

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 (logging's name)
        lines: list[str] = []
        failure = ei[1]
        seen: set[int] = set()
        while failure is not None and id(failure) not in seen:
            seen.add(id(failure))
            places = "".join(traceback.format_tb(failure.__traceback__)).rstrip()
            lines = [places, _kind(failure), *lines]
            failure = failure.__cause__ or failure.__context__
        return "\n".join(line for line in lines if line)


def _kind(failure: BaseException) -> str:
    kind = type(failure)
    state = getattr(failure, "sqlstate", None)
    return f"{kind.__module__}.{kind.__qualname__}" + (f" [{state}]" if state else "")


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, for whoever runs the process to keep."""
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "discreet": {"()": DiscreetFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own would write to the administrators by mail, with the request in it.
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # These tell addresses, and the Bot API's hold the token.
            **dict.fromkeys(("httpx", "httpcore", "telegram", "twilio", "aiohttp", "rq", "asyncio"), quiet),
        },
    }
