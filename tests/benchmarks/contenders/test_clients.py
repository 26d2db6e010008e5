import pytest
import requests

from benchmarks.contenders import clients
from benchmarks.sandbox import SandboxProcess


def test_each_client_gives_the_provider_s_id(bench_sandbox: SandboxProcess) -> None:
    said = [
        clients.telegram("1000000001", "Hola"),
        clients.tokapp(7, "+34600000001", "Hola"),
        clients.sms("+34600000001", "Hola"),
    ]
    assert said == [entry["provider_id"] for entry in bench_sandbox.entries()]
    assert [entry["channel"] for entry in bench_sandbox.entries()] == ["telegram", "tokapp", "sms"]


def test_refusal_is_raised(bench_sandbox: SandboxProcess) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        clients.telegram("1000000001", "")
