"""A mailbox by IMAP: marked after it was read, bounded, encrypted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_app.email import imap
from channels_app.email.imap import ImapMailbox
from channels_app.email.mailbox import Mail, MailboxAddress, MailboxAway
from tests.channels_app.email.imap_server import PASSWORD, USER, ImapServer, Stored, serving_imap

MOST = 100


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with serving_imap(ImapServer()) as script:
        yield script


def mailbox(server: ImapServer, **changes: object) -> ImapMailbox:
    values: dict[str, object] = {
        "folder": "INBOX",
        "host": "127.0.0.1",
        "port": server.port,
        "user": USER,
        "password": PASSWORD,
    }
    return ImapMailbox(MailboxAddress(**{**values, **changes}), MOST)  # type: ignore[arg-type]


@pytest.mark.parametrize("uid_behind", [False, True])
def test_unread_mails_are_read_by_their_beginning_and_marked_by_nobody(
    server: ImapServer, uid_behind: bool
) -> None:
    server.uid_behind = uid_behind
    server.add(b"A: 1\r\n\r\nuno", b"B: 2\r\n\r\n" + b"x" * 500, b"")
    server.mails[2].data += b"\r\n) UID 99"
    with mailbox(server) as opened:
        found = list(opened.unread())
    assert found == [
        Mail("1", b"A: 1\r\n\r\nuno"),
        Mail("2", (b"B: 2\r\n\r\n" + b"x" * 500)[:MOST]),
        Mail("3", b""),
    ]
    assert server.flags() == [set(), set(), set()]


def test_marked_mails_are_not_read_again(server: ImapServer) -> None:
    server.add(b"A: 1\r\n\r\n", b"B: 2\r\n\r\n")
    with mailbox(server) as opened:
        opened.mark_read(["1", "77"])
        assert [mail.key for mail in opened.unread()] == ["2"]
    assert server.flags() == [{"\\Seen"}, set()]


def test_what_is_set_aside_goes_to_its_folder(server: ImapServer) -> None:
    server.add(b"broken", b"A: 1\r\n\r\n", b"broken too")
    with mailbox(server) as opened:
        opened.set_aside(["1"])
        opened.set_aside(["3"])
        assert [mail.key for mail in opened.unread()] == ["2"]
    assert (server.folders, sorted(server.mails)) == ({'"unreadable"': [b"broken", b"broken too"]}, [2])


def test_without_uidplus_nothing_else_is_expunged(server: ImapServer) -> None:
    server.capabilities = "IMAP4rev1"
    server.add(b"broken")
    with mailbox(server) as opened:
        opened.set_aside(["1"])
        assert list(opened.unread()) == []
    assert server.flags() == [{"\\Seen", "\\Deleted"}]
    assert "EXPUNGE" not in server.heard


def test_without_room_for_the_folder_it_stays_and_is_flagged(server: ImapServer) -> None:
    server.refused = {"CREATE", "COPY"}
    server.add(b"broken")
    with mailbox(server) as opened:
        opened.set_aside(["1"])
        assert list(opened.unread()) == []
    assert server.flags() == [{"\\Seen", "\\Flagged"}]


def test_few_are_in_hand_at_once(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "FETCHED_AT_ONCE", 250)
    monkeypatch.setattr(imap, "ASKED_AT_ONCE", 4)
    server.add(*(b"A: 1\r\n\r\n" + b"x" * 900 for _ in range(6)))
    with mailbox(server) as opened:
        assert [mail.key for mail in opened.unread()] == ["1", "2", "3", "4", "5", "6"]
        opened.mark_read([str(number) for number in range(1, 7)])
    assert [server.heard.count(word) for word in ("FETCH", "STORE")] == [2 + 2 + 1, 2]


def test_all_are_looked_for_a_part_at_a_time(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "SEARCHED_AT_ONCE", 2)
    for uid in (7, 900, 4_000_000_000, 4_000_000_001, 4_000_000_002):
        server.mails[uid] = Stored(b"A: 1\r\n\r\n")
    server.mails[900].flags.add("\\Seen")
    with mailbox(server) as opened:
        found = [mail.key for mail in opened.unread()]
    assert found == ["7", "4000000000", "4000000001", "4000000002"]
    assert server.heard.count("SEARCH") == 3


def test_mailbox_with_more_unread_than_a_line_holds_is_read(server: ImapServer) -> None:
    first = 4_000_000_000  # ten digits each: a line of 1.1 MB if asked at once
    server.mails = {uid: Stored(b"A: 1\r\n\r\n") for uid in range(first, first + 100_000)}
    with mailbox(server) as opened:
        assert next(opened.unread()).key == str(first)


def test_empty_mailbox_is_not_searched(server: ImapServer) -> None:
    with mailbox(server) as opened:
        assert list(opened.unread()) == []
    assert "SEARCH" not in server.heard


def test_folder_is_written_as_imap_wants_it(server: ImapServer) -> None:
    server.add(b"A: 1\r\n\r\n")
    with mailbox(server, folder="Devueltos/Año") as opened:
        assert len(list(opened.unread())) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "x"}, "error"),
        ({"folder": "Otra"}, "error"),
        ({"password": "contraseña"}, "its user or its password is not ASCII, which IMAP does not take"),
    ],
)
def test_wrong_account_is_away_and_tells_no_secret(
    server: ImapServer, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(MailboxAway) as away, mailbox(server, **changes):
        pass
    assert str(away.value) == why


def test_nobody_there_is_away(server: ImapServer) -> None:
    with pytest.raises(MailboxAway, match=r"^ConnectionRefusedError$"), mailbox(server, port=1):
        pass


@pytest.mark.parametrize("command", ["SEARCH", "FETCH", "STORE", "COPY"])
def test_cut_is_away(server: ImapServer, command: str) -> None:
    server.add(b"A: 1\r\n\r\n")
    server.cut_at = command
    with pytest.raises(MailboxAway, match=r"^abort$"), mailbox(server) as opened:
        opened.mark_read([mail.key for mail in opened.unread()])
        opened.set_aside(["1"])


def test_refused_command_is_away(server: ImapServer) -> None:
    server.add(b"A: 1\r\n\r\n")
    server.refused = {"SEARCH"}
    with pytest.raises(MailboxAway, match=r"^error$"), mailbox(server) as opened:
        list(opened.unread())


def test_elsewhere_nothing_is_said_without_encryption(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "is_here", lambda host: False)
    with pytest.raises(MailboxAway, match=r"^STARTTLS$"), mailbox(server):
        pass
    assert "LOGIN" not in server.heard


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", [True, False])
def test_encrypted_from_the_first_byte_or_by_starttls(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    monkeypatch.setattr(imap, "is_here", lambda host: False)
    script = ImapServer(certificate=certificate, capabilities="IMAP4rev1 STARTTLS UIDPLUS")
    script.add(b"A: 1\r\n\r\n")
    with serving_imap(script, tls=tls), mailbox(script, host="localhost", tls=tls) as opened:
        assert len(list(opened.unread())) == 1
    assert ("STARTTLS" in script.heard) is not tls


def test_certificate_of_nobody_we_trust_is_away(certificate: Path) -> None:
    script = ImapServer(certificate=certificate)
    with (
        serving_imap(script, tls=True),
        pytest.raises(MailboxAway, match=r"^SSLCertVerificationError$"),
        mailbox(script, host="localhost", tls=True),
    ):
        pass
    assert script.heard == []
