from pathlib import Path

import pytest

from benchmarks.options import SECTIONS, Options, read


def test_nothing_given_is_a_whole_run() -> None:
    assert read([]) == Options(SECTIONS, False, None)
    assert read([]).whole is True


def test_only_keeps_the_order_of_the_run() -> None:
    chosen = read(["--only", "fanout", "deliveries", "--quick", "--out", "there"])
    assert chosen == Options(("deliveries", "fanout"), True, Path("there"))
    assert (chosen.whole, read(["--quick"]).whole) == (False, False)


def test_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--only", "everything"])
    assert "invalid choice: 'everything'" in capsys.readouterr().err
