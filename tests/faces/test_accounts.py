"""Accounts and the audit: three administrators, what each does, what is written down of it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.archive import queries as archive
from jiannuo.archive import searching
from jiannuo.archive.commands import seal
from jiannuo.archive.models import AuditRow
from jiannuo.journey import accounts, intake
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import ADMINISTRATORS
from jiannuo.people import commands as people
from jiannuo.people import factors, queries, sessions
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.door import did, opened, sign_in
from tests.faces.test_query_budget import BUDGET
from tests.world import World, enter, login, reported, with_app

MINUTE = timedelta(minutes=1)


@pytest.fixture
def guard(world: World, client: Client) -> Client:
    return enter(client, login("高远"))


@pytest.fixture
def reader(world: World) -> Client:
    return enter(Client(), login("谢静"))


def row(name: str) -> Staff:
    return Staff.objects.get(name=name)


def press(client: Client, whom: str, do: str, **said: str) -> str:
    """What the page of a person says after a button was pressed."""
    with held_at(NOON):
        answer = client.post(f"/accounts/{row(whom).id}/", {"do": do, **said}, follow=True)
    return answer.content.decode()


# -- three people -----------------------------------------------------------------------------


@pytest.mark.parametrize("pair", list(combinations(ADMINISTRATORS, 2)))
def test_nobody_is_two_of_the_three_administrators(world: World, pair: tuple[str, str]) -> None:
    with pytest.raises(Refusal, match="cannot be one person"):
        people.hire(SYSTEM, Person("某人", ("engineer", *pair)))
    with pytest.raises(IntegrityError, match="people_staff_is_not_"), transaction.atomic():
        Staff.objects.filter(name="李伟").update(roles=list(pair))


def test_what_an_administrator_may_no_deputy_of_his_may(world: World) -> None:
    people.hire(SYSTEM, Person("副手", ("engineer",), deputy_of="高远"))
    assert queries.known_staff("副手").actor.roles == {"engineer"}
    assert queries.known_staff("赵刚").holds("duty_manager")


def test_each_of_the_three_has_his_own_pages_and_no_others(world: World, number: str) -> None:
    own = {"罗敏": "/settings/channels/", "高远": "/accounts/", "谢静": "/audit/"}
    for name, page in own.items():
        client = enter(Client(), login(name))
        for other in own.values():
            assert opened(client, other, NOON)[0] == (200 if other == page else 403), (name, other)
        if name == "罗敏":
            continue
        assert opened(client, f"/cases/{number}/", NOON)[0] == 403
        assert opened(client, "/", NOON) == (302, own[name])


@pytest.mark.parametrize("name", ["罗敏", "刘洋", "谢静", "邓丽", "路人"])
def test_nobody_else_manages_accounts(world: World, name: str) -> None:
    known = queries.staff(name)
    actor = known.actor if known else world.actor("邓丽")
    staff = row("李伟").id
    for act in (
        lambda: accounts.add(actor, Person("新人", ("engineer",))),
        lambda: accounts.change(actor, staff, Person("李伟", ("duty_manager",))),
        lambda: accounts.lend_password(actor, staff),
        lambda: accounts.reset_factor(actor, staff),
        lambda: accounts.unlock(actor, staff),
        lambda: accounts.end_sessions(actor, staff),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "not_permitted"


# -- people and logins ------------------------------------------------------------------------


def test_somebody_new_signs_in_with_a_password_that_is_shown_once(guard: Client) -> None:
    said = {"name": "何菁", "roles": ["hotline_agent"], "login": "hejing", "phone": "028-05000020"}
    with held_at(NOON):
        page = guard.post("/accounts/new/", said).content.decode()
    [password] = re.findall(r'id="lent">([a-z0-9-]+)<', page)
    assert password not in opened(guard, f"/accounts/{row('何菁').id}/", NOON)[1]
    other = Client()
    sign_in(other, "hejing", NOON, password)
    assert opened(other, "/", NOON)[1].startswith("/me/account/password/")
    assert (did("person_added"), did("login_opened")) == (["高远"], ["高远"])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "", "roles": ["engineer"]}, "请填姓名"),
        ({"name": "李伟", "roles": ["engineer"]}, "已有名为 李伟 的人员"),
        ({"name": "新人", "roles": ["admin", "audit_admin"]}, "不能是同一个人"),
        ({"name": "新人", "roles": ["engineer"], "email": "x"}, "不是邮箱地址"),
        ({"name": "新人", "roles": ["engineer"], "office": "XX"}, "没有编号为 XX 的办事处"),
        ({"name": "新人", "roles": ["engineer"], "deputy_of": "无此人"}, "没有名为 无此人"),
        ({"name": "新人", "roles": ["engineer"], "login": "a b"}, "登录名只用字母"),
        ({"name": "新人", "roles": ["emperor"]}, "请至少选一个岗位"),
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(
    guard: Client, said: dict[str, object], why: str
) -> None:
    count = Staff.objects.count()
    with held_at(NOON):
        answer = guard.post("/accounts/new/", {"phone": "12345", **said})
    assert answer.status_code == 409
    assert why in answer.content.decode()
    assert 'value="12345"' in answer.content.decode()
    assert Staff.objects.count() == count


def test_other_roles_end_his_sessions(guard: Client) -> None:
    client = Client()
    login("李伟")
    sign_in(client, "李伟", NOON)
    assert "已保存" in press(guard, "李伟", "save", name="李伟", roles="duty_manager")
    assert opened(client, "/", NOON)[0] == 302
    assert row("李伟").roles == ["duty_manager"]
    assert did("person_changed") == ["高远"]


def test_a_closed_login_opens_nothing_and_a_reopened_one_does(guard: Client) -> None:
    client = Client()
    login("李伟")
    sign_in(client, "李伟", NOON)
    press(guard, "李伟", "close")
    assert opened(client, "/", NOON)[0] == 302
    assert sign_in(Client(), "李伟", NOON) == ""
    press(guard, "李伟", "reopen")
    assert sign_in(Client(), "李伟", NOON) == "/work/"


def test_who_lost_his_phone_sets_a_second_factor_up_anew(guard: Client) -> None:
    user = with_app("罗敏")
    press(guard, "罗敏", "reset")
    assert factors.enrolled(user.pk) == ()
    client = Client()
    sign_in(client, "罗敏", NOON)
    assert opened(client, "/sign-in/code/", NOON)[1].startswith("/me/account/app/")


def test_the_last_guard_of_the_accounts_stays(guard: Client) -> None:
    assert "最后一位" in press(guard, "高远", "close")
    assert "另一位安全管理员" in press(guard, "高远", "save", name="高远", roles="engineer")


def test_a_guard_gives_himself_no_rights(world: World, guard: Client) -> None:
    """Neither by roles nor as somebody's deputy; nor a way in that needs no password."""
    for more in ({"roles": "duty_manager"}, {"roles": "security_admin", "deputy_of": "刘洋"}):
        assert "由另一位安全管理员来改" in press(guard, "高远", "save", name="高远", **more)
    for do in ("lend", "reset"):
        assert "在「我的账号」里改" in press(guard, "高远", do)
    assert world.actor("高远").roles == {"security_admin"}
    assert not row("高远").password_lent
    page = press(guard, "高远", "save", name="高远", roles="security_admin", phone="028-05000021")
    assert "已保存" in page  # what gives no rights he keeps up himself
    assert 'value="lend"' not in page


