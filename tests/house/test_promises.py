"""Every line of what the engine must show names tests that there are."""

import ast

from tests.faults.promises import SHOWN_BY
from tests.house.sources import ROOT, Function, tree


def test_every_promise_names_tests_that_there_are() -> None:
    assert [
        (promise, test)
        for promise, tests in SHOWN_BY.items()
        for test in tests
        if test not in _tests_of(test)
    ] == []
    assert [promise for promise, tests in SHOWN_BY.items() if not tests] == []


def _tests_of(test: str) -> set[str]:
    """All tests of the file that a test is said to be in, named as in the table."""
    file, _, _name = test.rpartition(".")
    path = ROOT / "tests" / (f"{file}.py" if "/" in file else f"faults/{file}.py")
    if not path.is_file():
        return set()
    return {
        f"{file}.{node.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and node.name.startswith("test_")
    }
