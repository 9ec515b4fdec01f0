"""The stand-alone checker: it needs the export only, and finds what was done to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from jiannuo.archive.queries import audit_export, head
from tests.archive.recording import record_some

SCRIPT = Path(__file__).parents[2] / "ops" / "verify_audit.py"

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Told:
    code: int
    text: str


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    """What the script says of some lines, run without this environment's packages."""

    def ask(lines: Iterable[str], *options: str | int) -> Told:
        file = tmp_path / "audit.jsonl"
        file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        answer = subprocess.run(
            [sys.executable, "-I", "-S", str(SCRIPT), str(file), *map(str, options)],
            capture_output=True,
            text=True,
            check=False,
        )
        return Told(answer.returncode, answer.stdout + answer.stderr)

    return ask


Ask = Callable[..., Told]


def exported(count: int) -> list[str]:
    record_some(count, sealed=True)
    return list(audit_export())


def rewritten(lines: Iterable[str]) -> list[str]:
    """A forger who knows how it is made: every hash follows again."""
    before, made = "0" * 64, []
    for n, line in enumerate(lines, 1):
        row = {**json.loads(line), "n": n}
        row.pop("hash")
        digest = sha256(written(row).encode()).hexdigest()
        before = sha256((before + digest).encode()).hexdigest()
        made.append(written({**row, "hash": before}))
    return made


def written(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def edited(line: str) -> str:
    row = json.loads(line)
    return written({**row, "payload": row["payload"].replace("第 2 件", "第 9 件")})


def test_an_export_is_whole_and_names_its_head(told: Ask) -> None:
    lines = exported(6)
    end = head()
    answer = told(lines)
    assert answer == Told(0, f"whole: 6 links, head {end.hash}\n")
    assert told(lines, "--count", end.n, "--head", end.hash).code == 0
    assert told([]).code == 0


def test_a_chain_that_grew_since_its_head_was_noted_is_whole(told: Ask) -> None:
    exported(3)
    noted = head()
    lines = exported(2)
    assert told(lines, "--count", noted.n, "--head", noted.hash).code == 0


def test_an_edited_payload_is_found(told: Ask) -> None:
    lines = exported(5)
    lines[2] = edited(lines[2])
    assert told(lines) == Told(
        1, "NOT WHOLE: link 3 does not follow: it, or a link before it, was changed\n"
    )


def test_a_deleted_row_is_found(told: Ask) -> None:
    lines = exported(5)
    del lines[2]
    answer = told(lines)
    assert answer.code == 1
    assert "link 3 is missing" in answer.text


def test_reordered_rows_are_found(told: Ask) -> None:
    lines = exported(5)
    lines[1], lines[2] = lines[2], lines[1]
    assert "link 2 is missing or out of order: link 3" in told(lines).text
    lines[1], lines[2] = (
        line.replace(f'"n":{old},', f'"n":{new},')
        for line, old, new in zip(lines[1:3], (3, 2), (2, 3), strict=True)
    )
    assert "link 2 does not follow" in told(lines).text


def test_a_cut_end_is_found_by_a_noted_head(told: Ask) -> None:
    lines = exported(5)
    noted = head()
    cut = lines[:3]
    assert told(cut).code == 0, "nothing inside a chain says where it ends"
    assert "the end is cut off: 3 links, 5 were noted" in told(cut, "--count", 5).text
    assert "the noted head is nowhere in it" in told(cut, "--head", noted.hash).text


def test_a_rewritten_chain_is_found_by_a_noted_head(told: Ask) -> None:
    lines = exported(5)
    noted = head()
    lines[2] = edited(lines[2])
    forged = rewritten(lines)
    assert told(forged).code == 0, "it is a chain, only another one"
    assert told(forged, "--head", noted.hash).code == 1
    longer = rewritten([*lines, lines[0]])
    assert told(longer, "--count", noted.n, "--head", noted.hash).code == 1


def test_an_old_backup_that_went_on_differently_is_found_by_a_noted_head(told: Ask) -> None:
    backup = exported(4)
    exported(2)
    noted = head()
    since = json.loads(backup[-1]) | {"payload": "{}", "op": str(uuid4())}
    restored = rewritten([*backup, written(since), written(since)])
    answer = told(restored, "--count", noted.n, "--head", noted.hash)
    assert answer.code == 1
    assert "older backup" in answer.text
    assert told(backup, "--head", noted.hash).code == 1


def test_a_head_that_stands_elsewhere_than_noted_is_found(told: Ask) -> None:
    lines = exported(4)
    assert "was rewritten" in told(lines, "--count", 3, "--head", head().hash).text


@pytest.mark.parametrize(
    "nonsense", ["", "[]", "{}", "7", '{"n":3}', "\x00"], ids=["nothing", *"abcde"]
)
def test_what_is_no_link_is_said(told: Ask, nonsense: str) -> None:
    lines = exported(3)
    lines[1] = nonsense
    assert told(lines) == Told(1, "NOT WHOLE: line 2 is not a link of an audit chain\n")


def test_a_line_written_in_another_way_is_not_taken(told: Ask) -> None:
    lines = exported(3)
    lines[1] = json.dumps(json.loads(lines[1]))
    assert "link 2 is not written as an export writes it" in told(lines).text


def test_one_customers_export_is_checked_without_the_others_words(told: Ask) -> None:
    ours, theirs = uuid4(), uuid4()
    for customer in (ours, theirs, ours):
        record_some(2, sealed=True, customer=customer)
    lines = list(audit_export(ours))
    assert told(lines, "--count", 6, "--head", head().hash).code == 0
    assert [set(json.loads(line)) == {"n", "digest", "hash"} for line in lines] == [
        *(False, False),
        *(True, True),
        *(False, False),
    ]
    assert str(theirs) not in "".join(lines)
    lines[4] = lines[4].replace("第 0 件", "第 9 件")
    assert "link 5 does not follow" in told(lines).text


def test_a_file_that_is_not_there_is_no_verdict(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(tmp_path / "none")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_the_script_stays_short_and_needs_nothing_of_ours() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) < 100
    assert "import jiannuo" not in text
    assert "from jiannuo" not in text
