"""A small IMAP server with mails in memory, as much of the protocol as our mailbox speaks."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "devueltos@plumier.example", 'cla "ve" \\ 1'


@dataclass(slots=True)
class Stored:
    """A mail and its flags."""

    data: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """`refused` are commands answered NO; at `cut_at` the connection ends instead of an answer."""

    mails: dict[int, Stored] = field(default_factory=dict)
    folders: dict[str, list[bytes]] = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 UIDPLUS"
    refused: set[str] = field(default_factory=set)
    cut_at: str = ""
    uid_behind: bool = False  # the uid is told behind the mail, which the protocol leaves open
    certificate: Path | None = None
    heard: list[str] = field(default_factory=list)
    port: int = 0

    def add(self, *mails: bytes) -> None:
        """Mails that nobody has read."""
        for data in mails:
            self.mails[max(self.mails, default=0) + 1] = Stored(data)

    def flags(self) -> list[set[str]]:
        """Of each mail, the oldest first."""
        return [self.mails[uid].flags for uid in sorted(self.mails)]

    def context(self) -> ssl.SSLContext:
        """What encrypts."""
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    def answer(self, command: str, rest: str) -> tuple[list[bytes], str]:
        """Untagged lines and the tagged one."""
        if command in self.refused:
            return [], "NO not here"
        does = getattr(self, f"_{command.lower()}", None)
        if does is None:
            return [], "BAD what?"
        lines = does(rest)
        return (lines, "OK done") if lines is not None else ([], "NO not so")

    def _capability(self, _rest: str) -> list[bytes]:
        return [f"CAPABILITY {self.capabilities}".encode()]

    def _login(self, rest: str) -> list[bytes] | None:
        quoted = [
            text.replace('\\"', '"').replace("\\\\", "\\")
            for text in re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
        ]
        return [] if quoted == [USER, PASSWORD] else None

    def _select(self, rest: str) -> list[bytes] | None:
        return [f"{len(self.mails)} EXISTS".encode()] if rest in ('"INBOX"', '"Devueltos/A&APE-o"') else None

    def _search(self, rest: str) -> list[bytes]:
        first, last = (int(place) for place in rest.removesuffix(" UNSEEN").split(":"))
        asked = sorted(self.mails)[first - 1 : last]
        unseen = [str(uid) for uid in asked if "\\Seen" not in self.mails[uid].flags]
        return [" ".join(["SEARCH", *unseen]).encode()]

    def _fetch(self, rest: str) -> list[bytes]:
        asked, _, what = rest.partition(" ")
        lines = []
        for number, uid in enumerate(self._named(asked), 1):
            data = self.mails[uid].data
            if part := re.search(r"<0\.(\d+)>", what):
                begun = data[: int(part[1])]
                told = f"UID {uid}".encode()
                before, behind = (b"", b" " + told) if self.uid_behind else (told + b" ", b"")
                literal = b"BODY[]<0> {%d}\r\n%s" % (len(begun), begun)
                lines.append(b"%d FETCH (%s%s%s)" % (number, before, literal, behind))
            else:
                lines.append(b"%d FETCH (UID %d RFC822.SIZE %d)" % (number, uid, len(data)))
        return lines

    def _store(self, rest: str) -> list[bytes]:
        asked, _, what = rest.partition(" ")
        for uid in self._named(asked):
            self.mails[uid].flags |= set(re.findall(r"\\\w+", what))
        return []

    def _create(self, rest: str) -> list[bytes] | None:
        if rest in self.folders:
            return None
        self.folders[rest] = []
        return []

    def _copy(self, rest: str) -> list[bytes] | None:
        asked, _, folder = rest.partition(" ")
        if folder not in self.folders:
            return None
        self.folders[folder] += [self.mails[uid].data for uid in self._named(asked)]
        return []

    def _expunge(self, rest: str) -> list[bytes]:
        for uid in self._named(rest):
            if "\\Deleted" in self.mails[uid].flags:
                del self.mails[uid]
        return []

    def _logout(self, _rest: str) -> list[bytes]:
        return [b"BYE"]

    def _named(self, asked: str) -> list[int]:
        return [int(uid) for uid in asked.split(",") if int(uid) in self.mails]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        script: ImapServer = self.server.script  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, said = line.partition(" ")
            word, _, rest = said.partition(" ")
            if word.upper() == "UID":
                word, _, rest = rest.partition(" ")
            script.heard.append(word.upper())
            if word.upper() == script.cut_at:
                return
            if word.upper() == "STARTTLS":
                self._encrypt(script, tag)
                continue
            lines, ended = script.answer(word.upper(), rest)
            self.wfile.write(b"".join(b"* " + each + b"\r\n" for each in lines))
            self.wfile.write(f"{tag} {ended}\r\n".encode())
            if word.upper() == "LOGOUT":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _encrypt(self, script: ImapServer, tag: str) -> None:
        self.wfile.write(f"{tag} OK go\r\n".encode())
        self.connection = script.context().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def serving_imap(script: ImapServer, *, tls: bool = False) -> Iterator[ImapServer]:
    """The server at `port` of the script."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.script = script  # type: ignore[attr-defined]
        if tls:
            server.socket = script.context().wrap_socket(server.socket, server_side=True)
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()
