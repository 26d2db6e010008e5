"""The providers' sandbox, for every test of the channels."""

from tests.providers.fixtures import provider, sandbox, sandbox_process

__all__ = ["provider", "sandbox", "sandbox_process"]
