"""Pages of figures: every number is the console's, and opens as many rows as it says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import intake, onsite, phone
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.oversight import evidence, register, tallying
from jiannuo.oversight.queries import Period, kpis
from jiannuo.oversight.register import Span
from jiannuo.oversight.slices import Slice
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.world import LONG_NAME, World, confirmed, contacted, reported

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOON + 30 * HOUR
MAY = "?p=2026-05"
FORMULA = '=HYPERLINK("http://example.cn","x")'
ANCHOR = re.compile(r'<a [^>]*href="(/figures/[^"]*)"[^>]*>(.*?)</a>', re.S)
COUNT = re.compile(r'id="count">(\d+)<')

Ask = Callable[..., str]


def fixed(world: World, number: str, at: datetime, problem: str = "P-PORT") -> None:
    with held_at(at):
        onsite.resolve(
            world.actor("李伟"),
            number,
            cause="quality",
            problem=problem,
            customer_confirmed_by="邓丽",
        )


def case(
    world: World,
    after: timedelta,
    level: str = "L3",
    *,
    contact: float | None = 20,
    fix: float | None = 3,
    of: str = "",
    text: str = "核心交换机一块主控板告警",
) -> str:
    """Reported so long after noon; contact after so many minutes, the fix after so many hours."""
    at = NOON + after
    customer = world.stranger if of else world.customer
    number = confirmed(world, reported(world, at, text, of=customer), at + MINUTE, level)
    if contact is not None:
        contacted(world, number, at + contact * MINUTE)
    if fix is not None:
        fixed(world, number, at + fix * HOUR)
    return number


@pytest.fixture
def busy(world: World) -> World:
    """Kept, late, still open and past due, of two customers and three levels; one that was late
    while the customer was waited for; one cancelled."""
    case(world, timedelta(), "L3")
    case(world, MINUTE, "L3", contact=130, fix=4)
    case(world, 2 * MINUTE, "L2", contact=10, fix=26, text=FORMULA)
    case(world, 3 * MINUTE, "L2", contact=45, fix=None, of="stranger")
    case(world, 4 * MINUTE, "L4", contact=None, fix=None, of="stranger")
    waited = case(world, 5 * MINUTE, "L3", contact=None, fix=None)
    with held_at(NOON + 10 * MINUTE):
        take("waiting_started", world.actor("李伟"), waited, reason="customer", note="门禁卡没到")
    with held_at(NOON + 160 * MINUTE):
        take("waiting_ended", world.actor("李伟"), waited, reason="customer")
        phone.in_contact(world.actor("李伟"), waited)
    gone = case(world, 6 * MINUTE, "L3", contact=None, fix=None)
    with held_at(NOON + 20 * MINUTE):
        intake.cancel(world.actor("刘洋"), gone, reason="误报")
    return world


@pytest.fixture
def ask(desk: Client) -> Ask:
    """A page, everything counted before."""

    def get(address: str, at: datetime = LATER) -> str:
        with held_at(at):
            while sweep():
                pass
            tallying.refresh_all()
            answer = desk.get(address)
        assert answer.status_code == 200, address
        return answer.content.decode()

    return get


def numbers(page: str) -> list[tuple[str, int]]:
    """The links of a page that say a number, each with the last number it says."""
    main = page[page.index("<main") :]
    found = []
    for href, inner in ANCHOR.findall(main):
        words = re.sub(r"<[^>]+>", "", inner)
        said = re.findall(r"\d+", words)
        if said and "/figures/sheets/" not in href:
            found.append((unescape(href), int(said[-1])))
    return found


#: Figures whose numbers are requests or events; their rows are cases.
OTHER_THINGS = ("parts_fill", "late_entries", "overrides")


@pytest.mark.parametrize("page", ["promises", "kpis", "duties"])
@pytest.mark.parametrize("days", [MAY, "?from=2026-05-02&to=2026-05-30", f"{MAY}&level=L3"])
def test_every_number_opens_as_many_rows(busy: World, ask: Ask, page: str, days: str) -> None:
    seen = 0
    for href, number in numbers(ask(f"/figures/{page}/{days}")):
        if any(word in href for word in OTHER_THINGS):
            continue
        rows = ask(href)
        shown = COUNT.search(rows)
        assert (int(shown[1]) if shown else 0) == number, href
        seen += number > 0
    assert seen >= (1 if "level" in days else 3)


def test_the_register_says_what_the_console_says(busy: World, ask: Ask) -> None:
    page = ask(f"/figures/promises/{MAY}")
    with held_at(LATER):
        lines = register.lines(
            register.house_profile(LATER), LATER, Span(date(2026, 5, 1), date(2026, 5, 31))
        )
    found = 0
    for line in lines:
        if line.level == register.TOTAL and line.judged:
            row = re.search(rf'id="r-{line.promise}">(.*?)</tr>', page, re.S)
            assert row, line.promise
            assert f"<b>{line.kept}</b> / {line.judged}</a>" in row[1]
            found += 1
    assert found >= 3


def test_the_kpis_say_what_the_console_says(busy: World, ask: Ask) -> None:
    page = ask(f"/figures/kpis/{MAY}")
    period = Period(date(2026, 5, 1), date(2026, 5, 31))
    expected = kpis(register.house_profile(LATER), period, LATER)
    for code, figure in expected.items():
        row = re.search(rf'id="k-{code}">(.*?)</tr>', page, re.S)
        assert row, code
        plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row[1]))
        assert f"{figure.num} / {figure.den}" in plain
        assert (figure.value or "—") in plain


def test_a_late_promise_says_by_how_much_and_leads_to_its_clock(busy: World, ask: Ask) -> None:
    page = ask(f"/figures/promises/phone_response/{MAY}&part=broken")
    assert "迟 9:00" in page  # 130 minutes where two hours are allowed, from a minute later
    assert 'id="p-phone_response"' in ask(_first_case(page))
    assert "门禁卡没到" in page
    assert "等客户" in page


def _first_case(page: str) -> str:
    found = re.search(r'href="(/cases/[^"#]+)#p-phone_response"', page)
    assert found
    return found[1]


def test_what_was_waited_for_is_deducted_in_the_net_figure(busy: World, ask: Ask) -> None:
    page = ask(f"/figures/promises/{MAY}")
    row = re.search(r'id="r-phone_response">(.*?)</tr>', page, re.S)
    assert row
    assert "净" in row[1]


def test_a_part_of_a_customer_s_name_will_do(busy: World, ask: Ask) -> None:
    page = ask(f"/figures/promises/{MAY}&customer=东坡")
    assert "眉山东坡智慧交通指挥中心" in page
    everything = ask(f"/figures/promises/{MAY}")
    assert "<b>1</b> / 3" not in page
    assert _whole(page) < _whole(everything)


def _whole(page: str) -> int:
    found = re.search(r"part=due\"><b>\d+</b> / (\d+)</a>", page)
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("?p=2026-13", "看不懂期间“2026-13”"),
        ("?from=2026-05-20&amp;to=", "起止日期都要写"),
        ("?from=2026-05-20&to=2026-05-01", "截止日期早于起始日期"),
        ("?from=2026-05-20&to=", "起止日期都要写"),
        ("?customer=没有这家", "没有名字里有“没有这家”的客户"),
        ("?customer=中心", "不止一家"),
        ("?office=XX", "没有办事处“XX”"),
        ("?model=99", "没有型号“99”"),
        ("?level=L9", "没有级别“L9”"),
    ],
)
def test_what_an_address_says_wrongly_is_told(
    world: World, ask: Ask, asked: str, said: str
) -> None:
    for page in ("promises", "kpis", "late", "duties"):
        assert said in unescape(ask(f"/figures/{page}/{asked}"))


@pytest.mark.parametrize(
    "address",
    [
        "/figures/promises/nothing/",
        "/figures/kpis/nothing/",
        "/figures/kpis/phone_compliance/",
        "/figures/duties/nothing/",
        "/figures/sheets/nothing/",
        "/figures/sheets/kpi/?kpi=nothing",
        "/figures/sheets/promise/?promise=nothing",
    ],
)
def test_what_is_not_there_is_not_found(world: World, desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("after", ["x", "1~x", "~", "2026~3", "9" * 40 + "~1"])
def test_a_place_no_page_gave_is_the_beginning(busy: World, ask: Ask, after: str) -> None:
    for address in ("promises/contract/", "late/", "kpis/mttr_hours/", "duties/call_register/"):
        assert "<main" in ask(f"/figures/{address}{MAY}&part=kept&after={after}")


def test_pages_follow_one_another_and_leave_nothing_out(
    busy: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiannuo.faces.desk.figures.lists.rows_of.__defaults__", (2,))
    for address in (f"late/{MAY}", f"promises/contract/{MAY}&part=due"):
        whole, seen, page = 0, [], ask(f"/figures/{address}")
        shown = COUNT.search(page)
        assert shown
        whole = int(shown[1])
        for _ in range(whole):
            seen += re.findall(r'href="/cases/([^"]+)"', page)
            following = re.search(r'href="(\?[^"]*)" rel="next"', page)
            if not following:
                break
            path = address.split("?")[0]
            page = ask(f"/figures/{path}{unescape(following[1])}", LATER + 5 * HOUR)
        assert len(seen) == len(set(seen)) == whole > 2


def test_the_latest_comes_first(busy: World, ask: Ask) -> None:
    found = evidence.promises(
        register.house_profile(LATER),
        _may(),
        evidence.Asked(part="broken"),
        LATER,
    )
    late = [row.late or timedelta() for row in found.rows]
    assert late == sorted(late, reverse=True)


def _may() -> Slice:
    return Slice(date(2026, 5, 1), date(2026, 5, 31))


def sheet(desk: Client, address: str) -> tuple[str, list[list[object]]]:
    with held_at(LATER):
        tallying.refresh_all()
        answer = desk.get(address)
    assert answer.status_code == 200
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    return answer["Content-Disposition"], [list(row) for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("what", ["promises", "late", "kpis", "promise", "kpi"])
def test_an_excel_file_says_what_it_shows(busy: World, desk: Client, what: str) -> None:
    more = "&promise=fix_24h&part=due&kpi=mttr_hours"
    name, rows = sheet(desk, f"/figures/sheets/{what}/{MAY}&customer=东坡{more}")
    assert "2026 年 5 月" in unquote(name)
    assert name.endswith(".xlsx")
    head = [str(row[0]) for row in rows[:4]]
    assert "期间：2026 年 5 月 (2026-05-01 – 2026-05-31)" in head
    assert "范围：眉山东坡智慧交通指挥中心" in head
    assert any("刘洋" in line for line in head)
    assert len(rows) > 6


def test_what_somebody_typed_is_no_formula(busy: World, desk: Client) -> None:
    _, rows = sheet(desk, f"/figures/sheets/promise/{MAY}&promise=fix_24h&part=due")
    cells = [str(cell) for row in rows for cell in row if cell and "HYPERLINK" in str(cell)]
    assert cells == [f"'{FORMULA}"]


def test_an_excel_file_has_every_row_of_its_number(busy: World, ask: Ask, desk: Client) -> None:
    page = ask(f"/figures/late/{MAY}")
    shown = COUNT.search(page)
    assert shown
    _, rows = sheet(desk, f"/figures/sheets/late/{MAY}")
    assert len(rows) == 6 + int(shown[1])


@pytest.mark.parametrize("many", [1, 8])
def test_pages_of_figures_keep_their_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    for n in range(many):
        case(world, n * MINUTE, contact=200)
    pages = {
        "desk:promise_list": "promises/",
        "desk:promise_show": "promises/phone_response/",
        "desk:miss_list": "late/",
        "desk:kpi_list": "kpis/",
        "desk:kpi_show": "kpis/mttr_hours/",
        "desk:duty_list": "duties/",
        "desk:duty_show": "duties/call_register/",
        "desk:sheet_show": "sheets/promise/",
    }
    with held_at(LATER):
        while sweep():
            pass
        tallying.refresh_all()
        for name, path in pages.items():
            with CaptureQueriesContext(connection) as asked:
                address = f"/figures/{path}{MAY}&customer=东坡&promise=phone_response"
                assert desk.get(address).status_code == 200
            assert len(asked) <= BUDGET[name], (name, len(asked))


def test_an_empty_house_says_so(world: World, ask: Ask) -> None:
    assert "没有承诺" in ask("/figures/promises/?p=2020-01")
    assert "0 单故障" in ask("/figures/kpis/?p=2020-01")
    assert "没有没做到的" in ask("/figures/late/?p=2020-01")


def test_what_is_not_counted_yet_is_said(busy: World, desk: Client) -> None:
    with held_at(LATER):
        page = desk.get(f"/figures/promises/{MAY}").content.decode()
    assert "没计入" in page


def test_a_long_name_and_english_read_well(busy: World, ask: Ask, desk: Client) -> None:
    desk.cookies["language"] = "en"
    page = ask(f"/figures/late/{MAY}&customer={LONG_NAME}")
    assert "Not kept" in page
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
    assert "迟" not in main


def test_pages_of_figures_know_no_red() -> None:
    root = Path(__file__).parents[2] / "jiannuo"
    css = (root / "web/static/web/figures.css").read_text()
    pages = root / "faces/desk/templates/desk/figures"
    for text in (css, *(path.read_text() for path in pages.glob("*.html"))):
        assert "crit" not in text
        assert "is-late" not in text
