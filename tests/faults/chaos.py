"""What breaks at random while messages go out. Seeded: the same seed breaks in the same order."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connections
from redis.exceptions import RedisError

from notica import poller
from notica.claiming import LEASE
from tests.database import DatabaseClock
from tests.faults import servers
from tests.faults.trees import Tree, kill
from tests.providers.sandbox import Sandbox

CHANNELS = ("tokapp", "telegram", "email", "sms")
QUEUES = (*CHANNELS, "fanout")
SPOOL_SECONDS = 11.0  # more than the workers' patience with a database that is away
AWAY = (DatabaseError, InterfaceError, RedisError)


class Chaos:
    """Two trees of workers, and whatever may happen to them and to what they lean on."""

    def __init__(self, seed: int, environment: dict[str, str], sandbox: Sandbox) -> None:
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self._environment = environment
        self._sandbox = sandbox
        self._clock = DatabaseClock()
        self._trees = [self._tree(), self._tree()]
        self._left: list[Tree] = []

    def once(self) -> None:
        """One fault, drawn at random."""
        faults: dict[Callable[[], object], int] = {
            self.kill_horse: 6,
            self.kill_worker: 4,
            self.kill_tree: 1,
            self.stop_and_continue: 3,
            self.jump: 3,
            self.crash_postgresql: 2,
            self.restart_postgresql: 1,
            self.crash_valkey: 2,
            self.flush_valkey: 2,
            self.change_rules: 6,
        }
        (fault,) = self.random.choices(list(faults), list(faults.values()))
        self.do(fault)

    def do(self, fault: Callable[[], object]) -> None:
        """This fault now; what it does to this process's own connections is not its point."""
        self.done[fault.__name__] += 1  # type: ignore[attr-defined]
        try:
            fault()
        except AWAY:
            connections.close_all()

    def kill_horse(self) -> None:
        self._kill_one([horse for tree in self._trees for horse in tree.horses()])

    def kill_worker(self) -> None:
        """Its horse is left to work on; the tree starts another."""
        self._kill_one([worker for tree in self._trees for worker in tree.workers()])

    def kill_tree(self) -> None:
        """The parent, whose children end warmly by themselves, and a new tree."""
        place = self.random.randrange(len(self._trees))
        old = self._trees[place]
        kill(old.pid)
        old.process.wait()
        self._trees[place] = self._tree()
        self._left.append(old)

    def stop_and_continue(self) -> None:
        """Stopped beyond its lease, and then it works on as if nothing had been."""
        horses = [horse for tree in self._trees for horse in tree.horses()]
        if not horses:
            return
        horse = self.random.choice(horses)
        kill(horse, signal.SIGSTOP)
        try:
            self._advance(LEASE + 5)
            poller.tick()
            time.sleep(self.random.random())
        finally:
            kill(horse, signal.SIGCONT)

    def jump(self) -> None:
        """Time passes for waits and leases, whoever is at work."""
        self._advance(self.random.choice((31, 95, 305)))
        poller.tick()

    def crash_postgresql(self) -> None:
        servers.restart_postgresql(crash=True)

    def restart_postgresql(self) -> None:
        servers.restart_postgresql()

    def postgresql_away(self) -> None:
        """Longer than the workers wait: their outcomes go to disk."""
        with servers.postgresql_away(crash=True):
            time.sleep(SPOOL_SECONDS)

    def crash_valkey(self) -> None:
        servers.restart_valkey(crash=True)

    def flush_valkey(self) -> None:
        servers.flush_valkey()

    def change_rules(self) -> None:
        """A few new ways for the providers to behave, in place of the old ones."""
        self._sandbox.control("rules", method="DELETE")
        for channel in self.random.sample(CHANNELS, 3):
            action, parameters = self.random.choice(_RULES)
            share = round(self.random.uniform(0.1, 0.5), 2)
            self._sandbox.rule(channel, action, **{"share": share, **parameters})
        for channel in CHANNELS:
            self._sandbox.rule(channel, "slow", seconds=round(self.random.uniform(0.05, 0.8), 2))

    def calm(self) -> None:
        """Providers behave, and time passes."""
        self._sandbox.control("rules", method="DELETE")
        with suppress(*AWAY):
            self._advance(310)
            poller.tick()

    def end(self) -> None:
        """Kill whatever is left of all trees, old ones too."""
        for tree in [*self._trees, *self._left]:
            tree.kill_whole()

    def _tree(self) -> Tree:
        return Tree(self._environment, *QUEUES, clock=True)

    def _kill_one(self, pids: list[int]) -> None:
        if pids:
            kill(self.random.choice(pids))

    def _advance(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))


_RULES = (
    ("lose", {"times_each": 1}),
    ("lose", {"times": 40}),
    ("cut", {"times_each": 1}),
    ("throttle", {"retry_after": 2, "times": 20}),
    ("error", {"status": 503, "times_each": 1}),
    ("refuse", {"times_each": 1}),
    ("hang", {"times": 2}),
)
