"""Is the house set up? Each look says what will not work while something is missing."""

from __future__ import annotations

from collections.abc import Iterable

from jiannuo.customers import listing
from jiannuo.customers import queries as customers
from jiannuo.customers.commands import UNKNOWN
from jiannuo.equipment import queries as equipment
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.parts import stores
from jiannuo.people import accounts
from jiannuo.people import queries as people
from jiannuo.people.company import company

#: What fails without a role: a clock of the manual that nobody can keep.
NEEDED = {
    "hotline_agent": Text("没有坐席：报修没人受理", "No hotline agent: nobody takes a report"),
    "engineer": Text(
        "没有工程师：一级故障 30 分钟内没人能联系客户，也没人可派",
        "No engineer: nobody calls a customer within 30 minutes of a level one, nobody can be sent",
    ),
    "duty_manager": Text(
        "没有值班经理：一级故障 30 分钟内成立不了应急小组",
        "No duty manager: no emergency team within 30 minutes of a level one",
    ),
    "product_manager": Text(
        "没有产品经理：一级故障 15 分钟内没有产品经理可呼叫",
        "No product manager: nobody to call within 15 minutes of a level one",
    ),
    "subcentre_head": Text(
        "没有子中心负责人：2 小时内成立不了专家组，排除责任没人批",
        "No sub-centre head: no expert group within 2 hours, nobody rules on exclusions",
    ),
    "expert": Text(
        "没有值班专家：一级故障 1 小时内没人开始远程分析",
        "No expert: nobody begins to analyse within an hour of a level one",
    ),
    "warehouse": Text(
        "没有库管：备件和备用机没人发，24 小时修复保不住",
        "No storekeeper: nobody hands out spares and loaners, a fix within 24 hours is at risk",
    ),
}
ENTER = Text("在「开张」里填上。", "Enter it under Set-up.")


def _company(_: Machine) -> Finding:
    name = company().name
    if name:
        return fine(name, name)
    return heed(
        Text(
            "没有公司名称：给客户的文件没有抬头", "No name: papers for customers have no letterhead"
        ),
        ENTER,
    )


def _hotlines(_: Machine) -> Finding:
    numbers = company().hotlines or _of_profile()
    if numbers:
        return fine("、".join(numbers), ", ".join(numbers))
    return broken(
        Text(
            "没有热线号码：客户不知道往哪里打，登录页和大屏也不显示",
            "No hotline number: customers do not know whom to call",
        ),
        ENTER,
    )


def _of_profile() -> tuple[str, ...]:
    said = str(customers.base_profile(now()).value("sign_in.hotline"))
    return (said,) if said else ()


def _offices(_: Machine) -> Finding:
    names = [name for _, name in people.named_offices()]
    if names:
        return fine("、".join(names), ", ".join(names))
    return broken(
        Text(
            "没有办事处：录不了站点，到场时限无从量起",
            "No office: no site can be entered, arrival limits cannot be measured",
        ),
        ENTER,
    )


def _people(_: Machine) -> Finding:
    """Each role that a clock or a gate waits for, and whether its people can be called."""
    ours = [one for one in accounts.everybody() if one.active]
    missing = [said for role, said in NEEDED.items() if not _holding(ours, role)]
    silent = [one.name for one in ours if not one.phone and set(one.roles) & NEEDED.keys()]
    if missing:
        return broken(joined(missing), Text("导入人员或在账号页新增。", "Import or add people."))
    if silent:
        names = "、".join(silent[:5])
        return heed(
            Text(f"没有手机号，叫不到：{names}", f"No telephone, cannot be called: {names}"),
            Text("在账号页补上手机号。", "Enter their numbers under Accounts."),
        )
    return fine(
        f"{len(ours)} 人，要紧的岗位都有人", f"{len(ours)} people, every needed role is held"
    )


def _holding(ours: Iterable[accounts.Account], role: str) -> bool:
    return any(role in one.roles for one in ours)


def _profile(_: Machine) -> Finding:
    profile = customers.base_profile(now())
    return fine(
        f"现行第 {profile.version} 版：承诺、时限、关口都按它算",
        f"Version {profile.version} is in force: limits, gates and prices follow it",
    )


def _stores(_: Machine) -> Finding:
    lying = sum(shelf.on_hand for line in stores.lines() for shelf in line.shelves)
    if lying or equipment.loaners():
        return fine(f"备件 {lying} 件", f"{lying} spares")
    return heed(
        Text(
            "库里没有备件也没有备用机：24 小时修不好时没有东西可借",
            "Neither spares nor loaners: nothing to lend where 24 hours are not enough",
        ),
        Text("导入库存，或在库房页入库。", "Import the stock, or receive it under Stores."),
    )


def _contracts(_: Machine) -> Finding:
    lines = listing.project_lines(inspected=False)
    owners = customers.customers()
    lost = [one for one in customers.sites_of(c for c, _ in owners) if one.method == UNKNOWN]
    if not owners:
        return broken(
            Text("没有客户：来电认不出是谁", "No customer: no caller is recognised"),
            Text(
                "导入客户，再导站点、合同、设备。",
                "Import customers, then sites, contracts, devices.",
            ),
        )
    if not lines:
        return broken(
            Text("没有合同：判断不了在保不在保", "No contract: covered or not cannot be told"),
            Text("导入合同，或在客户页登记。", "Import contracts, or enter one."),
        )
    if lost:
        return heed(
            Text(
                f"{len(lost)} 个站点没有坐标和公里数：到场先按最近一档",
                f"{len(lost)} sites not located: the nearest band counts",
            ),
            Text("导入站点补上坐标。", "Import the sites with coordinates."),
        )
    return fine(
        f"{len(owners)} 家客户，{len(lines)} 份合同",
        f"{len(owners)} customers, {len(lines)} contracts",
    )


#: The steps of the set-up that no other check looks at.
OWN: tuple[Check, ...] = (
    Check("company", Text("公司", "Company"), _company),
    Check("hotlines", Text("热线号码", "Hotline numbers"), _hotlines),
    Check("offices", Text("办事处", "Offices"), _offices),
    Check("people", Text("人员与岗位", "People and roles"), _people),
    Check("profile", Text("服务规范", "Service profile"), _profile),
    Check("stores", Text("库房", "Stores"), _stores),
    Check("customers", Text("客户与合同", "Customers and contracts"), _contracts),
)
GO = Text(
    "在网页「开张」（/setup/）逐项补上。", "Complete it in the browser under Set-up (/setup/)."
)


def look(machine: Machine) -> Finding:
    found = [check.look(machine) for check in OWN]
    wrong = [one.found for one in found if one.state != "ok"]
    if wrong:
        return heed(joined(wrong), GO)
    return fine("都已就绪。", "All is set up.")


CHECK = Check("setup", Text("开张", "Set-up"), look)
