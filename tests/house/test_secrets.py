"""Nothing of one machine, of one person or of the workshop stands in the project."""

import re

import pytest

from tests.house.sources import name, text_files

# Telegram's own sample, from its documentation.
_SAMPLE = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
_FOUND_NOWHERE = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a Telegram token": r"\b\d{8,10}:AA[\w-]{33}\b",
    "a cloud key": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{36}\b|\bxox[abpr]-[\w-]{10,}",
    "a machine's path": r"(?<![\w.])/(home|Users|root|work|workspace|builds)/\w",
    "a package index": r"pythonhosted\.org|pypi\.org/simple|--(extra-)?index-url|--find-links|index-url *=",
    "an issue's number": r"(?i)\b(issue|fix(es)?|close[sd]?|bug|pull request|PR) #?\d+\b|\(#\d+\)",
    "a workshop's word": r"(?i)\b(claude|anthropic|chatgpt|copilot|subagent|ai agent|llm)\b",
}


@pytest.mark.parametrize("what", _FOUND_NOWHERE)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(_FOUND_NOWHERE[what])
    assert [
        f"{name(path)}:{number}"
        for path, text in text_files()
        if name(path) != "tests/house/test_secrets.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line.replace(_SAMPLE, ""))
    ] == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a Telegram token", "987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"),
        ("a machine's path", "see /home/ana/plumier"),
        ("a package index", "--index-url https://x"),
        ("an issue's number", "as in issue 12"),
        ("an issue's number", "Keep it (#12)"),
    ],
)
def test_patterns_find_what_they_are_for(what: str, line: str) -> None:
    assert re.search(_FOUND_NOWHERE[what], line) is not None
