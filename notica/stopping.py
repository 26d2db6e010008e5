"""SIGINT and SIGTERM as a question instead of an interruption: what is under way comes to its end."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self

ENDING = (signal.SIGINT, signal.SIGTERM)
_CHUNK = 512


class StopSignals:
    """Inside the block those two only set `asked`, however often they come, and cut a `wait` short.

    `also`: further signals that cut a `wait` short.
    """

    def __init__(self, *also: signal.Signals) -> None:
        self.asked = False
        self._numbers = (*ENDING, *also)

    def __enter__(self) -> Self:
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        self._earlier_pipe = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        self._earlier = {number: signal.signal(number, self._note) for number in self._numbers}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._earlier_pipe)
        for end in self._pipe:
            os.close(end)

    def wait(self, seconds: float | None) -> None:
        """Return after so many seconds (None: never), or as soon as a signal has come since the last wait."""
        if select.select([self._pipe[0]], [], [], seconds)[0]:
            os.read(self._pipe[0], _CHUNK)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = self.asked or number in ENDING
