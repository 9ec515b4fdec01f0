"""The page of a case: what to do, every promise with its why, what happened, what proves it."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client

from jiannuo.clocks.models import Clock
from jiannuo.journey import classification, correction, intake, merging, money, onsite, remote
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from tests.faces.conftest import NOON, Page
from tests.manual.happenings import keeps
from tests.world import LONG_NAME, World, confirmed, contacted, reported

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def visible(html: str) -> str:
    """What can be read, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def text_of(html: str, section: str) -> str:
    found = re.search(rf'<section[^>]*id="{section}".*?</section>', html, re.S)
    assert found is not None
    return visible(found[0])


def talked(world: World) -> str:
    """Reported, confirmed, spoken with after 17 minutes."""
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    return contacted(world, number, NOON + 17 * MINUTE)


def test_the_next_promise_stands_big_with_its_bound_and_clause(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    html = page(f"/cases/{number}/", NOON + 10 * MINUTE)
    head = visible(html[: html.index('id="promises"')])
    for word in ("余 21:00", "电话响应", "须早于 12:31:00", "7.2 C 2, 表2-2", "维护工程师"):
        assert word in head
    assert "打电话与客户通上话" in head
    assert 'href="tel:028-5550-2203"' in html
    assert "打给邓丽" in html


def test_a_serial_that_is_in_no_register_is_kept_and_nothing_is_said_of_its_warranty(
    world: World, page: Page
) -> None:
    agent, when = world.actor("周敏"), When(at=NOON)
    with held_at(NOON):
        done = intake.report(
            agent, when, channel="phone", kind="fault", text="不通电", device="SN-不认识"
        )
    head = visible(page(f"/cases/{done.number}/", NOON))
    assert "SN-不认识 序列号未登记" in head
    assert "保修待核实" in head
    assert "保外" not in head


def test_the_table_tells_start_due_stop_and_how_long(world: World, page: Page) -> None:
    table = text_of(page(f"/cases/{talked(world)}/", NOON + HOUR), "ledger")
    assert "电话响应 7.2 C 2, 表2-2 12:01:00 须早于 14:01:00 12:17:00 16 分" in table
    assert "24 小时解决 第 3 条 12:00:00 不晚于 明天 12:00:00 — —" in table


def test_the_times_of_a_promise_lead_to_what_happened_then(world: World, page: Page) -> None:
    html = page(f"/cases/{talked(world)}/", NOON + HOUR)
    rows: list[tuple[str, str]] = re.findall(
        r'<li class="[^"]*" id="(e-[^"]+)">(.*?)</li>', html, re.S
    )
    told = {id_: visible(row) for id_, row in rows}
    found: list[tuple[str, str]] = re.findall(r'<a href="#(e-[^"]+)">([\d:]+)</a>', html)
    links = dict(found)
    assert {links[id_] for id_ in links} == {"12:00:00", "12:01:00", "12:17:00"}
    for id_, at in links.items():
        assert at in told[id_]


def test_a_paper_leads_to_what_it_was_made_of_and_back(world: World, page: Page) -> None:
    html = page(f"/cases/{talked(world)}/", NOON + HOUR)
    paper = re.search(r'href="#(paper-[^"]+)">电话支持记录', html)
    assert paper is not None
    beside = html[html.index(f'id="{paper[1]}"') :]
    event = re.search(r'href="#(e-[^"]+)">12:17', beside)
    assert event is not None
    assert f'id="{event[1]}"' in html


def test_every_promise_says_why(world: World, page: Page) -> None:
    table = text_of(page(f"/cases/{talked(world)}/", NOON + HOUR), "ledger")
    assert "起算时为三级，时限 2 小时" in table
    assert "所以须早于 14:01:00：原文写「小于」，正好到点算迟 A2" in table


def test_what_does_not_apply_says_the_reason(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + 30 * MINUTE):
        remote.skip_remote(world.actor("李伟"), number, reason="hardware_evident")
    html = page(f"/cases/{number}/", NOON + HOUR)
    assert "is-na" in html
    assert "不适用 明显是硬件故障" in text_of(html, "ledger")


def test_the_timeline_is_newest_first_with_both_times(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + HOUR):
        late = When(at=NOON + 20 * MINUTE, why="现场无信号")
        intake.note(world.actor("李伟"), number, late, text="主控板 74 ℃")
    history = text_of(page(f"/cases/{number}/", NOON + HOUR), "history")
    order = [
        history.index(word)
        for word in (
            "主控板 74 ℃",
            "李伟与客户通上话",
            "周敏确认受理，定为三级",
            "周敏记下电话报修",
        )
    ]
    assert order == sorted(order)
    assert "12:20:00 补录 13:00:00" in history
    assert "补录原因：现场无信号" in history
    assert "仅内部" in history


def test_a_correction_shows_the_time_that_was(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + 20 * MINUTE):
        done = onsite.call_on_site(world.customer.contact, number)
    with held_at(NOON + 30 * MINUTE):
        correction.correct(
            world.actor("刘洋"), number, of=done.event, t=NOON + 19 * MINUTE, reason="看错表"
        )
    html = page(f"/cases/{number}/", NOON + HOUR)
    assert '<del class="num">12:20:00</del>' in html
    assert "12:19:00" in text_of(html, "history")


def test_papers_calls_visits_and_deviations_stand_beside(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + 30 * MINUTE):
        onsite.call_on_site(world.customer.contact, number)
        onsite.dispatch(world.actor("刘洋"), number, engineer="李伟")
    with held_at(NOON + 90 * MINUTE):
        onsite.arrive(world.actor("李伟"), number, geo=[31.46, 104.68])
        onsite.sign_application(world.customer.head, number)
    html = page(f"/cases/{number}/", NOON + 2 * HOUR)
    assert "技术服务申请报告 1 13:30 已签" in text_of(html, "papers")
    assert "12:17 李伟 · 去电 · 邓丽 · 已指导切换备板" in text_of(html, "calls")
    assert "派出 12:30 · 到达 13:30" in visible(html)
    assert "查阅客户档案 ：未查阅客户档案 R-7.4-B-2-1" in visible(html)
    assert "定位 31.4600, 104.6800" in text_of(html, "history")
    assert "没有要收的费用" in text_of(html, "charges")


def test_a_charge_names_the_duty_that_sets_it(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + 30 * MINUTE):
        money.record_cost(
            world.actor("李伟"), number, kind="travel", item="成都至眉山", qty="1", unit="120.00"
        )
    charges = text_of(page(f"/cases/{number}/", NOON + HOUR), "charges")
    assert "差旅 成都至眉山 × 1 0.00" in charges
    assert "R-2-4" in charges


def test_a_clock_that_differs_from_its_events_is_unverified(world: World, page: Page) -> None:
    number = talked(world)
    Clock.objects.filter(promise="fix_24h").update(due_at=NOON + 30 * HOUR)
    html = page(f"/cases/{number}/", NOON + HOUR)
    assert "is-unk" in html
    assert "与经过不符，正在核对" in html


def test_at_level_one_the_role_that_must_act_is_named(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + 20 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    html = page(f"/cases/{number}/", NOON + 21 * MINUTE)
    head = visible(html[: html.index('id="promises"')])
    assert "下一步 · 热线坐席 打通子中心负责人的电话 · 孙立新" in head
    assert "一级 整个瘫痪" in head


def test_what_the_telephone_removed_is_signed_or_not_and_then_closed(
    world: World, page: Page
) -> None:
    number = talked(world)
    with held_at(NOON + HOUR):
        onsite.resolve(world.actor("李伟"), number, cause="config", customer_confirmed_by="邓丽")
    html = page(f"/cases/{number}/", NOON + HOUR)
    assert "结案" in re.findall('class="what">([^<]*)<', html)
    assert f'href="/cases/{number}/do/case_closed/"' in html
    with held_at(NOON + 2 * HOUR):
        onsite.sign_report(world.customer.head, number)
    html = page(f"/cases/{number}/", NOON + 2 * HOUR)
    assert "请客户签报告" not in html
    assert "最近：14:00 彭建军签服务报告" in html


def test_a_closed_case_has_no_next_step(world: World, page: Page) -> None:
    number = talked(world)
    with held_at(NOON + HOUR):
        intake.cancel(world.actor("刘洋"), number, reason="客户撤回")
    html = page(f"/cases/{number}/", NOON + 2 * HOUR)
    assert "已取消，没有下一步" in html
    assert "不适用 工单已取消" in text_of(html, "ledger")


def test_a_merged_case_leads_to_the_one_that_lives(world: World, page: Page) -> None:
    kept, gone = talked(world), reported(world, NOON + MINUTE, channel="email")
    with held_at(NOON + 20 * MINUTE):
        merging.merge(world.actor("周敏"), gone, into=kept, reason="同一故障两人报修")
    html = page(f"/cases/{gone}/", NOON + HOUR)
    step = html[html.index('class="jn-next') : html.index('id="promises"')]
    assert f'href="/cases/{kept}/"' in step
    assert f">打开 {kept} " in step


def test_a_drill_says_so_before_everything_else(world: World, page: Page) -> None:
    with held_at(NOON):
        customer = world.customer
        number = intake.report(
            world.actor("周敏"),
            channel="phone",
            kind="fault",
            device=customer.serial,
            text="应急演练",
            drill=True,
        ).number
    html = page(f"/cases/{number}/", NOON + MINUTE)
    assert html.index("不是真的故障") < html.index("<h1")
    assert "演练" in page("/", NOON + MINUTE)
    assert "不是真的故障" not in page(f"/cases/{talked(world)}/", NOON + HOUR)


def test_under_observation_the_end_of_it_is_told(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L1")
    contacted(world, number, NOON + 3 * MINUTE)
    engineer = world.actor("李伟")
    with held_at(NOON + 4 * MINUTE):
        classification.declare_level_one(engineer, number, reason="全网中断")
    with held_at(NOON + 2 * HOUR):
        onsite.resolve(
            engineer, number, cause="config", customer_confirmed_by="邓丽", method="切换备用链路"
        )
    assert "观察到 05-22 14:00" in page(f"/cases/{number}/", NOON + 3 * HOUR)


def test_a_long_name_and_a_long_text_do_not_break_the_page(world: World, page: Page) -> None:
    long = "核心存储一路电源告警，" * 40
    number = confirmed(world, reported(world, NOON, long, of=world.stranger), NOON + MINUTE)
    html = page(f"/cases/{number}/", NOON + 2 * MINUTE)
    assert LONG_NAME in html
    assert html.count("<h1") == 1


def test_a_caller_we_do_not_know_has_a_page_all_the_same(world: World, page: Page) -> None:
    """Save first, complete later: no customer, no device, no words (R-7.2-B-1)."""
    with held_at(NOON):
        done = intake.report(world.actor("周敏"), channel="phone", kind="fault")
    html = page(f"/cases/{done.number}/", NOON + MINUTE)
    assert "客户未知" in html
    assert "没有写明故障" in html
    assert "下一步 · 周敏" in visible(html)
    assert "确认受理并定级" in html


@keeps("R-X-4")
def test_an_unknown_number_is_a_page_of_its_own(desk: Client) -> None:
    answer = desk.get("/cases/2605-9/")
    assert answer.status_code == 404
    assert "没有编号为 2605-9 的工单" in answer.content.decode()


def test_the_page_works_without_script_and_says_so_in_its_markup(world: World, page: Page) -> None:
    """What a script would change is there already: times as text, explanations as details."""
    html = page(f"/cases/{talked(world)}/", NOON + HOUR)
    assert html.count("<details") >= 3
    assert "onclick" not in html
    assert "<noscript" not in html
