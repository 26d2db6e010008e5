"""The environment of every process of a run: the sandbox's accounts and own servers, whatever the caller has."""

from collections.abc import Mapping

from config import channels

# Servers, secrets and places of the caller's own, which a run neither uses nor touches.
_CALLERS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PUBLIC_URL",
    "DATA_DIR",
    "SANDBOX_LOG",
    "ALLOWED_HOSTS",
)


def environment(callers: Mapping[str, str], sandbox: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with the sandbox's accounts instead of her own: nothing leaves this machine."""
    dropped = {*_CALLERS, *channels.accounts(callers)}
    kept = {name: value for name, value in callers.items() if name not in dropped}
    return {
        **kept,
        **sandbox,
        "PLUMIER_PROFILE": "bench",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "LOG_LEVEL": "WARNING",
    }
