"""A board that hundreds ask for at once is made a few times, and nobody gets an old one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from jiannuo.web.live.sharing import Shared
from tests.faces.conftest import NOON
from tests.serving import until
from tests.world import World, login, reported

MANY = 20


class Slow:
    """What it makes is what the world was like when the making began."""

    def __init__(self) -> None:
        self.world, self.made, self.inside, self.go_on = 0, 0, 0, threading.Event()

    def __call__(self) -> int:
        seen = self.world
        self.made += 1
        self.inside += 1
        assert self.go_on.wait(10)
        self.inside -= 1
        return seen


def test_all_who_come_while_it_is_made_get_the_next_one_together() -> None:
    shared, slow = Shared[int](), Slow()
    with ThreadPoolExecutor(MANY + 1) as threads:
        first = threads.submit(shared.get, "queue", slow)
        until(lambda: slow.inside)
        slow.world = 1  # something happens; those who come now have heard of it
        riders = [threads.submit(shared.get, "queue", slow) for _ in range(MANY)]
        until(lambda: threads._work_queue.empty())
        slow.go_on.set()
        assert first.result() == 0
        assert {one.result() for one in riders} == {1}
    assert 2 <= slow.made < MANY / 2


def test_what_differs_is_not_shared_and_nothing_is_kept() -> None:
    shared, slow = Shared[int](), Slow()
    slow.go_on.set()
    assert shared.get("zh", slow) == 0
    slow.world = 1
    assert shared.get("en", slow) == shared.get("zh", slow) == 1
    assert slow.made == 3


def test_one_who_fails_fails_for_himself() -> None:
    shared, began, go_on = Shared[int](), threading.Event(), threading.Event()

    def breaks() -> int:
        began.set()
        assert go_on.wait(10)
        raise ConnectionError

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(shared.get, "queue", breaks)
        assert began.wait(10)
        second = threads.submit(shared.get, "queue", breaks)
        until(lambda: shared._next)
        third = threads.submit(shared.get, "queue", lambda: 1)
        until(lambda: threads._work_queue.empty())
        go_on.set()
        for one in (first, second):
            with pytest.raises(ConnectionError):
                one.result()
        assert third.result() == 1
    assert shared.get("queue", lambda: 2) == 2


def test_the_queue_asked_for_anew_is_its_live_part_alone_with_nobodys_name_on_it(
    world: World, desk: Client
) -> None:
    reported(world, NOON)
    other = Client()
    other.force_login(login("周敏"))
    part, same = (one.get("/", headers={"HX-Request": "true"}) for one in (desk, other))
    text = part.content.decode()
    assert text.startswith('\n\n<div id="live" hx-get="/"')
    assert "<html" not in text
    assert "刘洋" not in same.content.decode()
    more = desk.get("/?rows=all", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-get="/?rows=all"' in more
