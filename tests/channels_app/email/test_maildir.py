"""A Maildir: read, marked, set aside, and nothing lost."""

from pathlib import Path

import pytest

from channels_app.email.mailbox import Mail, MailboxAway
from channels_app.email.maildir import Maildir

MOST = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("tmp", "new", "cur"):
        (tmp_path / part).mkdir()
    return tmp_path


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / "new" / name).write_bytes(data)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def read(folder: Path) -> list[Mail]:
    with Maildir(str(folder), MOST) as opened:
        return list(opened.unread())


def test_new_mails_are_read_by_their_beginning_the_oldest_first(folder: Path) -> None:
    put(folder, "2.b.host", b"x" * 500)
    put(folder, "1.a.host", b"A: 1\n\nuno")
    put(folder, ".hidden", b"")
    (folder / "cur" / "0.z.host:2,S").write_bytes(b"read long ago")
    assert read(folder) == [Mail("1.a.host", b"A: 1\n\nuno"), Mail("2.b.host", b"x" * 100)]
    assert names(folder) == ["cur/0.z.host:2,S", "new/.hidden", "new/1.a.host", "new/2.b.host"]


def test_marked_mails_are_in_cur_as_read(folder: Path) -> None:
    put(folder, "1.a.host", b"A: 1\n\n")
    put(folder, "2.b.host:2,", b"B: 2\n\n")
    with Maildir(str(folder), MOST) as opened:
        opened.mark_read(["1.a.host", "2.b.host:2,", "gone"])
    assert names(folder) == ["cur/1.a.host:2,S", "cur/2.b.host:2,S"]


def test_what_is_set_aside_is_whole_in_its_folder(folder: Path) -> None:
    put(folder, "1.a.host", b"broken")
    with Maildir(str(folder), MOST) as opened:
        opened.set_aside(["1.a.host"])
        opened.set_aside(["gone"])
    assert names(folder) == [".unreadable/maildirfolder", ".unreadable/new/1.a.host"]
    assert (folder / ".unreadable/new/1.a.host").read_bytes() == b"broken"


def test_mail_taken_by_somebody_else_meanwhile_is_nothing(folder: Path) -> None:
    put(folder, "1.a.host", b"A: 1\n\n")
    put(folder, "2.b.host", b"B: 2\n\n")
    with Maildir(str(folder), MOST) as opened:
        mails = opened.unread()
        assert next(mails).key == "1.a.host"
        (folder / "new" / "2.b.host").unlink()
        assert list(mails) == []


def test_what_is_no_file_is_empty_and_stops_no_other(folder: Path) -> None:
    (folder / "new" / "1.folder").mkdir()
    put(folder, "2.b.host", b"B: 2\n\n")
    assert read(folder) == [Mail("1.folder", b""), Mail("2.b.host", b"B: 2\n\n")]


def test_folder_that_is_no_maildir_is_away(tmp_path: Path) -> None:
    with pytest.raises(MailboxAway, match=r"^FileNotFoundError$"):
        read(tmp_path / "nowhere")
    (tmp_path / "new").mkdir()
    put(tmp_path, "1.a", b"A: 1\n\n")
    with pytest.raises(MailboxAway), Maildir(str(tmp_path / "new" / "1.a"), MOST) as opened:
        list(opened.unread())


@pytest.mark.parametrize("part", ["mark", "aside"])
def test_folder_that_cannot_be_written_is_away_and_loses_nothing(folder: Path, part: str) -> None:
    put(folder, "1.a.host", b"A: 1\n\n")
    (folder / "cur").rmdir()
    (folder / "cur").write_bytes(b"")
    (folder / ".unreadable").write_bytes(b"")
    with pytest.raises(MailboxAway), Maildir(str(folder), MOST) as opened:
        moves = opened.mark_read if part == "mark" else opened.set_aside
        moves(["1.a.host"])
    assert [path.name for path in (folder / "new").iterdir()] == ["1.a.host"]
