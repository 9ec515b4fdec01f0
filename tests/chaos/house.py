"""The house that the faults are tried on: its people, and a profile whose clocks fall due within
seconds. Shared by who sets it up and by who works out what it owed."""

from __future__ import annotations

from typing import Any

from jiannuo.manual.profile import Profile, shipped

VERSION = 2


def _ladder(*steps: str, tell: tuple[str, ...] = ("duty_manager",)) -> list[dict[str, Any]]:
    return [{"at": at, "tell": list(tell), "ack": at != "due"} for at in steps]


#: Limits of one and two minutes with a rung every few seconds: hundreds of rungs in a run.
CHANGES: dict[str, Any] = {
    "phone_response.L2": "00:01",
    "phone_response.L3": "00:01",
    "phone_response.L4": "00:02",
    "umbrella_response.limit": "00:01",
    "fix_24h.limit": "00:02",
    "emergency.notify": "00:01",
    "emergency.dispatch": "00:01",
    "emergency.team": "00:01",
    "emergency.expert": "00:01",
    "emergency.expert_group": "00:01",
    "alerts.fix_24h": ["00:01", "00:01", "00:02"],
    "notices.again_after": "00:00",
    "notices.quiet_from": "00:00",
    "notices.quiet_to": "00:00",
    "notices.most_an_hour": 1_000_000,
    "notices.rest_after_ack": "00:01",
    "ladders.response": _ladder("+00:00", "10%", "25%", "50%", "75%", "due"),
    "ladders.umbrella": _ladder("30%", "due", tell=("assignee",)),
    "ladders.fix": _ladder("25%", "due", tell=("subcentre_head",)),
}

#: Name, login, roles. Their numbers follow from their place.
PEOPLE = (
    ("周敏", "zhoumin", ("hotline_agent",)),
    ("李伟", "liwei", ("engineer",)),
    ("陈晨", "chenchen", ("engineer",)),
    ("王芳", "wangfang", ("engineer",)),
    ("刘洋", "liuyang", ("duty_manager",)),
    ("赵刚", "zhaogang", ("duty_manager",)),
    ("孙立新", "sunlixin", ("subcentre_head",)),
    ("吴敏芝", "wuminzhi", ("product_manager",)),
    ("蒋丽", "jiangli", ("warehouse",)),
    ("罗敏", "luomin", ("admin",)),
)
ENGINEERS = tuple(login for _, login, roles in PEOPLE if "engineer" in roles)
#: Whoever is called and never picks up.
SILENT = "wuminzhi"

#: The same word for everybody: nobody else ever sees this house.
PASSWORD = "chaos-in-a-temporary-house"
PARTS = ("电源模块", "风扇框", "主控板")
DEVICES = tuple(f"CXN6800-2505-{n:04}" for n in range(1, 9))


def phone(place: int) -> str:
    return f"1380000{place:04}"


def answers() -> dict[str, str]:
    """Who picks up when the simulated gateway rings."""
    return {
        phone(place): "no" if login == SILENT else "press:1"
        for place, (_, login, _) in enumerate(PEOPLE, 1)
    }


def profile() -> Profile:
    return shipped().with_changes(CHANGES, VERSION)
