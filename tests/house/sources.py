"""The project's own files, for the tests that hold its measures."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "config",
    "plumier",
    "channels_app",
    "notica",
    "attendance",
    "convivencia",
    "secretaria",
    "journal",
    "grades",
    "tablon",
    "profesores",
    "mirador",
    "demo",
    "benchmarks",
)
_NOT_OURS = {".git", ".venv", "var", "staticfiles", "node_modules", "__pycache__"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    """The path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    """Python outside migrations and tests."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted([ROOT / "manage.py", *(path for path in found if "migrations" not in path.parts)])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[Function]:
    """Every function of the file, however deep."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file of the project that can be read as text."""
    for path in _walk(ROOT):
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_OURS or path.name.endswith("_cache") or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path
