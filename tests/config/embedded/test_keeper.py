import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rq

from config.embedded import places
from tests.config.embedded.conftest import OwnServers, eventually, kill


def test_servers_are_shared_and_stop_after_the_last_command(own_servers: OwnServers) -> None:
    first, second = own_servers.launch(), own_servers.launch()
    assert [own_servers.served(first), own_servers.served(second)] == ["ready", "ready"]
    pids = own_servers.pids()
    third = own_servers.use()
    own_servers.end(first)
    own_servers.end(second)
    assert (own_servers.pids(), own_servers.running()) == (pids, {"postgresql": True, "valkey": True})
    own_servers.end(third)
    assert eventually(own_servers.stopped)


def test_kill_of_everything_loses_no_row_and_no_job(own_servers: OwnServers) -> None:
    user = own_servers.use()
    with own_servers.database() as database:
        database.execute("CREATE TABLE kept (number int)")
        database.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    with own_servers.queues() as queues:
        job = rq.Queue("telegram", connection=queues).enqueue("builtins.len", "x")
        kill(own_servers.keeper_pid(), *own_servers.pids().values(), user.pid)
    own_servers.use()
    with own_servers.database() as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    with own_servers.queues() as queues:
        assert rq.Queue("telegram", connection=queues).job_ids == [job.id]


def test_next_command_starts_what_was_killed_under_a_running_one(own_servers: OwnServers) -> None:
    own_servers.use()
    before = own_servers.pids()
    kill(*before.values())
    own_servers.use()
    after = own_servers.pids()
    assert own_servers.running() == {"postgresql": True, "valkey": True}
    assert set(before.values()) & set(after.values()) == set()


def test_killed_keeper_is_replaced_by_the_next_command(own_servers: OwnServers) -> None:
    first = own_servers.use()
    kill(own_servers.keeper_pid())
    second = own_servers.use()
    own_servers.end(first)
    own_servers.end(second)
    assert eventually(own_servers.stopped)


def test_command_that_arrives_during_a_shutdown_is_served(own_servers: OwnServers) -> None:
    user = own_servers.use()
    for _ in range(2):
        own_servers.end(user)
        user = own_servers.use()
        with own_servers.database() as database, own_servers.queues() as queues:
            assert (database.execute("SELECT 1").fetchone(), queues.ping()) == ((1,), True)


def test_killed_command_counts_as_ended(own_servers: OwnServers) -> None:
    user = own_servers.use()
    kill(user.pid)
    assert eventually(own_servers.stopped)


def test_number_of_a_dead_server_taken_by_another_process_does_not_matter(own_servers: OwnServers) -> None:
    user = own_servers.use()
    kill(own_servers.pids()["postgresql"])
    own_servers.end(user)
    assert eventually(own_servers.stopped)
    mark = own_servers.places.home / "postgresql" / "data" / "postmaster.pid"
    lines = mark.read_text().splitlines()
    mark.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    own_servers.use()
    assert own_servers.pids()["postgresql"] != os.getpid()


def test_names_sort_and_fold_as_unicode_says(own_servers: OwnServers) -> None:
    own_servers.use()
    with own_servers.database() as database:
        assert database.execute("SELECT lower('ÁÑĐ'), 'é' ~ '[[:alpha:]]'").fetchone() == ("áñđ", True)
        assert database.execute("SHOW data_checksums").fetchone() == ("on",)
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.fixture
def closed_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnServers]:
    """A copy of the code behind a closed folder and a path too long for a socket."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PLUMIER_VAR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMIER_PROFILE", "trial")
    closed = tmp_path / "closed"
    checkout = closed / ("a-long-name-" * 8) / ("with-folders-" * 6) / "plumier"
    shutil.copytree(places.CHECKOUT / "config", checkout / "config")
    closed.chmod(0o700)
    monkeypatch.setattr(places, "CHECKOUT", checkout)
    servers = OwnServers(checkout)
    yield servers
    servers.clear()


def test_closed_and_long_folders_do_not_matter(closed_checkout: OwnServers) -> None:
    closed_checkout.use()
    with closed_checkout.database() as database, closed_checkout.queues() as queues:
        assert (database.execute("SELECT 1").fetchone(), queues.ping()) == ((1,), True)
    assert (closed_checkout.checkout / "var" / "locks").is_dir() == (os.geteuid() != 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another account")
def test_root_runs_the_servers_as_nobody_and_opens_no_folder(closed_checkout: OwnServers) -> None:
    closed = closed_checkout.checkout.parents[2]
    closed_checkout.use()
    pid = closed_checkout.pids()["postgresql"]
    account = places.current().account
    assert account is not None
    assert (Path(f"/proc/{pid}").stat().st_uid, closed.stat().st_mode & 0o777) == (account.uid, 0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_servers_hold_no_lock_of_the_commands(own_servers: OwnServers) -> None:
    own_servers.use()
    held = {str(link.readlink()) for link in Path(f"/proc/{own_servers.pids()['valkey']}/fd").iterdir()}
    assert {path for path in held if "/locks/" in path} == {str(own_servers.places.lock("valkey"))}
