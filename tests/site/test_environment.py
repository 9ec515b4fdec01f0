"""A setting that is misspelt stops the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jiannuo.site import environment, secret
from jiannuo.site.environment import BadEnvironment


def test_an_empty_environment_is_enough() -> None:
    env = environment.read({})
    assert not env.debug
    assert env.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert env.data.name == "var"


def test_values_are_read_by_their_kind(tmp_path: Path) -> None:
    env = environment.read(
        {
            "JIANNUO_DATA": str(tmp_path),
            "JIANNUO_DEBUG": "yes",
            "JIANNUO_HOSTS": "a.example, b.example",
            "JIANNUO_ORIGINS": "https://a.example",
            "JIANNUO_POOL": "8",
        }
    )
    assert env.data == tmp_path
    assert env.debug
    assert env.hosts == ("a.example", "b.example")
    assert env.origins == ("https://a.example",)
    assert env.pool == 8


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JIANNUO_DEBUG", "perhaps"),
        ("JIANNUO_POOL", "-1"),
        ("JIANNUO_POOL", "many"),
        ("JIANNUO_DATA", "here/below"),
        ("JIANNUO_HOSTS", " , "),
        ("JIANNUO_ORIGINS", "a.example"),
        ("JIANNUO_SECRET_KEY", "short"),
        ("JIANNUO_DEBUGG", "1"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(BadEnvironment, match=name):
        environment.read({name: value})


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(BadEnvironment) as told:
        environment.read({"JIANNUO_POOL": "x", "JIANNUO_NO": "1", "JIANNUO_DEBUG": "x"})
    for name in ("JIANNUO_POOL", "JIANNUO_NO", "JIANNUO_DEBUG"):
        assert name in str(told.value)


def test_an_unknown_variable_stops_the_start() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "jiannuo.site.cli", "db", "status"],
        env={**os.environ, "JIANNUO_DEBUGG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "JIANNUO_DEBUGG is not known" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_checkout_the_state_folder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "CHECKOUT", Path("/nowhere"))
    assert environment.read({"XDG_STATE_HOME": "/s"}).data == Path("/s/jiannuo")
    assert environment.read({}).data == Path.home() / ".local/state/jiannuo"


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = secret.kept_in(tmp_path / "new")
    assert len(first) >= 50
    assert secret.kept_in(tmp_path / "new") == first
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(BadEnvironment, match="JIANNUO_DATA"):
        secret.kept_in(tmp_path)
