"""Who and where a line means: customers, sites and contracts by the names that lists use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from uuid import UUID

from jiannuo.customers import listing, matching
from jiannuo.customers import queries as customers
from jiannuo.customers.directory import CustomerCard
from jiannuo.customers.listing import ProjectLine
from jiannuo.customers.matching import key
from jiannuo.customers.queries import SiteCard
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Row
from jiannuo.manual.words import Text

CUSTOMER = Column(
    "customer",
    Text("客户名称", "Customer"),
    cells.text(200),
    (
        "客户",
        "单位名称",
        "单位",
        "用户单位",
        "用户",
        "用户名称",
        "公司名称",
        "公司",
        "甲方",
        "最终用户",
    ),
    needed=True,
    example="眉山东坡智慧交通指挥中心",
    note=Text("与系统里的客户名一致", "as the customer is called here"),
)
SITE = Column(
    "site",
    Text("站点", "Site"),
    cells.text(200),
    ("站点名称", "机房", "机房名称", "地点", "安装地点", "安装位置", "使用地点", "局点"),
    example="核心机房",
    note=Text(
        "站点名称或编号；客户只有一个站点时可空", "name or code; blank where there is one only"
    ),
)
CONTRACT = Column(
    "contract",
    Text("合同编号", "Contract"),
    cells.code(60),
    ("合同号", "合同", "项目合同号", "contract no"),
    example="HT-2026-018",
    note=Text("客户只有一份合同时可空", "blank where the customer has one only"),
)


class Whose:
    """Customers by name, each with what belongs to him; asked once for all lines."""

    def __init__(self, names: Iterable[str]) -> None:
        everybody = matching.everybody()
        self.by_key: dict[str, list[CustomerCard]] = {}
        for card in everybody:
            self.by_key.setdefault(key(card.name), []).append(card)
        self.names = [card.name for card in everybody]
        meant = [card.id for name in {key(n) for n in names} for card in self.by_key.get(name, [])]
        self.sites: dict[UUID, list[SiteCard]] = {one: [] for one in meant}
        for site in customers.sites_of(meant):
            self.sites[site.customer].append(site)
        self.contracts: dict[UUID, list[ProjectLine]] = {}
        self.numbered: dict[str, ProjectLine] = {}
        for line in listing.project_lines(inspected=False):
            self.contracts.setdefault(line.customer, []).append(line)
            self.numbered[key(line.number)] = line

    def customer(self, row: Row) -> CustomerCard | None:
        """Whom the row names; it is refused where nobody or several are called so."""
        name = row.given("customer")
        found = self.by_key.get(key(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            row.refuse("customer", "有几个客户都叫这个名字", "more than one customer is called so")
            return None
        near = get_close_matches(name, self.names, 1, 0.6)
        zh = f"；是不是「{near[0]}」" if near else ""
        en = f"; is it {near[0]}" if near else ""
        row.refuse(
            "customer",
            f"系统里没有这个客户，请先导入客户，或改成系统里的名字{zh}",
            f"there is no such customer; import customers first, or write the name as it is here{en}",
        )
        return None

    def site(self, row: Row, owner: CustomerCard) -> SiteCard | None:
        """Which of the customer's sites; where he has one only it need not be said."""
        sites, said = self.sites.get(owner.id, []), row.given("site")
        wanted = key(said)
        found = [s for s in sites if wanted in (key(s.name), key(s.code))] if said else sites
        if len(found) == 1:
            return found[0]
        known = "、".join(site.name for site in sites[:5]) or "无"
        row.refuse(
            "site",
            f"请写明是哪个站点；此客户有：{known}"
            if not said or found
            else f"此客户没有这个站点，有：{known}；请先导入站点",
            f"say which site; there are: {known}"
            if not said or found
            else f"the customer has no such site but: {known}; import sites first",
        )
        return None

    def contract(self, row: Row, owner: CustomerCard) -> ProjectLine | None:
        own, said = self.contracts.get(owner.id, []), row.given("contract")
        found: Sequence[ProjectLine] = own
        if said:
            one = self.numbered.get(key(said))
            if one is not None and one.customer != owner.id:
                row.refuse(
                    "contract",
                    f"这份合同是「{one.customer_name}」的",
                    f"this contract is that of {one.customer_name}",
                )
                return None
            found = [one] if one is not None else []
        if len(found) == 1:
            return found[0]
        known = "、".join(line.number for line in own[:5]) or "无"
        row.refuse(
            "contract",
            f"此客户的合同有：{known}；没有的请先导入合同",
            f"the customer's contracts are: {known}; import what is missing first",
        )
        return None
