"""The rail of the desk: every part of it once, with the right that opens it. A new part is a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed


@dataclass(frozen=True, slots=True)
class Part:
    """`permit`: who sees it; "" for everybody. `prefixes`: what its addresses begin with.
    `narrow`: only where there is no bell above. `go`: the letter that leads there after G."""

    name: str
    url: str
    icon: str
    words: Text
    permit: str = "read_cases"
    prefixes: tuple[str, ...] = ()
    narrow: bool = False
    go: str = ""


PARTS = (
    Part("work", "work_show", "check", Text("我的事", "My work"), prefixes=("/work/",), go="w"),
    Part(
        "hotline",
        "hotline_show",
        "headset",
        Text("热线", "Hotline"),
        "reported",
        ("/hotline/",),
        go="h",
    ),
    Part("queue", "case_list", "queue", Text("队列", "Queue"), prefixes=("/cases/",), go="q"),
    Part(
        "emergency",
        "emergency_list",
        "alarm",
        Text("应急", "Emergency"),
        prefixes=("/emergencies/",),
        go="e",
    ),
    Part(
        "inbox", "inbox_list", "bell", Text("收件", "Inbox"), "", ("/inbox/",), narrow=True, go="i"
    ),
    Part(
        "plan",
        "plan_list",
        "calendar",
        Text("巡检与培训", "Planned work"),
        prefixes=("/plan/",),
        go="p",
    ),
    Part(
        "stores", "store_show", "box", Text("库房", "Stores"), "keep_stores", ("/stores/",), go="s"
    ),
    Part(
        "customers",
        "customer_list",
        "person",
        Text("客户", "Customers"),
        prefixes=("/customers/", "/sites/", "/contracts/"),
        go="c",
    ),
    Part(
        "claims",
        "claim_list",
        "pen",
        Text("索赔投诉", "Claims"),
        prefixes=("/claims/", "/complaints/"),
        go="l",
    ),
    Part(
        "knowledge",
        "article_list",
        "book",
        Text("知识", "Knowledge"),
        prefixes=("/knowledge/",),
        go="k",
    ),
    Part(
        "devices", "device_list", "device", Text("设备", "Devices"), prefixes=("/devices/",), go="v"
    ),
    Part(
        "dispatch",
        "dispatch_list",
        "board",
        Text("派工", "Dispatch"),
        prefixes=("/dispatch/",),
        go="d",
    ),
    Part(
        "roster",
        "roster_list",
        "clock",
        Text("值班表", "Roster"),
        "read_roster",
        ("/roster/",),
        go="r",
    ),
    Part(
        "figures",
        "promise_list",
        "figures",
        Text("数字", "Figures"),
        "read_figures",
        ("/figures/",),
        go="f",
    ),
    Part(
        "accounts",
        "person_list",
        "people",
        Text("账号", "Accounts"),
        "manage_accounts",
        ("/accounts/",),
    ),
    Part("import", "import_list", "tray", Text("导入", "Import"), "import_lists", ("/import/",)),
    Part("audit", "audit_list", "seal", Text("审计", "Audit"), "read_audit", ("/audit/",)),
    Part(
        "profile",
        "profile_list",
        "check",
        Text("服务规范", "Profile"),
        "read_profile",
        ("/profile/",),
    ),
    Part(
        "settings",
        "channel_list",
        "gear",
        Text("设置", "Settings"),
        "read_settings",
        ("/settings/",),
    ),
    Part("health", "health_show", "pulse", Text("体检", "Health"), "read_health", ("/health/",)),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A part as the rail shows it."""

    name: str
    href: str
    icon: str
    words: Text
    here: bool
    exact: bool
    narrow: bool
    go: str


def rail(actor: Actor, path: str) -> Iterator[Entry]:
    """The parts he may open; `path`: where he is."""
    for part in PARTS:
        if part.permit and not allowed(actor, part.permit):
            continue
        href = reverse(f"desk:{part.url}")
        exact = path == href
        here = exact or path.startswith(part.prefixes)
        yield Entry(part.name, href, part.icon, part.words, here, exact, part.narrow, part.go)
