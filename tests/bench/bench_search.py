"""The newest 50 texts that hold a word, of two hundred thousand: ours, plain `like`, and pg_trgm,
side by side on the same texts. TEXTS=1000000 in the environment for a million."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection

from jiannuo.archive.passages import PASSAGES, TextHit, texts
from jiannuo.kernel import grams
from jiannuo.kernel.grams import asked, folded
from jiannuo.kernel.moment import now
from jiannuo.oversight.finding import find
from tests.bench.ground import ground

Row = tuple[str, str, str]
COUNT = int(os.environ.get("TEXTS", "200000"))
USERS = 8
VOCABULARY = (
    "设备告警电源模块主板服务器交换机存储阵列硬盘故障更换备件远程现场工程师客户确认恢复正常温度过高风扇停转业务"
    "中断网络不通链路光口控制器固件升级日志分析备份失败数据库连接超时内存报错机房巡检空调漏水断路器跳闸重启后"
    "仍未解决请尽快处理今日下午三点已联系值班人员到达检查发现接口松动重新插拔指示灯亮绿一切就绪等待观察结束"
)
EVERY = 6  # one text in six holds the common word
WORDS = {
    "rare word (燊焱磁浮)": "燊焱磁浮",
    "one rare character (燊)": "燊",
    "2-character word (服务)": "服务",
    f"word in {COUNT // EVERY:,} texts (华夏主控)": "华夏主控",
    f"the same, all of it years ago ({COUNT // EVERY:,})": "汛期水位",
    "fragment of a serial (31-2405-0)": "31-2405-0",
    "serial without hyphens (3124050)": "3124050",
    "nowhere (磁浮燊焱)": "磁浮燊焱",
}


def figures() -> Iterator[Row]:
    found = ground()
    began = time.perf_counter()
    _load()
    _plain()
    yield f"{COUNT:,} texts loaded", f"{time.perf_counter() - began:.0f} s", _sizes()
    for name, word in WORDS.items():
        ours = _p50(partial(_ours, word))
        hits = len(_ours(word))
        like, trgm = _p50(partial(_like, word), 3), _p50(partial(_trgm, word), 5)
        yield name, f"{ours:.1f} ms, {hits} hits", f"like {like:.0f}, trgm {trgm:.0f} ms"
    for name, word in list(WORDS.items())[:4]:
        whole = _p50(partial(find, found.agent, word, 10))
        yield (
            f"all groups of the one box, {name.partition(' (')[0]}",
            f"{whole:.1f} ms",
            "10 of each",
        )
    p95 = _crowd()
    yield f"{USERS} users at once, all words in turn, p95", f"{p95:.0f} ms", "under 150"
    yield from _writing()


def _load() -> None:
    """Texts as years of work leave them; the index is made afterwards, as a restore does."""
    dice, at = random.Random(1), now()
    with connection.cursor() as cursor:
        cursor.execute("drop index archive_passage_grams")
        events = (
            "copy archive_event (uid, subject_kind, subject, kind, happened_at, recorded_at,"
            " by_name, by_roles, detail, why, late) from stdin"
        )
        with cursor.copy(events) as copy:
            for n in range(COUNT):
                moment = at - timedelta(minutes=COUNT - n)
                detail = f'{{"text": "{_text(dice, n)}"}}'
                copy.write_row(
                    (
                        uuid4(),
                        "case",
                        uuid4(),
                        "noted",
                        moment,
                        moment,
                        "周敏",
                        "{}",
                        detail,
                        "",
                        "f",
                    )
                )
        cursor.execute("select id, happened_at, detail ->> 'text' from archive_event order by id")
        rows = cursor.fetchall()
        kept = "copy archive_passage (event_id, at, open, folded) from stdin"
        with cursor.copy(kept) as copy:
            for id_, moment, text in rows:
                copy.write_row((id_, moment, False, folded([text])))
        cursor.execute("set maintenance_work_mem = '256MB'")
        cursor.execute(grams.index("archive_passage_grams", PASSAGES.table, PASSAGES.text)[0])
        cursor.execute("vacuum analyze archive_event, archive_passage")


def _text(dice: random.Random, n: int) -> str:
    said = "".join(dice.choices(VOCABULARY, k=dice.randint(30, 150)))
    said += f" CXS{dice.randint(1000, 9999)}-{dice.randint(2301, 2612)}-{n % 10_000:04}"
    said += f" 10.{dice.randint(0, 255)}.{dice.randint(0, 255)}.{dice.randint(1, 254)}"
    if n % EVERY == 0:
        said += "，华夏主控"
    if n < COUNT // EVERY:
        said += "，汛期水位"
    return said + "，燊焱磁浮" if n % 20_011 == 7 else said


def _plain() -> None:
    """The same texts with what others would put there: trigrams, and the moment."""
    with connection.cursor() as cursor:
        for statement in (
            "create table bench_plain as select event_id, at, folded from archive_passage",
            "create index on bench_plain (at desc)",
            "create index bench_trgm on bench_plain using gin (folded gin_trgm_ops)",
            "vacuum analyze bench_plain",
        ):
            cursor.execute(statement)


def _sizes() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_relation_size('archive_passage_grams') >> 20,"
            " pg_relation_size('bench_trgm') >> 20, pg_table_size('archive_passage') >> 20"
        )
        ours, trgm, table = cursor.fetchone()
    return f"index {ours} MB, trgm {trgm} MB, table {table} MB"


def _ours(word: str) -> list[TextHit]:
    return texts(asked(word), 50)


def _like(word: str) -> None:
    _rows(
        "select event_id from archive_passage where folded like %s order by at desc limit 50", word
    )


def _trgm(word: str) -> None:
    _rows("select event_id from bench_plain where folded like %s order by at desc limit 50", word)


def _rows(query: str, word: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [f"%{word}%"])
        return list(cursor.fetchall())


def _crowd() -> float:
    """Milliseconds of the 95th of a hundred, with so many asking at once on this machine."""
    words = list(WORDS.values())

    def user(number: int) -> list[float]:
        try:
            return [
                _once(partial(_ours, words[n % len(words)])) for n in range(number, number + 40)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(USERS) as threads:
        each = sorted(took for one in threads.map(user, range(USERS)) for took in one)
    return each[int(len(each) * 0.95) - 1]


def _writing() -> Iterator[Row]:
    """What a text costs him who writes it: into the pending list, which the worker empties."""
    dice = random.Random(2)
    samples = [folded([_text(dice, n)]) for n in range(1, 200)]
    with connection.cursor() as cursor:
        cursor.execute("select id, happened_at from archive_event order by id limit 199")
        rows = cursor.fetchall()
        cursor.execute(
            "delete from archive_passage where event_id = any(%s)", [[r[0] for r in rows]]
        )
        insert = (
            "insert into archive_passage (event_id, at, open, folded) values (%s, %s, false, %s)"
        )
        plain = "insert into bench_kept (event_id, at, open, folded) values (%s, %s, false, %s)"
        cursor.execute("create table bench_kept (like archive_passage including defaults)")
        each = {"ours": list[float](), "bare": list[float]()}
        for (id_, moment), text in zip(rows, samples, strict=True):
            each["ours"].append(_once(partial(cursor.execute, insert, (id_, moment, text))))
            each["bare"].append(_once(partial(cursor.execute, plain, (id_, moment, text))))
    ours, bare = statistics.median(each["ours"]), statistics.median(each["bare"])
    yield "a text written", f"{ours:.2f} ms", f"{bare:.2f} ms without an index"
    yield (
        "the worker brings 199 into the index",
        f"{_p50(_tidy, 1):.0f} ms",
        "every 2 s, beside the work",
    )


def _tidy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select gin_clean_pending_list('archive_passage_grams')")


def _once(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def _p50(act: Callable[[], object], rounds: int = 15) -> float:
    return statistics.median(_once(act) for _ in range(rounds))
