"""Where the own servers keep their data, sockets, locks and logs, and whom they run as."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SYSTEM_HOME = Path("/var/lib/plumier")
SOCKET_BASE = Path("/tmp")
SOCKET_PATH_MAX = 107  # bytes: sockaddr_un.sun_path less its closing zero, see unix(7)
PROFILES = ("trial", "test", "bench")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the servers run as when the command runs as root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one set of servers.

    `var` is the checkout's, for what the application itself keeps. `home` holds the servers' data,
    locks and logs: `var` too for a normal user; as root a folder outside the checkout, because
    PostgreSQL refuses to run as root and `account` cannot enter closed folders. `large` gives PostgreSQL
    the memory of a server.
    """

    var: Path
    home: Path
    sockets: Path
    account: Account | None
    durable: bool
    large: bool = False

    def lock(self, name: str) -> Path:
        return self.home / "locks" / name

    def log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"


def profile_name() -> str:
    """`PLUMIER_PROFILE`: `trial`, or servers of their own: `test` promises no durability, `bench` is large."""
    name = os.environ.get("PLUMIER_PROFILE", "") or "trial"
    if name not in PROFILES:
        raise EmbeddedError(f"PLUMIER_PROFILE={name} no existe. Use uno de: {', '.join(PROFILES)}.")
    return name


def var_folder() -> Path:
    """`PLUMIER_VAR`, or `var/` of the checkout; another profile's is a folder inside."""
    base = CHECKOUT / (os.environ.get("PLUMIER_VAR", "") or "var")
    name = profile_name()
    return base if name == "trial" else base / name


def current() -> Places:
    """The places that the environment asks for. Creates nothing."""
    var = var_folder()
    durable, large = profile_name() != "test", profile_name() == "bench"
    if os.geteuid() != 0:
        sockets = SOCKET_BASE / f"plumier-{os.geteuid()}-{_digest(var)}"
        return Places(var, var, sockets, None, durable, large)
    home = SYSTEM_HOME / _pointed_name(var)
    return Places(var, home, home / "sockets", _nobody(), durable, large)


def prepare() -> Places:
    """Make the folders that the environment asks for and see that nobody else can tamper with them.

    Raises EmbeddedError when a folder belongs to somebody else or a socket's path would be too long.
    """
    try:
        return _prepare()
    except OSError as error:
        raise EmbeddedError(
            f"No se puede preparar la carpeta de los datos de prueba: {error}. Compruebe sus permisos o indique "
            f"otra carpeta en PLUMIER_VAR (como root, los servidores guardan lo suyo en {SYSTEM_HOME})."
        ) from error


def _prepare() -> Places:
    var_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _point(var_folder())
        _own_folder(SYSTEM_HOME, mode=0o755)
    places = current()
    if places.account:
        _own_folder(places.home, mode=0o755)
    for folder in (places.home / "locks", places.home / "log"):
        _own_folder(folder, mode=0o700)
    _own_folder(places.sockets, mode=0o700, account=places.account)
    longest = places.sockets / ".s.PGSQL.5432.lock"
    if len(os.fsencode(longest)) > SOCKET_PATH_MAX:
        raise EmbeddedError(f"La ruta de la carpeta de sockets es demasiado larga: {places.sockets}.")
    return places


def server_folder(places: Places, name: str) -> Path:
    """A folder that only the servers' account may enter; made when it is not there."""
    folder = places.home / name
    _own_folder(folder, mode=0o700, account=places.account)
    return folder


def write_once(path: Path, text: str) -> str:
    """Keep `text` in a private file unless the file is there already; what it then holds."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text()


def _digest(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]


def _pointed_name(var: Path) -> str:
    """The folder's name that `var` points to, if it was made for this very checkout.

    A copied checkout brings its pointer along; sharing the first one's data would be a surprise.
    """
    try:
        name = (var / "servers").read_text().strip()
    except OSError:
        name = ""
    return name if name.startswith(f"{_digest(var)}-") else f"{_digest(var)}-new"


def _point(var: Path) -> None:
    with (var / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _pointed_name(var).endswith("-new"):
            (var / "servers").unlink(missing_ok=True)
            _remove_unreachable(_digest(var))
            write_once(var / "servers", f"{_digest(var)}-{secrets.token_hex(4)}\n")


def _remove_unreachable(digest: str) -> None:
    """What an earlier `var/` of this very path pointed to goes with it, as it does for any other account."""
    for home in SYSTEM_HOME.glob(f"{digest}-*"):
        try:
            with (home / "locks" / "users").open() as users:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(home)
        except OSError:  # somebody still uses it
            continue


def _own_folder(folder: Path, *, mode: int, account: Account | None = None) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
    found = folder.lstat()
    uid = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        raise EmbeddedError(f"La carpeta {folder} no es de esta cuenta: bórrela o cambie su dueño.")
    if stat.S_IMODE(found.st_mode) & ~mode:
        raise EmbeddedError(
            f"La carpeta {folder} está abierta a otras cuentas: ejecute chmod {mode:o} {folder}"
        )
    if account and found.st_uid != uid:
        os.chown(folder, account.uid, account.gid)


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError(
            "PostgreSQL no funciona como root y no hay una cuenta «nobody»: use otra cuenta o DATABASE_URL."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)
