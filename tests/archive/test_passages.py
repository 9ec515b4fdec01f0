"""Whatever is written into the archive is found again, by any fragment, the newest first."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from jiannuo.archive import importing, newest, passages
from jiannuo.archive.commands import Entry, Rung, Subject, log_call, record
from jiannuo.archive.models import Passage
from jiannuo.archive.passages import read_anew, read_on, texts, unread
from jiannuo.kernel.grams import asked
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.passages import CODES, PERSONS
from tests.archive.recording import AT, ZHOU, record_one

pytestmark = pytest.mark.django_db
VOCABULARY = "电源风扇主控板交换机存储阵列硬盘告警温度过高掉电重启光口不通请尽快处理，。"
MINUTE = timedelta(minutes=1)


def noted(
    text: str, minute: int = 0, *, visible: bool = False, customer: UUID | None = None
) -> int:
    at = AT + minute * MINUTE
    entry = Entry(uuid4(), "noted", at, at, {"text": text, "visible": visible})
    seq = record(ZHOU, Subject("case", uuid4(), customer), entry)
    assert seq is not None
    return seq


def ids(typed: str, limit: int = 50, **how: Any) -> list[int]:
    return [hit.id for hit in texts(asked(typed), limit, **how)]


def test_a_report_is_found_by_two_characters_of_it() -> None:
    seq = record_one("二号机房核心交换机不通")
    record_one("风扇")
    assert ids("机房") == ids("号机") == ids("不通") == [seq]
    assert ids("房机") == ids("") == []


@pytest.mark.parametrize("walk", [0, 7, 1000])
def test_recall_and_precision_are_whole(monkeypatch: pytest.MonkeyPatch, walk: int) -> None:
    """However many of the newest are walked through first, and page by page."""
    monkeypatch.setattr(newest, "WALK", walk)
    dice = random.Random(7)
    written = {}
    for minute in dice.sample(range(200), 120):
        text = "".join(dice.choices(VOCABULARY, k=dice.randint(1, 30)))
        written[noted(text, minute)] = (minute, text)
    latest = sorted(written, key=lambda seq: written[seq][0], reverse=True)
    for length in (1, 2, 2, 2, 3, 4):
        for _ in range(12):
            source = dice.choice(list(written.values()))[1]
            start = dice.randrange(len(source))
            fragment = source[start : start + length].replace("，", ",")
            expected = [s for s in latest if fragment in written[s][1].replace("，", ",")]
            found: list[int] = []
            while page := ids(fragment, 5, after=found[-1] if found else None):
                found += page
            assert found == expected, fragment


def test_a_word_of_yesteryear_is_found_behind_many_newer_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(newest, "WALK", 5)
    old = [noted("汛期水位告警", minute) for minute in range(3)]
    for minute in range(10, 30):
        noted("一切正常", minute)
    assert ids("汛期") == old[::-1]


def test_what_was_said_on_the_telephone_is_found_with_its_event() -> None:
    seq = noted("客户来电")
    for summary in ("客户来电", "说液压站漏油", "说液压站漏油"):
        call = Rung("inbound", "王芳", "周敏", AT, answered=True, summary=summary)
        log_call(Subject("case", uuid4()), seq, call)
    assert ids("液压") == [seq]
    assert Passage.objects.get().folded == "客户来电\n说液压站漏油"
    [hit] = texts(asked("液压"), 5)
    assert hit.parts == ("客户来电", "客户来电", "说液压站漏油", "说液压站漏油")


def test_a_call_is_found_whose_event_says_nothing() -> None:
    entry = Entry(uuid4(), "confirmed", AT, AT, {"level": "L2"})
    seq = record(ZHOU, Subject("case", uuid4()), entry)
    assert seq is not None
    assert not Passage.objects.exists()
    call = Rung("outbound", "王芳", "周敏", AT, answered=True, summary="已告知")
    log_call(Subject("case", uuid4()), seq, call)
    assert ids("告知") == [seq]


def test_an_imported_history_is_found_and_its_reason_is_nobody_s_text() -> None:
    subject = Subject("case", uuid4())
    detail = {"channel": "email", "kind": "fault", "text": "历史故障：UPS 蓄电池鼓包"}
    told = importing.Told(ZHOU, subject, Entry(uuid4(), "reported", AT, AT, detail))
    assert [importing.record_all([told]), importing.record_all([told])] == [1, 0]
    assert [hit.subject for hit in texts(asked("鼓包"), 5)] == [subject.id]
    assert ids(importing.WHY) == []


def test_a_correction_is_found_and_so_is_what_it_corrects() -> None:
    first = noted("主控板故障")
    detail = {"of": "x", "of_kind": "noted", "d": {"text": "接口板故障"}, "reason": "看错"}
    entry = Entry(uuid4(), "correction", AT + MINUTE, AT + MINUTE, detail)
    second = record(ZHOU, Subject("case", uuid4()), entry)
    assert ids("主控") == [first]
    assert ids("接口板") == ids("看错") == [second]
    assert ids("板故障") == [second, first]


def test_a_customer_s_person_finds_his_own_and_only_what_he_was_told() -> None:
    mine, theirs = uuid4(), uuid4()
    shown = noted("主控板已更换", 1, visible=True, customer=mine)
    noted("主控板进价", 2, customer=mine)
    noted("主控板在途", 3, visible=True, customer=theirs)
    assert ids("主控", customer=mine) == [shown]
    assert len(ids("主控")) == 3


def test_every_field_that_takes_text_is_found_or_named_as_none() -> None:
    """Who adds a field finds it in the search without a word said."""
    fields = {
        field.name
        for kind in kinds().values()
        for field in kind.fields.values()
        if field.type in ("text", "names")
    }
    assert fields >= PERSONS | CODES
    assert {"text", "method", "cause", "solution", "diagnosis", "device", "caller"} <= (
        fields - PERSONS - CODES
    )


def test_an_upgrade_reads_what_was_there_in_the_background() -> None:
    """The newest first; nothing waits for it; what came meanwhile is found at once."""
    written = [record_one(f"旧案 {n} 号，阀门") for n in range(5)]
    before = list(Passage.objects.order_by("event").values_list("event", "folded", "open", "at"))
    Passage.objects.all().delete()
    assert read_anew() == written[-1]
    fresh = record_one("新案，阀门")
    assert ids("阀门") == [fresh]
    assert read_on(2) == 2
    assert ids("阀门") == [fresh, *written[:2:-1]]
    assert unread() == (written[3] - 1, written[-1])
    while read_on(2):
        pass
    assert unread() == (0, 0)
    assert set(ids("阀门")) == {fresh, *written}
    after = Passage.objects.filter(event__in=written).order_by("event")
    assert list(after.values_list("event", "folded", "open", "at")) == before


def test_reading_anew_mends_what_was_cut_otherwise() -> None:
    record_one("阀门漏水")
    Passage.objects.update(folded="老规矩")
    read_anew()
    assert read_on() == 1
    assert read_on() == 0
    assert len(ids("阀门")) == 1
    assert ids("老规矩") == []


def test_what_was_written_lately_is_in_the_index_after_tidying() -> None:
    record_one("阀门")
    passages.tidy()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    assert len(ids("阀门")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        *("%", "_", "\\", "'", "''", '"', "电' | '源", "!a & b", "a:*", "<->", "\x00", "\ud800"),
        *("电" * 10_000, "' or 1=1 --", "\u202e源电", "(" * 500, "a\\'b", "%s %(x)s", "電", "😀"),
    ],
)
def test_no_input_breaks_the_search(typed: str) -> None:
    record_one("电源 100%_\\'\" 正常 😀 %s %(x)s")
    texts(asked(typed), 50)
    assert len(texts(asked("100%_\\'\""), 50)) == len(texts(asked("😀"), 50)) == 1
