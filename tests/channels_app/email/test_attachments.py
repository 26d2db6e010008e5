"""Files encoded once for everybody."""

import asyncio
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from channels_app.base import Attachment
from channels_app.email.attachments import (
    BLOCK,
    Attachments,
    Enclosure,
    EnclosureCache,
    enclose,
    safe_name,
)


def _file(
    folder: Path, data: bytes, name: str = "a.pdf", content_type: str = "application/pdf"
) -> Attachment:
    path = folder / "stored"
    path.write_bytes(data)
    return Attachment(name, content_type, str(path))


def _read(enclosure: Enclosure) -> list[EmailMessage]:
    head = f'Content-Type: multipart/mixed; boundary="{enclosure.boundary}"\r\n\r\n'.encode()
    mail = message_from_bytes(head + enclosure.data, policy=default)
    return list(mail.iter_parts())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 57, 58, BLOCK, BLOCK + 1])
def test_enclose_gives_the_same_bytes_back(tmp_path: Path, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    (part,) = _read(enclose((_file(tmp_path, data),)))
    assert part.get_content() == data


def test_enclose_writes_short_lines(tmp_path: Path) -> None:
    enclosure = enclose((_file(tmp_path, b"\xff" * BLOCK * 2),))
    assert max(map(len, enclosure.data.split(b"\r\n"))) == 76
    assert b"\n" not in enclosure.data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Reunión — 1º B.pdf", "Reunión — 1º B.pdf"),
        ("Thông báo.pdf", "Thông báo.pdf"),
        ("a\r\nBcc: x.pdf", "a Bcc: x.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ('a"b;c.pdf', 'a"b;c.pdf'),
        ("\n", "adjunto"),
    ],
)
def test_enclose_keeps_a_name_that_can_do_no_harm(tmp_path: Path, name: str, read: str) -> None:
    (part,) = _read(enclose((_file(tmp_path, b"x", name),)))
    assert (part.get_filename(), part.get_content_disposition()) == (read, "attachment")


def test_enclose_writes_a_name_with_accents_by_rfc_2231(tmp_path: Path) -> None:
    data = enclose((_file(tmp_path, b"x", "Reunión.pdf"),)).data
    assert b"filename*=utf-8''Reuni%C3%B3n.pdf" in data


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        ("image/PNG", "image/png"),
        ("nonsense", "application/octet-stream"),
        ("a/b\r\nX: y", "application/octet-stream"),
    ],
)
def test_enclose_takes_only_a_content_type(tmp_path: Path, content_type: str, read: str) -> None:
    (part,) = _read(enclose((_file(tmp_path, b"x", content_type=content_type),)))
    assert part.get_content_type() == read


def test_enclose_of_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        enclose((Attachment("a", "a/b", str(tmp_path / "gone")),))


@pytest.mark.parametrize("name", ["", "...", "/", "\x00"])
def test_safe_name_is_never_empty(name: str) -> None:
    assert safe_name(name) == "adjunto"


def _attachments(name: str) -> Attachments:
    return (Attachment(name, "application/pdf", f"/{name}"),)


async def test_the_cache_encodes_once_for_many_at_once() -> None:
    encoded: list[tuple[Attachments, bool]] = []

    def encode(attachments: Attachments) -> Enclosure:
        encoded.append((attachments, threading.current_thread() is threading.main_thread()))
        return Enclosure("b", b"x")

    cache = EnclosureCache(encode=encode)
    found = await asyncio.gather(*(cache.get(_attachments("a")) for _ in range(50)))
    assert encoded == [(_attachments("a"), False)]
    assert len({id(enclosure) for enclosure in found}) == 1


async def test_the_cache_drops_the_longest_unused_beyond_its_limit() -> None:
    encoded: list[str] = []

    def encode(attachments: Attachments) -> Enclosure:
        encoded.append(attachments[0].name)
        return Enclosure("b", b"x" * 40)

    cache = EnclosureCache(limit=100, encode=encode)
    for name in ("a", "b", "a", "c", "a", "b"):
        await cache.get(_attachments(name))
    assert encoded == ["a", "b", "c", "b"]


async def test_the_cache_keeps_one_that_is_larger_than_its_limit() -> None:
    encoded: list[str] = []

    def encode(attachments: Attachments) -> Enclosure:
        encoded.append(attachments[0].name)
        return Enclosure("b", b"x" * 400)

    cache = EnclosureCache(limit=100, encode=encode)
    for _ in range(3):
        await cache.get(_attachments("a"))
    assert encoded == ["a"]
