import fcntl
import os
import shutil
from pathlib import Path

import pytest

from config.embedded import EmbeddedError, places, trial_secret_key


def test_foreign_open_folder_is_refused(own_environment: None, tmp_path: Path) -> None:
    made = places.Places(tmp_path, tmp_path, tmp_path, None, True)
    folder = tmp_path / "valkey"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(EmbeddedError, match="está abierta a otras cuentas: ejecute chmod 700"):
        places.server_folder(made, "valkey")


def test_symbolic_link_is_no_folder_of_ours(own_environment: None, tmp_path: Path) -> None:
    made = places.Places(tmp_path, tmp_path, tmp_path, None, True)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "valkey").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedError, match="no es de esta cuenta"):
        places.server_folder(made, "valkey")


def test_unknown_profile_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMIER_PROFILE", "production")
    with pytest.raises(EmbeddedError, match="PLUMIER_PROFILE=production no existe"):
        places.current()


def test_test_profile_keeps_apart_from_the_trial(
    own_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = places.current()
    monkeypatch.setenv("PLUMIER_PROFILE", "test")
    test = places.current()
    assert (test.var, trial.durable, test.durable) == (trial.var / "test", True, False)
    assert (test.home != trial.home, test.sockets != trial.sockets) == (True, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data lies outside the checkout")
def test_copied_pointer_does_not_share_the_data(
    own_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "servers").write_text("0123456789ab-01234567\n")
    assert places.current().home.name != "0123456789ab-01234567"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data lies outside the checkout")
def test_data_of_a_removed_var_goes_with_it_unless_in_use(own_environment: None, tmp_path: Path) -> None:
    homes = []
    for _ in range(3):
        made = places.prepare()
        homes.append(made.home)
        (made.var / "servers").unlink()
        if len(homes) == 1:
            used = os.open(made.lock("users"), os.O_RDWR | os.O_CREAT)
            fcntl.flock(used, fcntl.LOCK_SH)
        else:
            made.lock("users").touch()
    places.prepare()
    assert [home.exists() for home in homes] == [True, False, False]
    os.close(used)
    shutil.rmtree(homes[0])


def test_trial_key_is_kept_and_private(own_environment: None, tmp_path: Path) -> None:
    first, second = trial_secret_key(), trial_secret_key()
    assert (first == second, len(first) >= 50) == (True, True)
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["secret_key"]
