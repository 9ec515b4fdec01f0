"""`jiannuo scenario run`: what it prints, writes and ends with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import connection

from jiannuo.cases.models import Case
from jiannuo.faces.rehearsal import command
from jiannuo.faces.rehearsal.command import scenario
from tests.scenarios.telling import LAST, MASTER, SMALL, spoiled


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """The test's own database in place of a scratch one."""

    @contextmanager
    def scratch(*, keep: bool = False) -> Iterator[str]:
        yield "scratch"

    monkeypatch.setattr(command, "scratch_database", scratch)


def run(*arguments: object) -> Result:
    words = ["run", "--master", str(MASTER), *map(str, arguments)]
    return CliRunner().invoke(scenario, words)


def last(said: Result) -> str:
    return said.output.splitlines()[-1]


def test_a_story_that_ends_as_it_says_passes(here: None) -> None:
    said = run(SMALL)
    assert (said.exit_code, last(said)) == (0, "scenarios 1 passed, 0 failed")
    assert "T01  一个小故事" in said.output


def test_a_story_that_ends_otherwise_shows_each_row_that_differs(
    here: None, tmp_path: Path
) -> None:
    path = spoiled(tmp_path, "status: phone", "status: closed")
    said = run(path)
    assert (said.exit_code, last(said)) == (1, "scenarios 0 passed, 1 failed")
    assert "cases               0 agree  DIFFERS" in said.output
    assert 'missing  {"case": "C1", "level": "L3", "profile": 1, "status": "closed"}' in said.output
    assert 'extra    {"case": "C1", "level": "L3", "profile": 1, "status": "phone"}' in said.output


def test_one_bad_story_does_not_keep_the_others_from_being_played(
    here: None, tmp_path: Path
) -> None:
    unknown = spoiled(tmp_path, "e: confirmed", "e: confrimed", "unknown.yaml")
    refused = spoiled(tmp_path, LAST, "case: C1, e: remote_login, by: 李伟", "refused.yaml")
    said = run(unknown, SMALL, refused, SMALL)
    assert (said.exit_code, last(said)) == (1, "scenarios 2 passed, 2 failed")
    assert f"{unknown}:17: unknown event 'confrimed'" in said.output
    assert f"{refused}:19: remote_login was refused" in said.output
    assert not Case.objects.exists()  # a story leaves nothing for the next one


def test_a_story_without_expectations_is_computed(here: None, tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8")
    path, out = tmp_path / "open.yaml", tmp_path / "out.json"
    path.write_text(text[: text.index("expected:")], encoding="utf-8")
    said = run(path, "--json", out)
    assert (said.exit_code, last(said)) == (0, "scenarios 1 passed, 0 failed")
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["cases"] == [{"case": "C1", "status": "phone", "profile": 1, "level": "L3"}]
    assert found["charges"] == {"lines": [], "totals": [], "total": "0.00"}
    clocks = {row["clock"]: row["verdict"] for row in found["clocks"]}
    assert clocks == {
        "phone_response": "met",
        "umbrella_response": "met",
        "fix_24h": "breached",
    }


def test_what_was_computed_is_what_could_have_been_expected(here: None, tmp_path: Path) -> None:
    """The blocks written for a story, put into it as expectations, make it pass."""
    out, path = tmp_path / "out.json", tmp_path / "again.yaml"
    run(SMALL, "--json", out)
    text = SMALL.read_text(encoding="utf-8")
    blocks = out.read_text(encoding="utf-8").replace("\n", "\n  ")
    path.write_text(text[: text.index("expected:")] + "expected:\n  " + blocks, encoding="utf-8")
    said = run(path)
    assert last(said) == "scenarios 1 passed, 0 failed", said.output


def test_several_stories_are_written_by_the_name_of_their_file(here: None, tmp_path: Path) -> None:
    other = spoiled(tmp_path, "status: phone", "status: closed", "other.yaml")
    bad = spoiled(tmp_path, "e: confirmed", "e: confrimed", "bad.yaml")
    out = tmp_path / "out.json"
    run(SMALL, other, bad, "--json", out)
    found = json.loads(out.read_text(encoding="utf-8"))
    assert set(found) == {"small", "other", "bad"}
    assert found["bad"] is None
    assert found["small"] == found["other"]


def test_a_company_that_is_missing_or_bad_fails_the_story_with_a_sentence(
    here: None, tmp_path: Path
) -> None:
    alone = spoiled(tmp_path, "T01", "T02")
    said = CliRunner().invoke(scenario, ["run", str(alone)])
    assert (said.exit_code, last(said)) == (1, "scenarios 0 passed, 1 failed")
    assert "_master.yaml" in said.output
    (tmp_path / "_master.yaml").write_text("schema: [", encoding="utf-8")
    said = CliRunner().invoke(scenario, ["run", str(alone)])
    assert (said.exit_code, last(said)) == (1, "scenarios 0 passed, 1 failed")
    assert "_master.yaml:" in said.output


def test_a_file_that_is_not_there_is_a_mistake_of_the_command_line() -> None:
    assert run("nowhere.yaml").exit_code == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_touches_nothing_of_the_company_and_leaves_no_database(server: str) -> None:
    home = settings.DATABASES["default"]["NAME"]
    said = run(SMALL)
    assert (said.exit_code, last(said)) == (0, "scenarios 1 passed, 0 failed"), said.output
    assert settings.DATABASES["default"]["NAME"] == home
    assert not Case.objects.exists()
    assert scratch_databases(server) == []
    kept = run(SMALL, "--keep")
    name = kept.output.split("kept: database ")[1].split()[0]
    try:
        assert scratch_databases(server) == [name]
        with psycopg.connect(server, dbname=name) as there:
            assert there.execute("select count(*) from cases_case").fetchone() == (1,)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")


def scratch_databases(server: str) -> list[str]:
    connection.close()
    with psycopg.connect(server) as admin:
        rows = admin.execute(
            "select datname from pg_database where datname ~ '^jiannuo_rehearsal_[0-9a-f]{8}$'"
        ).fetchall()
    return [name for (name,) in rows]
