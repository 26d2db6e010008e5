import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import Function, functions, name, python_files, tree

_FILE_LINES = 300
_LARGER_FILES = {"config/settings.py": 400}
_FUNCTION_LINES = 40
_PARAMETERS = 6


def test_files_are_short() -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {file: size for file, size in sizes.items() if size > _LARGER_FILES.get(file, _FILE_LINES)} == {}


def test_functions_are_short() -> None:
    assert [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > _FUNCTION_LINES
    ] == []


def test_functions_take_few_parameters() -> None:
    assert [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files()
        for function in functions(path)
        if _parameters(function) > _PARAMETERS
    ] == []


def test_functions_are_typed() -> None:
    assert [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files()
        for function in functions(path)
        if not _is_typed(function)
    ] == []


def test_imports_stand_at_the_top() -> None:
    """Models are not there before `apps.ready`; an optional extra may be missing."""
    assert [
        f"{name(path)}:{line}"
        for path in python_files()
        for function in functions(path)
        if not (path.name == "apps.py" and function.name == "ready")
        for line in _imports_inside(function)
    ] == []


def _arguments(function: Function) -> list[ast.arg]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return [argument for argument in named if argument.arg not in ("self", "cls")]


def _parameters(function: Function) -> int:
    return len(_arguments(function))


def _is_typed(function: Function) -> bool:
    loose = [function.args.vararg, function.args.kwarg]
    every = [*_arguments(function), *(argument for argument in loose if argument)]
    return function.returns is not None and all(argument.annotation for argument in every)


def _imports_inside(function: Function) -> Iterator[int]:
    optional = {
        inner
        for node in ast.walk(function)
        if isinstance(node, ast.Try) and any(_catches_missing(handler) for handler in node.handlers)
        for inner in ast.walk(node)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in optional:
            yield node.lineno


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.type, ast.Name) and handler.type.id in ("ImportError", "ModuleNotFoundError")


def test_measures_see_something() -> None:
    assert Path(__file__).name == "test_sizes.py"
    assert {"config/settings.py", "plumier/models/people.py"} <= {name(path) for path in python_files()}
    assert any(isinstance(node, ast.ClassDef) for path in python_files() for node in tree(path).body)
