"""A story that cannot be played says where and what may stand there instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jiannuo.faces.rehearsal.playing import PlayError, play
from jiannuo.faces.rehearsal.reading import read_master
from jiannuo.faces.rehearsal.telling import StoryError
from tests.scenarios.telling import LAST, MASTER, SMALL, read, spoiled

WEEK = "from: '2026-03-02T00:00:00', to: '2026-03-09T00:00:00'"
ROSTER = f"roster: {{id: W, {WEEK}, desks: [hotline], shifts: [{{desk: hotline, {WEEK}, person: 无名}}]}}"
UPKEEP = (
    "maintenance_contracts: [{number: M, site: S9, from: '2026-01-01', to: '2026-12-31',"
    " visits_included: 1, visits_before: 0, per_visit: '1.00', parts: cost}]"
)

#: What is spoiled: (what stands there, what is put there, line, what is said).
READ = {
    "an unknown key": (
        "covers: [R-3-1]",
        "covers: [R-3-1]\nnonsense: 1",
        5,
        "unknown key 'nonsense'",
    ),
    "an unknown key inside": ("months: 24", "months: 24, no: 3", 10, "unknown key"),
    "a key given twice": ("id: T01\n", "id: T01\nid: T02\n", 3, "'id' is given twice"),
    "a key left out": ("id: T01\n", "", 1, "lacks 'id'"),
    "another format": ("scenario/2", "scenario/1", 1, "allowed: jiannuo-scenario/2"),
    "an unknown event": ("e: confirmed", "e: confrimed", 17, "allowed: reported, confirmed"),
    "an event of the desk's own": ("e: confirmed", "e: noted", 17, "unknown event 'noted'"),
    "an unknown field": (
        "{level: L3}, id",
        "{level: L3, x: 1}, id",
        17,
        "unknown field 'x'; allowed: level",
    ),
    "a field of the desk's own": (
        "{level: L3}, id",
        "{level: L3, of_kind: x}, id",
        17,
        "unknown field 'of_kind'",
    ),
    "a field left out": (", d: {level: L3}, id", ", id", 17, "confirmed lacks level (L1 | L2"),
    "a value that cannot be": ("{level: L3}, id", "{level: L9}, id", 17, "allowed: L1 | L2"),
    "fields that are none": ("d: {call: outbound}", "d: outbound", 19, "allowed: a mapping"),
    "an unknown action": (
        "action: start_remote_session",
        "action: fly",
        18,
        "allowed: start_remote_session",
    ),
    "an action without its field": (
        "action: start_remote_session",
        "action: execute_plan",
        18,
        "lacks version",
    ),
    "a number that is no text": (
        LAST,
        "case: C1, e: cost_recorded, by: 李伟, d: {kind: travel, item: x, qty: 2, unit: '1.00'}",
        19,
        "qty = 2",
    ),
    "no reference": (LAST, "e: engineer_contact, by: 李伟", 19, "exactly one of case"),
    "two references": ("case: C1, e: eng", "case: C1, stock: x, e: eng", 19, "exactly one of case"),
    "the wrong reference": ("case: C1, e: eng", "stock: C1, e: eng", 19, "needs the key case"),
    "a case nobody reported": ("case: C1, e: eng", "case: C9, e: eng", 19, "'C9'; allowed: C1"),
    "a case reported twice": (
        LAST,
        "case: C1, e: reported, by: 周敏, d: {channel: fax, kind: fault}",
        19,
        "opened before",
    ),
    "a case merged into nothing": (
        LAST,
        "case: C1, e: merged, by: 周敏, d: {into: C7, reason: x}",
        19,
        "'C7'; allowed: C1",
    ),
    "a claim nobody made": (LAST, "claim: K9, e: claim_acknowledged, by: 沈浩", 19, "'K9'"),
    "a correction of nothing": (
        LAST,
        "case: C1, e: correction, by: 李伟, d: {of: zz, reason: x}",
        19,
        "allowed: c1",
    ),
    "an id given twice": ("d: {call: outbound}", "d: {call: outbound}, id: c1", 19, "given twice"),
    "an unknown person": ("by: 李伟, d: {call", "by: 无名, d: {call", 19, "allowed: 周敏"),
    "a person of another role": (
        "by: 李伟, d: {call",
        "by: 周敏, d: {call",
        19,
        "allowed: engineer, expert, product_manager",
    ),
    "an unknown role": ("roles: [contact]", "roles: [boss]", 7, "allowed: contact, technician"),
    "no role": ("roles: [contact]", "roles: []", 7, "at least one role"),
    "an unknown deputy": (
        "customer:",
        "people: [{name: 高飞, role: engineer, deputy_of: 无名}]\ncustomer:",
        7,
        "'无名'",
    ),
    "the wrong order": ("T10:00:00', case", "T09:10:00', case", 19, "order of recording"),
    "recorded before it was": (
        "T10:00:00', case",
        "T10:00:00', rec: '2026-03-02T09:50:00', why: x, case",
        19,
        "before t",
    ),
    "late without a reason": (
        "T10:00:00', case",
        "T10:00:00', rec: '2026-03-02T10:50:00', case",
        19,
        "needs why",
    ),
    "a moment without its T": ("2026-03-02T10", "2026-03-02 10", 19, "YYYY-MM-DDTHH:MM:SS"),
    "a moment that YAML takes for its own": (
        "'2026-03-02T10:00:00'",
        "2026-03-02T10:00:00",
        19,
        "YYYY-MM-DDTHH:MM:SS",
    ),
    "a day that is not in the calendar": ("03-02T10", "02-30T10", 19, "YYYY-MM-DDTHH:MM:SS"),
    "a site that is not there": (
        "type: 交换机, site: S1",
        "type: 交换机, site: S9",
        12,
        "allowed: S1",
    ),
    "a report from nowhere": (
        "kind: fault, device",
        "kind: fault, site: S9, device",
        16,
        "allowed: S1",
    ),
    "a site given twice": (
        "contract:",
        "  - {code: S1, name: x, lat: 30.1, lon: 103.1}\ncontract:",
        10,
        "twice",
    ),
    "an office that is not there": (
        "contract_distance_km: '40.0'",
        "office: XXX",
        9,
        "allowed: CDO",
    ),
    "a place off the map": ("lat: 30.98", "lat: 130.98", 9, "lat -90 to 90"),
    "a serial given twice": ("- {sn: LO-1", "- {sn: ｓｎ１", 14, "is there twice"),
    "a specification in words": ("ram_gb: 4", "ram_gb: many", 14, "allowed: a number"),
    "a contract of no months": ("months: 24", "months: 0", 10, "a whole number from 1"),
    "a policy key that is not there": (
        "months: 24",
        "months: 24, overrides: {phone_response.L9: '01:00'}",
        10,
        "phone_response.L1",
    ),
    "terms that are no mapping": ("months: 24", "months: 24, overrides: [1]", 10, "a mapping"),
    "upkeep of no site": ("devices:", f"{UPKEEP}\ndevices:", 11, "allowed: S1"),
    "a shift of nobody we know": ("devices:", f"{ROSTER}\ndevices:", 11, "no person '无名'"),
    "a block that is not there": ("  cases:", "  casez:", 21, "allowed: distances, warranty"),
    "no YAML": ("sites:", "sites: [", 9, "no YAML"),
}

#: What only the playing shows.
PLAYED = {
    "a step that its gate refuses": ("case: C1, e: remote_login, by: 李伟", "R-7.3-A-1"),
    "a loaner that is not there": (
        "case: C1, e: loaner_issued, by: 蒋丽, d: {sn: LO-9}",
        "no loaner LO-9",
    ),
    "an engineer nobody hired": (
        "case: C1, e: dispatched, by: 刘洋, d: {engineer: 无名}",
        "no 无名 on the staff",
    ),
    "a repair nobody opened": (
        "repair_order: R9, e: repair_shipped, by: 蒋丽",
        "no repair order R9",
    ),
    "a roster that is not there": ("roster: W9, e: roster_published, by: 刘洋", "no roster W9"),
    "a number too large to store": (
        "stock: 风扇, e: stock_received, by: 蒋丽, d: {qty: 99999999999, lot: a, cost: '1.00'}",
        "cannot be stored",
    ),
}


@pytest.mark.parametrize("what", READ)
def test_reading_names_file_line_and_what_is_allowed(what: str, tmp_path: Path) -> None:
    old, new, line, said = READ[what]
    path = spoiled(tmp_path, old, new)
    with pytest.raises(StoryError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:{line}: "), caught.value
    assert said in str(caught.value)


@pytest.mark.parametrize("what", PLAYED)
def test_playing_names_file_and_line(what: str, tmp_path: Path, db: None) -> None:
    new, said = PLAYED[what]
    path = spoiled(tmp_path, LAST, new)
    with pytest.raises(PlayError) as caught:
        play(read(path))
    assert str(caught.value).startswith(f"{path}:19: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "hello", "- 1\n- 2\n"], ids=["nothing", "a word", "a list"])
def test_what_is_no_story_at_all_is_an_error_of_its_first_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoryError, match=re.escape(f"{path}:1: the story must be a mapping")):
        read(path)


def test_expectations_are_blocks_by_name(tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8")
    path = tmp_path / "bad.yaml"
    path.write_text(text[: text.index("expected:")] + "expected: [1]\n", encoding="utf-8")
    with pytest.raises(StoryError, match=":20: expected must be a mapping with distances"):
        read(path)


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(SMALL.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(StoryError, match="not UTF-8"):
        read(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("policy:", "polices:", "unknown key 'polices'"),
        ("role: hotline_agent}", "role: boss}", "allowed: hotline_agent"),
        ('fix_24h: {limit: "24:00"', 'fix_24h: {limit: "a day"', "fix_24h.limit = 'a day'"),
        ("master/2", "master/3", "allowed: jiannuo-scenario-master/2"),
    ],
)
def test_a_company_that_cannot_be_is_named_too(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = MASTER.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "_master.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StoryError) as caught:
        read_master(path)
    line = 1 + text[: text.index(old)].count("\n")
    assert str(caught.value).startswith(f"{path}:{line}: "), caught.value
    assert said in str(caught.value)


def test_the_small_story_itself_is_good(db: None) -> None:
    assert play(read(SMALL)).answers[0][1].reasons == ("no_consent",)
