"""What the clients do all day: report and see to cases, move stock, send engineers about,
acknowledge by the link of a message, look at pages."""

from __future__ import annotations

import re
import threading
import time
import urllib.parse
from collections.abc import Callable
from datetime import timedelta
from random import Random

from jiannuo.kernel.moment import now
from tests.chaos.clients import Answer, Asked, Book, Caller
from tests.chaos.gateway import Gateway
from tests.chaos.ground import Ground
from tests.chaos.house import DEVICES, ENGINEERS, PARTS, PASSWORD

LINK = re.compile(r"https?://\S+(/a/\d+-\w+/)")
FORM = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LEVELS = ("L2", "L3", "L3", "L4")


class Client(threading.Thread):
    """One client in a thread of its own, with a random of its own."""

    def __init__(
        self, crowd: Crowd, name: str, turn: Callable[[Client], None], pause: float
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.crowd, self.turn, self.pause = crowd, turn, pause
        self.rnd = Random(f"{crowd.seed}:{name}")
        ports = crowd.ground.web_ports
        self.caller = Caller(ports, crowd.book, self.rnd, crowd.over)
        self.later: list[tuple[float, str]] = []
        self.cookies: dict[str, str] = {}

    def run(self) -> None:
        while not self.crowd.stop.wait(self.pause * self.rnd.uniform(0.5, 1.5)):
            try:
                self.turn(self)
            except Exception as problem:
                self.crowd.broken.append(f"{self.name}: {problem!r}")
                return

    def does(self, who: str, path: str, **body: object) -> Asked:
        return self.caller.take(self.crowd.ground.tokens[who], path, **body)

    def step(self, who: str, number: str, kind: str, **body: object) -> Asked:
        return self.does(who, f"/api/v1/cases/{number}/steps/{kind}", **body)


class Crowd:
    """All clients of a run. `broken`: clients of ours that failed themselves."""

    def __init__(self, ground: Ground, book: Book, gateway: Gateway, seed: int) -> None:
        self.ground, self.book, self.gateway, self.seed = ground, book, gateway, seed
        self.stop, self.over = threading.Event(), threading.Event()
        self.broken: list[str] = []
        self.links: dict[str, str] = {}
        desks = [(f"desk-{n}", a_case, 0.8) for n in range(3)]
        visits = [(f"visits-{n}", a_visit, 0.8) for n in range(2)]
        stores = [(f"stores-{n}", a_move, 0.6) for n in range(2)]
        others = [("links", a_link, 0.7), ("pages", a_page, 0.4)]
        self.clients = [Client(self, *one) for one in (*desks, *visits, *stores, *others)]

    def begin(self) -> None:
        for client in self.clients:
            client.start()

    def end(self, within: float) -> None:
        """Nothing new; what was begun is finished, or given up in the end."""
        self.stop.set()
        until = time.monotonic() + within
        for client in self.clients:
            client.join(max(0.0, until - time.monotonic()))
        self.over.set()
        for client in self.clients:
            client.join(15.0)


def opened(client: Client) -> str:
    """A fault is reported, now or a little while ago, and confirmed: its number."""
    rnd = client.rnd
    said: dict[str, object] = {"channel": "im", "kind": "fault", "text": "不通", "caller": "邓丽"}
    said["device"] = rnd.choice(DEVICES)
    if rnd.random() < 0.2:
        said["at"] = (now() - timedelta(seconds=rnd.uniform(5, 50))).isoformat()
    done = client.does("zhoumin", "/api/v1/cases", **said)
    if done.number:
        client.step("zhoumin", done.number, "confirmed", level=rnd.choice(LEVELS))
    return done.number


def a_case(client: Client) -> None:
    """Nobody sees to some; some are answered at once, some later, some become an emergency."""
    number = opened(client)
    if not number:
        return
    what = client.rnd.random()
    if what < 0.25:
        contact(client, number)
    elif what < 0.55:
        client.later.append((time.monotonic() + client.rnd.uniform(3, 40), number))
    elif what < 0.62:
        client.step(client.rnd.choice(ENGINEERS), number, "l1_declared", reason="全网中断")
    ripe = [one for one in client.later if one[0] < time.monotonic()]
    for one in ripe:
        client.later.remove(one)
        contact(client, one[1])


def contact(client: Client, number: str) -> None:
    client.step(client.rnd.choice(ENGINEERS), number, "engineer_contact", call="outbound")


def a_visit(client: Client) -> None:
    """Three engineers and two who send them: they meet."""
    number, who = opened(client), client.rnd.choice(ENGINEERS)
    if not number:
        return
    name = {"liwei": "李伟", "chenchen": "陈晨", "wangfang": "王芳"}[who]
    client.step("liuyang", number, "dispatched", engineer=name)
    client.step(who, number, "arrived")
    if client.rnd.random() < 0.5:
        client.step(who, number, "departed", override="报告随后补交")


def a_move(client: Client) -> None:
    rnd, part = client.rnd, client.rnd.choice(PARTS)
    path = f"/api/v1/stock/{urllib.parse.quote(part)}/steps/"
    if rnd.random() < 0.4:
        lot, qty = f"L{rnd.getrandbits(20)}", rnd.randint(1, 3)
        client.does("jiangli", f"{path}stock_received", qty=qty, lot=lot, cost="100.00")
    else:
        client.does("jiangli", f"{path}stock_issued", qty=rnd.randint(1, 4))


def a_link(client: Client) -> None:
    """Somebody reads one of the last messages and says that he knows."""
    crowd = client.crowd
    texts = [line for line in crowd.gateway.lines()[-200:] if line["line"] == "message"]
    found = [(line["key"], LINK.search(line["text"])) for line in texts]
    asking = [(key, link[1]) for key, link in found if link and key not in crowd.links]
    if not asking:
        return
    key, path = client.rnd.choice(asking)
    for _ in range(5):
        answer = client.caller.send("POST", path, b"")
        if answer is not None and answer.status == 302:
            crowd.links[key] = path
            return
        if crowd.over.wait(0.5):
            return


def a_page(client: Client) -> None:
    if "sessionid" not in client.cookies:
        sign_in(client)
        return
    numbers = [one.number for one in client.crowd.book.asked[-40:] if one.number]
    number = client.rnd.choice(numbers) if numbers else ""
    paths = ["/", "/inbox/", "/healthz", *([f"/cases/{number}/"] if number else [])]
    kept = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    client.caller.send("GET", client.rnd.choice(paths), headers={"Cookie": kept})
    bearer = {"Authorization": f"Bearer {client.crowd.ground.tokens['zhoumin']}"}
    known = [f"/api/v1/cases/{number}"] if number else []
    client.caller.send("GET", client.rnd.choice(["/api/v1/cases?limit=20", *known]), headers=bearer)


def sign_in(client: Client) -> None:
    form = client.caller.send("GET", "/sign-in/")
    token = FORM.search(form.body.decode()) if form is not None else None
    if form is None or token is None:
        return
    client.cookies = _cookies(form)
    told = {"csrfmiddlewaretoken": token[1], "username": "zhoumin", "password": PASSWORD}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urllib.parse.urlencode(told).encode()
    answer = client.caller.send("POST", "/sign-in/", body, headers)
    if answer is not None:
        client.cookies |= _cookies(answer)


def _cookies(answer: Answer) -> dict[str, str]:
    found = re.findall(
        r"(?:^|,\s*)(csrftoken|sessionid)=([^;,]+)", answer.headers.get("set-cookie", "")
    )
    return dict(found)
