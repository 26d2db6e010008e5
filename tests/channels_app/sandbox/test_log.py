"""The log on the disk."""

import json
from pathlib import Path
from typing import cast

import pytest

from channels_app.sandbox import log as module
from channels_app.sandbox.log import Entry, Log, line_of, replay
from tests.channels_app.sandbox.samples import PHONE, entry


def test_write_appends_one_line_each(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.jsonl"
    for text in ("uno\ndos", "ñandú \ud800"):
        log = Log(path)
        log.write(entry("sms", PHONE, text))
        log.close()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["uno\ndos", "ñandú \ud800"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"taken": False, "error": 'a "b" \\ \x00 \x1f\u2028', "provider_id": ""},
        {"attachments": ["año.pdf", 'b".pdf'], "details": {"From": "Ana <a@x>\n"}, "size": 7, "key": "<1@x>"},
    ],
)
def test_line_of_is_the_entry_in_json(changes: dict[str, object]) -> None:
    made = cast(Entry, {**entry("email", "a@x"), **changes})
    line = line_of(made)
    assert (json.loads(line), list(json.loads(line)), line.count("\n")) == (
        made,
        list(Entry.__annotations__),
        1,
    )


def test_write_is_there_before_the_log_is_closed(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.write(entry("sms", PHONE))
    assert list(replay(tmp_path / "log.jsonl")) == [entry("sms", PHONE)]
    log.close()


def test_replay_leaves_out_what_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    whole = json.dumps(entry("sms", PHONE))
    path.write_text(f'{whole}\n{{"at": "old form"}}\n[1]\n{whole[:40]}', encoding="utf-8")
    assert list(replay(path)) == [entry("sms", PHONE)]
    assert list(replay(tmp_path / "none.jsonl")) == []


def test_write_begins_a_line_of_its_own_after_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"at": "20', encoding="utf-8")
    log = Log(path)
    log.write(entry("sms", PHONE))
    log.close()
    assert list(replay(path)) == [entry("sms", PHONE)]


def test_replay_reads_the_end_of_a_long_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLAY_BYTES", 1000)
    log = Log(tmp_path / "log.jsonl")
    for number in range(20):
        log.write(entry("sms", PHONE, str(number)))
    log.close()
    texts = [each["text"] for each in replay(tmp_path / "log.jsonl")]
    assert 0 < len(texts) < 5
    assert texts[-1] == "19"
