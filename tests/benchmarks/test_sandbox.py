import json
import time
from collections import Counter
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from benchmarks.sandbox import SandboxProcess

OPENER = build_opener(ProxyHandler({}))


def send(sandbox: SandboxProcess, phone: str) -> None:
    found = sandbox.environment
    body = json.dumps({"id": "1", "phone": phone, "text": "Hola"}).encode()
    headers = {"Authorization": f"Bearer {found['TOKAPP_TOKEN']}", "Content-Type": "application/json"}
    with OPENER.open(Request(f"{found['TOKAPP_API_URL']}/messages", body, headers), timeout=10):
        pass


def test_taken_counts_by_address_since_the_reset(bench_sandbox: SandboxProcess) -> None:
    send(bench_sandbox, "+34600000001")
    bench_sandbox.reset()
    for phone in ("+34600000001", "+34600000001", "+34600000002"):
        send(bench_sandbox, phone)
    assert bench_sandbox.taken() == Counter({("tokapp", "+34600000001"): 2, ("tokapp", "+34600000002"): 1})


def test_another_latency_keeps_the_address_and_begins_a_log(bench_sandbox: SandboxProcess) -> None:
    send(bench_sandbox, "+34600000001")
    before = dict(bench_sandbox.environment)
    bench_sandbox.answer_after(100)
    began = time.monotonic()
    send(bench_sandbox, "+34600000002")
    assert time.monotonic() - began >= 0.1
    assert bench_sandbox.environment == before
    assert bench_sandbox.taken() == Counter({("tokapp", "+34600000002"): 1})


def test_stop_ends_the_process(bench_sandbox: SandboxProcess) -> None:
    bench_sandbox.stop()
    with pytest.raises(OSError, match="refused"):
        send(bench_sandbox, "+34600000001")
