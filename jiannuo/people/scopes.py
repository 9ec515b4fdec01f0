"""What a key may be held to: less than its person may do, never more. Pure.

A key without any named scope may all that its person may.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text

SCOPES: dict[str, Text] = {
    "cases:read": Text("查看工单、经过、承诺与附件", "see cases, their log, promises and files"),
    "cases:write": Text("报修并走工单的各步", "report cases and take their steps"),
    "stock:write": Text("走库存的各步", "take the steps of stock"),
    "roster:read": Text("查看值班", "see who is on duty"),
    "roster:write": Text("走值班的各步", "take the steps of rosters"),
}
#: Wide ones: each stands for all that end as it does.
WIDE: dict[str, Text] = {
    "read": Text("查看一切", "see everything"),
    "write": Text("走一切步骤", "take every step"),
}
ALL = (*WIDE, *SCOPES)


def covers(scopes: Collection[str] | None, wanted: str) -> bool:
    """May a key with these scopes do what asks for `wanted`? None: whatever its person may."""
    return scopes is None or wanted in scopes or wanted.partition(":")[2] in scopes


def chosen(names: Iterable[str]) -> list[str] | None:
    """The scopes of a new key, in one order; None where nothing was chosen. Raises `Refusal`
    for a name that is none."""
    wanted = set(names)
    for name in sorted(wanted - {*ALL}):
        raise Refusal(
            "bad_scope",
            f"没有「{name}」这项权限，可用：{'、'.join(ALL)}",
            f"there is no scope {name}; there are {', '.join(ALL)}",
        )
    return [name for name in ALL if name in wanted] or None


def missing(name: str, wanted: str) -> Refusal:
    """A key was used for more than it is held to."""
    what = SCOPES[wanted]
    return Refusal(
        "scope_missing",
        f"令牌「{name}」没有 {wanted} 权限（{what.zh}）；请换令牌，或请管理员另发",
        f"the token {name} lacks the scope {wanted} ({what.en}); use another, or have one made",
        requirement="R-X-4",
        reasons=(wanted,),
    )
