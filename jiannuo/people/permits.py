"""Who may do what: one table, asked by every command. Pure.

For everything that happens to a case or its like, the table is the catalogue of events; what
is not an event (reading, importing, running the house) stands here.
"""

from __future__ import annotations

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.manual.words import Text, word

ALL_STAFF = frozenset(VENDOR_ROLES)
#: Who guards accounts or reads the audit has no business in the cases.
AT_WORK = ALL_STAFF - {"security_admin", "audit_admin"}

PERMITS: dict[str, frozenset[str]] = {
    "set_up": frozenset({"admin", "sales"}),
    "import": frozenset({"admin"}),
    #: Of the kinds of lists each brings what he may enter by hand.
    "import_lists": frozenset({"admin", "sales", "duty_manager", "warehouse", "security_admin"}),
    "read_setup": frozenset({"admin", "sales", "duty_manager", "security_admin"}),
    "manage_accounts": frozenset({"security_admin"}),
    "read_audit": frozenset({"audit_admin"}),
    "read_inbox": ALL_STAFF,
    "read_cases": AT_WORK,
    "read_stores": AT_WORK,
    #: In whose rail the stores stand; the others come there from a case.
    "keep_stores": frozenset({"warehouse", "duty_manager", "engineer"}),
    "read_figures": AT_WORK,
    "read_roster": AT_WORK,
    "set_up_channels": frozenset({"admin"}),
    "read_settings": frozenset({"admin", "duty_manager"}),
    "read_profile": frozenset({"admin", "sales", "subcentre_head", "duty_manager"}),
    "read_health": frozenset({"admin", "duty_manager"}),
    "report_finding": frozenset({"hotline_agent", "duty_manager", "engineer"}),
    "raise_drill": frozenset({"hotline_agent", "duty_manager"}),
    #: What the whole house writes again and again; his own everybody keeps himself.
    "keep_phrases": frozenset({"duty_manager"}),
    "enter_for_customer": ALL_STAFF - {"admin"},
    "add_contact": frozenset({"hotline_agent", "engineer", "duty_manager", "sales", "admin"}),
    "enter_for_colleague": frozenset({"hotline_agent", "duty_manager"}),
}


def allowed(actor: Actor, action: str) -> bool:
    return bool(actor.roles & roles_of(action)) or "system" in actor.roles


def roles_of(action: str) -> frozenset[str]:
    """Who may do it."""
    kind = kinds().get(action)
    return kind.by if kind is not None else PERMITS[action]


def require(actor: Actor, action: str) -> None:
    """Raise `Refusal` ("not_permitted") unless one of the actor's roles may do it."""
    if not allowed(actor, action):
        raise refusal_of(actor, action)


def refusal_of(actor: Actor, action: str) -> Refusal:
    """That he may not, and who may."""
    roles = sorted(roles_of(action))
    what, names = word("action", action), [_name(role) for role in roles]
    zh, en = "、".join(name.zh for name in names), " or ".join(name.en for name in names)
    return Refusal(
        "not_permitted",
        f"{actor.name} 不能{what.zh}，请由{zh}来做",
        f"{actor.name} may not {what.en}; it takes {en}",
        requirement="R-X-4",
    )


def _name(role: str) -> Text:
    """A role as whoever is refused reads it: of the customer's it is said that they are."""
    name = word("role", role)
    return name if role in ALL_STAFF else Text("客户", "the customer's ") + name
