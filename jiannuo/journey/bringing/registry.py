"""Every kind of list in the order in which a new house brings them: a file in `kinds`, a line below."""

from __future__ import annotations

from jiannuo.journey.bringing.kind import Kind
from jiannuo.journey.bringing.kinds.contacts import KIND as CONTACTS
from jiannuo.journey.bringing.kinds.contracts import KIND as CONTRACTS
from jiannuo.journey.bringing.kinds.customers import KIND as CUSTOMERS
from jiannuo.journey.bringing.kinds.devices import KIND as DEVICES
from jiannuo.journey.bringing.kinds.history import KIND as HISTORY
from jiannuo.journey.bringing.kinds.sites import KIND as SITES
from jiannuo.journey.bringing.kinds.staff import KIND as STAFF
from jiannuo.journey.bringing.kinds.stock import KIND as STOCK
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import allowed

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (STAFF, CUSTOMERS, SITES, CONTACTS, CONTRACTS, DEVICES, STOCK, HISTORY)
}


def kinds_for(actor: Actor) -> list[Kind]:
    """Those that he may bring."""
    return [kind for kind in KINDS.values() if allowed(actor, kind.permit)]


def kind_of(actor: Actor, code: str) -> Kind:
    """Raises `Refusal` ("no_import") for one that there is not, or is not his to bring."""
    kind = KINDS.get(code)
    if kind is None or not allowed(actor, kind.permit):
        raise Refusal("no_import", "没有这种清单", "there is no such kind of list")
    return kind
