"""Who may do what: one table, asked by every command. Pure.

For everything that happens to a case or its like, the table is the catalogue of events; what
is not an event (reading, importing, running the house) stands here.
"""

from __future__ import annotations

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import VENDOR_ROLES

ALL_STAFF = frozenset(VENDOR_ROLES)

PERMITS: dict[str, frozenset[str]] = {
    "set_up": frozenset({"admin", "sales"}),
    "import": frozenset({"admin"}),
    "read_cases": ALL_STAFF,
    "read_figures": ALL_STAFF,
    "read_roster": ALL_STAFF,
    "set_up_channels": frozenset({"admin"}),
    "read_settings": frozenset({"admin", "duty_manager"}),
    "read_health": frozenset({"admin", "duty_manager"}),
    "raise_drill": frozenset({"hotline_agent", "duty_manager"}),
}

#: In Chinese, for refusals.
ROLE_NAMES = {
    "hotline_agent": "坐席",
    "engineer": "维护工程师",
    "duty_manager": "值班经理",
    "subcentre_head": "子中心负责人",
    "product_manager": "产品经理",
    "expert": "专家",
    "warehouse": "库管",
    "sales": "销售",
    "admin": "管理员",
    "trainer": "培训讲师",
    "contact": "客户联系人",
    "technician": "客户技术人员",
    "person_in_charge": "客户负责人",
    "maintenance_department": "客户维护主管部门",
    "department_head": "客户主管部门负责人",
    "leader": "客户主要领导",
}


def allowed(actor: Actor, action: str) -> bool:
    return bool(actor.roles & _roles(action)) or "system" in actor.roles


def _roles(action: str) -> frozenset[str]:
    kind = kinds().get(action)
    return kind.by if kind is not None else PERMITS[action]


def require(actor: Actor, action: str) -> None:
    """Raise `Refusal` ("not_permitted") unless one of the actor's roles may do it."""
    if allowed(actor, action):
        return
    roles = sorted(_roles(action))
    names = "、".join(ROLE_NAMES[role] for role in roles)
    raise Refusal(
        "not_permitted",
        f"{actor.name} 不能做「{action}」，请由{names}来做",
        f"{actor.name} may not do {action}; it takes {' or '.join(roles)}",
        requirement="R-X-4",
    )
