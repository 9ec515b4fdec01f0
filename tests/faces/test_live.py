"""What a page may listen to, what it hears, and what nobody hears twice or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from django.test import Client

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.people import presence, sessions
from jiannuo.people.models import Presence, Session
from jiannuo.people.presence import LASTS, Look
from jiannuo.web.live import hub as hubs
from jiannuo.web.live import looking
from jiannuo.web.live import tail as tails
from jiannuo.web.live.hub import Hub, Stream
from jiannuo.web.live.tail import Tail
from jiannuo.web.live.topics import topics
from jiannuo.web.reader import millis
from jiannuo.web.sessions import Stay
from tests.crowd import at_once
from tests.faces import test_browser
from tests.faces.test_browser import MINUTE, case
from tests.faces.test_notices_browser import tell
from tests.world import World, login

world = test_browser.world

T = TypeVar("T")
DAY = timedelta(days=1)
STAY = Stay(DAY, DAY, DAY, DAY)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "PACE", 0.02)
    monkeypatch.setattr(hubs, "AFTER_TROUBLE", 0.02)
    monkeypatch.setattr(looking, "SESSIONS_EVERY", 0.02)
    monkeypatch.setattr(presence, "LINGERS", timedelta(seconds=0.3))


def page(world: World, *names: str, who: str = "刘洋", since: int | None = None) -> Stream:
    """An open page of somebody who is signed in, made now unless said otherwise."""
    actor = world.actor(who)
    assert actor.id is not None
    found = tuple(topic for name in names for topic in topics(actor, name))
    key = Session.objects.values_list("session_key", flat=True).first() or ""
    at = millis(now()) + 60_000 if since is None else since
    return Stream(actor.id, key, STAY, found, at)


def noted(world: World, number: str, who: str = "李伟") -> None:
    take("noted", world.actor(who), number, text="已到现场")


def live(story: Callable[[Hub], Awaitable[None]]) -> Hub:
    """A hub at work, until the story is told and its last page is closed."""
    hub = Hub()

    async def run() -> None:
        try:
            await story(hub)
        finally:
            for one in list(hub.streams.values()):
                hub.leave(one)
            assert hub._watching is not None
            await hub._watching

    asyncio.run(run())
    return hub


async def begun(hub: Hub) -> None:
    while hub.known is None:
        await asyncio.sleep(0.01)


async def elsewhere(work: Callable[..., T], *args: Any) -> T:
    """Somebody else does it, on a connection of his own."""

    def run() -> T:
        try:
            return work(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


@pytest.fixture
def signed_in(world: World, client: Client) -> Client:
    client.force_login(login("周敏"))
    return client


# -- rows ---------------------------------------------------------------------------------------


def test_a_step_that_ends_after_a_later_one_is_heard_of_once(world: World) -> None:
    slow, fast = case(world, "L3", MINUTE), case(world, "L3", MINUTE)
    tail = Tail(archive.newest, archive.after)
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            noted(world, slow)
            written.set()
            assert go_on.wait(30)

    def quickly() -> None:
        assert written.wait(30)
        noted(world, fast)
        found.append({row[2] for row in tail.fresh()})
        go_on.set()

    found: list[set[Any]] = []
    assert not any(at_once(2, lambda n: (slowly, quickly)[n]()))
    assert found == [{cases.id_for(world.actor("刘洋"), fast)}]
    assert [row[2] for row in tail.fresh()] == [cases.id_for(world.actor("刘洋"), slow)]
    assert tail.fresh() == []


def test_what_is_long_known_is_not_read_again_and_a_flood_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tails, "PATIENCE", -1.0)
    monkeypatch.setattr(tails, "MOST", 50)
    rows, asked = [(n,) for n in range(1, 301)], list[int]()

    def after(number: int, limit: int) -> list[tuple[int]]:
        asked.append(number)
        return [row for row in rows if row[0] > number][:limit]

    tail = Tail(lambda: rows[-1][0], after)
    while tail.fresh():
        pass
    rows += [(301,), (302,)]
    assert tail.fresh() == [(301,), (302,)]
    assert tail.fresh() == []
    assert asked[0] == 300 - tails.BACK
    assert asked[-1] >= 300


# -- who hears what -----------------------------------------------------------------------------


def test_a_page_hears_of_its_own_subject_only(world: World, signed_in: Client) -> None:
    number, other = case(world, "L3", MINUTE), case(world, "L3", MINUTE)
    own, strange = page(world, f"case:{number}"), page(world, f"case:{other}", who="孙立新")
    board, inbox = page(world, "queue", "wall"), page(world, "inbox", who="沈浩")

    async def story(hub: Hub) -> None:
        for one in (own, strange, board, inbox):
            hub.join(one)
        await begun(hub)
        for one in (own, strange):  # that the other one came
            await one.next(5)
        await elsewhere(noted, world, number)
        assert f"case:{number}" in await own.next(5)
        assert await board.next(5) == ["queue", "wall"]
        assert strange.waiting == inbox.waiting == set()

    live(story)


def test_whoever_is_told_something_hears_of_his_inbox(world: World, signed_in: Client) -> None:
    number = case(world, "L2", MINUTE)
    manager, engineer = page(world, "inbox"), page(world, "inbox", who="沈浩")

    async def story(hub: Hub) -> None:
        hub.join(manager)
        hub.join(engineer)
        await begun(hub)
        await elsewhere(tell, number)
        assert await manager.next(5) == ["inbox"]
        assert engineer.waiting == set()

    live(story)


def test_a_page_that_comes_back_hears_what_it_missed(world: World, signed_in: Client) -> None:
    number = case(world, "L3", MINUTE)
    kept, old = page(world, "queue"), page(world, "queue", since=0)

    async def story(hub: Hub) -> None:
        hub.join(kept)
        hub.join(old)
        assert await old.next(5) == ["queue"]  # older than what anybody remembers
        before = millis(now())
        await elsewhere(noted, world, number)
        assert await kept.next(5) == ["queue"]
        late, fresh = (
            page_of(kept, since=before),
            page_of(kept, since=millis(now()) + 1),
        )
        hub.join(late)
        hub.join(fresh)
        assert late.waiting == {"queue"}
        assert fresh.waiting == set()

    live(story)


def page_of(one: Stream, since: int) -> Stream:
    return Stream(one.person, one.session, one.stay, one.topics, since)


def test_a_look_that_fails_loses_nothing(
    world: World, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, board = case(world, "L3", MINUTE), page(world, "queue")
    failed = threading.Event()

    def broken(keys: object) -> Any:
        failed.set()
        raise ConnectionError

    async def story(hub: Hub) -> None:
        hub.join(board)
        await begun(hub)
        with monkeypatch.context() as patch:
            patch.setattr(sessions, "moments", broken)
            await elsewhere(noted, world, number)
            failed.clear()
            assert await asyncio.to_thread(failed.wait, 5)
            assert board.waiting == set()
        assert await board.next(5) == ["queue"]

    live(story)


def test_nobody_is_let_in_where_he_may_not_read(world: World) -> None:
    for name in ("queue", "wall", "case:1"):
        with pytest.raises(Refusal, match="not_permitted"):
            topics(world.actor("高远"), name)
    for name in ("case:2405-99999", "customers", "", "case:\x00"):
        with pytest.raises(Refusal, match="no_"):
            topics(world.actor("刘洋"), name)
    assert topics(world.actor("高远"), "inbox")


def test_a_page_is_told_up_to_when_it_has_heard_of_everything(
    world: World, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, go_on = page(world, "queue"), threading.Event()

    def slow(keys: object) -> Any:
        assert go_on.wait(5)
        return {}

    async def story(hub: Hub) -> None:
        hub.join(board)
        while hub.looked is None:
            await asyncio.sleep(0.01)
        monkeypatch.setattr(sessions, "moments", slow)
        await asyncio.sleep(0.1)
        before = millis(now())  # done now, it would be heard of by the next look only
        await asyncio.sleep(0.1)
        assert hub.looked < before
        go_on.set()

    live(story)


def test_a_page_looks_at_one_case(world: World) -> None:
    names = [f"case:{case(world, 'L3', MINUTE)}" for _ in range(2)]
    look = page(world, "inbox", *names).look
    assert look is not None
    assert look.about == names[0]
    assert page(world, "queue").look is None


# -- who stays ----------------------------------------------------------------------------------


def test_the_page_open_longest_gives_way_to_one_too_many(world: World, signed_in: Client) -> None:
    pages = [page(world, "queue") for _ in range(hubs.OF_A_PERSON + 1)]
    other = page(world, "queue", who="孙立新")

    async def story(hub: Hub) -> None:
        hub.join(other)
        for one in pages:
            hub.join(one)
        assert [one.over for one in (other, *pages)] == [False, True, *[False] * hubs.OF_A_PERSON]
        assert pages[0].one_too_many

    live(story)


@pytest.mark.parametrize("how", ["signed out", "unused for too long"])
def test_whose_session_is_over_hears_no_more(world: World, signed_in: Client, how: str) -> None:
    one, user = page(world, "queue"), int(signed_in.session["_auth_user_id"])

    async def story(hub: Hub) -> None:
        hub.join(one)
        await begun(hub)
        assert await one.next(0.1) == []
        assert not one.over
        if how == "signed out":
            await elsewhere(sessions.end_all, [user])
        else:
            await elsewhere(lambda: Session.objects.update(seen_at=now() - DAY))
        await one.next(5)
        assert one.over

    live(story)


def test_a_server_that_stops_sends_everybody_home(world: World, signed_in: Client) -> None:
    one, late = page(world, "queue"), page(world, "queue")

    async def story(hub: Hub) -> None:
        hub.join(one)
        hub.close()
        assert one.over
        assert hub.full
        hub.join(late)
        assert late.over

    live(story)


# -- who is here --------------------------------------------------------------------------------


def test_two_on_one_case_hear_of_each_other(world: World, signed_in: Client) -> None:
    number = case(world, "L3", MINUTE)
    name = f"case:{number}"
    mine, theirs = page(world, name), page(world, name, who="周敏")
    theirs.writing = True

    async def story(hub: Hub) -> None:
        hub.join(mine)
        assert await mine.next(5) == [f"here:{name}"]
        hub.join(theirs)
        assert await mine.next(5) == [f"here:{name}"]
        found = await elsewhere(presence.who, [name])
        assert [(one.name, one.writing) for one in found[name]] == [("刘洋", False), ("周敏", True)]
        hub.leave(theirs)
        assert await mine.next(5) == [f"here:{name}"]
        found = await elsewhere(presence.who, [name])
        assert [one.name for one in found[name]] == ["刘洋"]

    live(story)


def test_who_does_not_say_so_again_is_gone(world: World) -> None:
    actor = world.actor("周敏")
    assert actor.id is not None
    look = Look(new_id(), actor.id, "case:1")
    presence.keep([look])
    assert [one.name for one in presence.who(["case:1"])["case:1"]] == ["周敏"]
    Presence.objects.update(seen_at=now() - LASTS)
    assert presence.who(["case:1"]) == {}
    Presence.objects.update(seen_at=now() - 5 * LASTS)
    presence.keep([Look(new_id(), actor.id, "case:2")])
    assert list(Presence.objects.values_list("about", flat=True)) == ["case:2"]


def test_who_goes_from_one_page_to_the_next_was_never_away(world: World) -> None:
    actor = world.actor("周敏")
    assert actor.id is not None
    look = Look(new_id(), actor.id, "case:1")
    presence.keep([look])
    presence.leave([look.id])
    assert "case:1" in presence.who(["case:1"])
    Presence.objects.update(seen_at=now() - LASTS + presence.LINGERS)
    presence.keep([Look(new_id(), actor.id, "case:1")])
    assert len(presence.who(["case:1"])["case:1"]) == 1


def test_who_else_is_here_stands_on_the_page(world: World, client: Client) -> None:
    number = case(world, "L3", MINUTE)
    client.force_login(login("周敏"))
    looks = []
    for who, writing in (("周敏", False), ("刘洋", False), ("李伟", True)):
        person = world.actor(who).id
        assert person is not None
        looks.append(Look(new_id(), person, f"case:{number}", writing))
    presence.keep(looks)
    for address in (f"/cases/{number}/", f"/web/here/{number}/", f"/cases/{number}/do/noted/"):
        text = client.get(address).content.decode()
        assert "李伟 <small>正在写</small>" in text
        assert "刘洋 <small>也在看这单</small>" in text
        assert "周敏 <small>也在" not in text
    client.cookies["language"] = "en"
    assert "李伟 <small>is writing</small>" in client.get(f"/web/here/{number}/").content.decode()
