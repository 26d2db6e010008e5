"""The settings of the faults: the tests' own, on servers that keep what they promised and may be stopped.

A process under fault finds the sandbox by what its starter puts into `PLUMIER_FAULTS_CHANNELS`.
"""

import json
import os

os.environ["PLUMIER_FAULTS"] = "1"
os.environ["PLUMIER_VAR"] = "var/faults"
for _name in ("DATABASE_URL", "REDIS_URL"):  # what is stopped and killed here is ours
    os.environ.pop(_name, None)

from tests.settings import *  # noqa: E402, F403

CHANNEL_ENVIRONMENT = json.loads(os.environ.get("PLUMIER_FAULTS_CHANNELS", "{}"))
if os.environ.get("PLUMIER_FAULTS_POISON"):
    CHANNELS = {**CHANNELS, "tokapp": "tests.faults.poison.PoisonedTokApp"}  # noqa: F405
