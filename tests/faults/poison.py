"""A TokApp whose send kills the process, for the one address that its starter names."""

import os
import signal

from channels_app.base import Outcome, Outgoing
from channels_app.tokapp.channel import TokAppChannel

ADDRESS = os.environ.get("PLUMIER_FAULTS_POISON", "")


class PoisonedTokApp(TokAppChannel):
    """The real one but for that address: as a library that crashes, or memory that runs out, would do it."""

    async def attempt(self, outgoing: Outgoing) -> Outcome:
        if outgoing.address == ADDRESS:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().attempt(outgoing)
