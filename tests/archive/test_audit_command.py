"""`jiannuo audit`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jiannuo.archive.queries import audit_export, head
from jiannuo.faces.console.audit import audit
from tests.archive.recording import record_some

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_export_seals_first_and_is_its_owners_alone(tmp_path: Path) -> None:
    record_some(3)
    file = tmp_path / "audit.jsonl"
    answer = CliRunner().invoke(audit, ["export", str(file)])
    assert answer.exit_code == 0, answer.output
    assert file.read_text().splitlines() == list(audit_export())
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"--count 3 --head {head().hash}" in answer.stderr
    again = CliRunner().invoke(audit, ["export", str(file)])
    assert again.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["audit.jsonl"]


def test_an_export_to_the_screen_is_nothing_but_the_chain() -> None:
    record_some(2)
    answer = CliRunner().invoke(audit, ["export", "-"])
    assert answer.stdout.splitlines() == list(audit_export())


def test_verifying_says_what_to_note_and_compares_what_was_noted() -> None:
    record_some(3, sealed=True)
    good = CliRunner().invoke(audit, ["verify", "--count", "3", "--head", head().hash])
    assert good.exit_code == 0, good.output
    bad = CliRunner().invoke(audit, ["verify", "--count", "2", "--head", head().hash])
    assert bad.exit_code == 1
    assert "link 2 is not the one that was noted" in bad.output
    gone = CliRunner().invoke(audit, ["verify", "--count", "4", "--head", head().hash])
    assert gone.exit_code == 1
    half = CliRunner().invoke(audit, ["verify", "--count", "2"])
    assert half.exit_code == 2