def test_another_to_deputise_for_ends_his_sessions(world: World, guard: Client) -> None:
    """What he may has changed."""
    client = Client()
    login("陈晨")
    sign_in(client, "陈晨", NOON)
    said = {"name": "陈晨", "roles": "engineer", "deputy_of": "刘洋"}
    assert "已保存" in press(guard, "陈晨", "save", **said)
    assert opened(client, "/", NOON)[0] == 302
    assert world.actor("陈晨").roles == {"engineer", "duty_manager"}


def test_a_token_is_ended_by_its_owner_or_the_guard(guard: Client) -> None:
    owner = login("李伟")
    with held_at(NOON):
        for name in ("网管", "监控"):
            people.open_token(SYSTEM, "李伟", name)
    tokens = {one.name: str(one.id) for one in row("李伟").tokens.all()}
    press(guard, "李伟", "end_token", token=tokens["网管"])
    own = enter(Client(), owner)
    stranger = enter(Client(), login("陈晨"))
    with held_at(NOON):
        stranger.post("/me/account/", {"do": "end_token", "token": tokens["监控"]})
    assert row("李伟").tokens.filter(ended_at__isnull=True).count() == 1
    with held_at(NOON):
        own.post("/me/account/", {"do": "end_token", "token": tokens["监控"]})
    assert not row("李伟").tokens.filter(ended_at__isnull=True).exists()
    assert (did("token_ended"), did("own_token_ended")) == (["高远"], ["李伟"])


def test_each_ends_his_own_sessions_and_nobody_else_s(world: World) -> None:
    here, there, other = Client(), Client(), Client()
    for client, name in ((here, "李伟"), (other, "陈晨")):
        login(name)
        sign_in(client, name, NOON)
    sign_in(there, "李伟", NOON)
    chen = row("陈晨").user
    assert chen is not None
    [foreign] = sessions.of_user(chen.pk)
    with held_at(NOON):
        here.post("/me/account/", {"do": "sign_out", "session": foreign.id})
        here.post("/me/account/", {"do": "sign_out_others"})
    assert [opened(one, "/", NOON)[0] for one in (here, there, other)] == [200, 302, 200]


