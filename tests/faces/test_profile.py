"""The editor of the profile on the desk."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from jiannuo.customers import versions
from jiannuo.faces.desk.profile import keys
from jiannuo.journey import what_if
from jiannuo.kernel.moment import held_at
from jiannuo.manual.policy import ProfileError, leaves
from jiannuo.manual.profile import LADDERS, shipped
from jiannuo.web.reader import Reader
from tests.faces.conftest import NOON
from tests.world import World, login

POLICY = dict(leaves(shipped().policy))
TYPED = sorted(key for group in keys.groups() for key in group.keys)


def got(client: Client, address: str, status: int = 200) -> str:
    with held_at(NOON):
        answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return unescape(answer.content.decode())


def post(client: Client, address: str, said: dict[str, Any], status: int = 302) -> str:
    """The page that came of it, or where it led."""
    with held_at(NOON):
        answer = client.post(address, said)
    assert answer.status_code == status, answer.content.decode()
    return str(answer["Location"]) if status == 302 else unescape(answer.content.decode())


@pytest.fixture
def seller(world: World, client: Client) -> Client:
    client.force_login(login("沈浩"))
    return client


@pytest.fixture
def draft(seller: Client) -> str:
    """The address of a draft in which nothing is changed yet."""
    return post(seller, "/profile/", {"source": "1"}).removesuffix("edit/")


# -- keys -----------------------------------------------------------------------------------------


def test_every_key_of_the_edition_has_a_field_or_a_reason_for_none() -> None:
    named = [*TYPED, *keys.hidden()]
    assert sorted(named) == sorted(key for key in POLICY if not key.startswith(LADDERS))


@pytest.mark.parametrize("key", TYPED)
def test_what_stands_in_a_field_is_the_value_it_came_from(key: str) -> None:
    value = POLICY[key]
    again = keys.typed(key, keys.raw(key, value))
    assert (again, type(again)) == (value, type(value))
    zh, en = (keys.written(Reader(lang, shipped().zone, NOON), key, value) for lang in ("zh", "en"))
    assert zh
    assert not re.search("[一-鿿]", en)


def test_a_file_of_a_version_says_every_key_and_is_read_back() -> None:
    assert keys.imported(keys.exported(shipped())) == POLICY
    with pytest.raises(ProfileError):
        keys.imported('[policy]\nphone_response.L9 = "00:10"')


# -- pages ----------------------------------------------------------------------------------------


def test_a_new_version_goes_from_a_draft_to_another_persons_approval(
    world: World, seller: Client, draft: str
) -> None:
    form = got(seller, f"{draft}edit/")
    assert "手册" not in form.split("电话响应")[0]
    assert 'name="k:phone_response.L3" value="02:00"' in form
    said = {"k:phone_response.L3": "1:30", "reason": "市医院新标书", "do": "save"}
    post(seller, f"{draft}edit/", said)
    page = got(seller, draft)
    assert re.search(r"<del>2 小时</del>.*<ins>90 分钟</ins>.*更严", page, re.S)
    post(seller, draft, {"do": "offer"})
    assert "由另一个人批准" in got(seller, draft)
    seller.force_login(login("孙立新"))
    assert "等批准" in got(seller, "/profile/")
    with held_at(NOON):
        raw = seller.get(draft).content.decode()
    [mark] = re.findall(r'name="mark" value="([^"]*)"', raw)
    post(seller, draft, {"do": "approve", "mark": unescape(mark)})
    assert "现行" in got(seller, "/profile/2/")
    assert versions.profile_of(2).value("phone_response.L3") == "01:30"
    assert "第 2 版" in got(seller, "/profile/")


def test_wrong_values_are_marked_and_nothing_typed_is_lost(seller: Client, draft: str) -> None:
    said = {
        "do": "save",
        "reason": "试试",
        "k:phone_response.L3": "两小时",
        "k:replacement.failed_repairs": "-1",
        "k:onsite_arrival.bands_km": "100 02:00\n50 04:00\n以外 24:00",
        "k:fix_24h.limit": "20:00",
    }
    page = post(seller, f"{draft}edit/", said, 422)
    assert "有 3 处要改" in page
    assert "应为：时:分，如 04:00" in page
    assert "应为：不小于 0 的整数" in page
    assert "从近到远" in page
    for value in ("两小时", "20:00", "试试", "100 02:00"):
        assert value in page
    assert not versions.drafts()[0].changes


def test_a_file_replaces_the_draft_and_what_cannot_be_read_is_said(
    seller: Client, draft: str
) -> None:
    file = got(seller, "/profile/1/file/")
    assert 'phone_response.L3 = "02:00"' in file
    other = file.replace('phone_response.L3 = "02:00"', 'phone_response.L3 = "01:00"')
    post(seller, f"{draft}edit/", {"do": "import", "toml": other, "reason": "读入"})
    assert versions.drafts()[0].changes == {"phone_response.L3": "01:00"}
    page = post(seller, f"{draft}edit/", {"do": "import", "toml": "[policy]\nx = 1"}, 422)
    assert "文件读不懂" in page
    assert "x = 1" in page


def test_the_trial_is_asked_for_on_the_page_and_shows_what_came_of_it(
    seller: Client, draft: str
) -> None:
    said = {"do": "try", "first": "2026-04-01", "last": "2026-06-30"}
    post(seller, draft, said)
    assert 'hx-trigger="every 2s"' in got(seller, draft)
    with held_at(NOON):
        while what_if.go_on():
            pass
    assert "没有可推演的工单" in got(seller, draft)
    page = post(seller, draft, {**said, "first": "bald"}, 409)
    assert "请填日期" in page


def test_the_duty_manager_reads_and_writes_nothing(
    world: World, draft: str, client: Client
) -> None:
    client.force_login(login("刘洋"))
    assert "起草新版" not in got(client, "/profile/")
    assert "改草案" not in got(client, draft)
    got(client, f"{draft}edit/", 403)
    post(client, draft, {"do": "offer"}, 403)
    got(client, "/profile/9/", 404)