@pytest.mark.parametrize(
    "said",
    [
        {"do": "remove", "factor": "x"},
        {"do": "remove", "factor": "9" * 40},
        {"do": "end_token", "token": "' or 1=1"},
        {"do": "sign_out", "session": "%"},
        {"do": "nothing"},
        {},
    ],
)
def test_nonsense_about_one_s_own_account_does_nothing(world: World, said: dict[str, str]) -> None:
    client = enter(Client(), login("李伟"))
    assert client.post("/me/account/", said).status_code == 302
    assert client.get("/").status_code == 200


def test_the_pages_keep_their_budgets(guard: Client, reader: Client, number: str) -> None:
    seal()
    pages = {
        "desk:person_list": (guard, "/accounts/"),
        "desk:person_show": (guard, f"/accounts/{row('李伟').id}/"),
        "desk:account_show": (guard, "/me/account/"),
        "desk:audit_list": (reader, "/audit/"),
    }
    for name, (client, path) in pages.items():
        with held_at(NOON), CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= BUDGET[name], name


# -- the audit --------------------------------------------------------------------------------


def test_the_audit_is_searched_by_person_action_subject_and_day(
    world: World, reader: Client
) -> None:
    number = reported(world, NOON)
    with held_at(NOON + MINUTE):
        intake.note(world.actor("李伟"), number, text="第一次检查")
    seal()
    for query in (
        {"person": "李伟"},
        {"action": "noted"},
        {"subject": number, "person": "李伟"},
        {"since": "2026-05-20", "until": "2026-05-20", "action": "noted"},
    ):
        page = reader.get("/audit/", query).content.decode()
        assert "第一次检查" in page, query
        assert number in page
        assert "环" in page
    for query in ({"person": "李"}, {"subject": "无此号"}, {"until": "2026-05-19"}):
        assert "没有这样的记录" in reader.get("/audit/", query).content.decode(), query
    assert "日期要写成" in reader.get("/audit/", {"since": "20 May"}).content.decode()


def test_the_audit_is_read_page_after_page(world: World, reader: Client) -> None:
    number = reported(world, NOON)
    for n in range(120):
        with held_at(NOON + n * MINUTE):
            intake.note(world.actor("李伟"), number, text=f"检查 {n:03}")
    seen, query = list[str](), "person=李伟"
    while query:
        page = reader.get(f"/audit/?{query}").content.decode()
        seen += re.findall(r"检查 (\d{3})", page)
        query = "".join(re.findall(r'href="\?([^"]+)"', page)).replace("&amp;", "&")
    assert seen == [f"{n:03}" for n in reversed(range(120))]


def test_the_check_goes_on_where_it_stopped_and_finds_what_was_changed(
    world: World, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(8):
        reported(world, NOON)
    seal()
    monkeypatch.setattr(searching.check, "__defaults__", (5,))
    said = [reader.post("/audit/", {"do": "verify"}).content.decode() for _ in range(2)]
    assert "还没完" in said[0]
    assert "继续核验" in said[0]
    while "还没完" in said[-1]:
        said.append(reader.post("/audit/", {"do": "verify"}).content.decode())
    assert "审计链完整" in said[-1]
    assert did("audit_verified") == ["谢静"]
    length = archive.head().n
    assert searching.check(0, length, 1000).problem == ""
    with connection.cursor() as cursor:
        cursor.execute("alter table archive_auditrow disable trigger user")
        cursor.execute("update archive_auditrow set by_name = '别人' where action = 'reported'")
    assert "does not follow" in searching.check(0, length, 1000).problem


def test_what_is_handed_out_is_noted_and_no_cell_is_a_formula(world: World, reader: Client) -> None:
    number = reported(world, NOON, "=HYPERLINK(1)")
    seal()
    answer = reader.post("/audit/", {"do": "export", "subject": number})
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [one["action"] for one in rows] == ["reported"]
    assert rows[0]["about"] == number
    assert rows[0]["hash"]
    assert not any(cell.startswith("=") for one in rows for cell in one.values())
    assert did("audit_handed_out") == ["谢静"]


def test_every_act_about_accounts_agrees_with_its_audit_row(guard: Client) -> None:
    login("李伟")
    for do in ("lend", "close", "reopen"):
        press(guard, "李伟", do)
    assert {"password_lent", "login_closed", "login_reopened"} <= set(
        AuditRow.objects.values_list("action", flat=True)
    )
    seal()
    assert archive.verify_chain() is None
