"""Asking at the gates: which action an event passes, on what ground, with which answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiannuo.archive.commands import Entry
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.journey import days
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge import queries as articles
from jiannuo.manual.actor import Actor
from jiannuo.manual.assignment import fits
from jiannuo.manual.gates import Answer, Ground, Unit, judge
from jiannuo.manual.profile import Profile
from jiannuo.manual.story import CaseStory
from jiannuo.manual.vocabulary import Kind
from jiannuo.manual.words import word
from jiannuo.people import queries as people

#: Later than any event recorded so far: the asking itself comes last at its moment.
LAST = 1 << 62

#: The gates that an ordinary event passes.
PASSES: dict[str, tuple[str, ...]] = {
    "remote_login": ("start_remote_session",),
    "expert_started": ("start_remote_session",),
    "plan_executed": ("execute_plan",),
    "dispatched": ("dispatch",),
    "work_started": ("start_work",),
    "major_op_approved": ("approve_major_op",),
    "major_op_done": ("perform_major_op",),
    "departed": ("depart",),
    "l1_declared": ("declare_l1",),
    "reclassified": ("declare_l1",),
    "team_formed": ("form_emergency_team",),
    "expert_group_formed": ("form_expert_group",),
    "leader_briefed": ("record_leader_briefing",),
    "loaner_issued": ("issue_loaner",),
    "replacement_issued": ("issue_replacement",),
    "exclusion_proposed": ("propose_exclusion",),
    "exclusion_accepted": ("propose_exclusion",),
    "fee_set": ("set_technical_fee",),
    "case_closed": ("close_case",),
    "remote_skipped": ("skip_remote",),
    "article_sent": ("answer_question",),
    "arrived": ("archive_read", "prep_checked"),
}


def ask(
    actor: Actor,
    number: str,
    action: str,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Answer:
    """May this be done on this case? Changes nothing."""
    view = cases.view_for(actor, number)
    return judge(view.profile, action, ground(actor, view, action, context or {}, at or now()))


def let_pass(actor: Actor, view: CaseView, wanted: Entry) -> tuple[Answer, ...]:
    """Pass an event through its gates; the answers with reasons to list.

    Raises `Refusal` naming the duty where a gate does not open.
    """
    passed = []
    for action in _gates(view, wanted):
        answer = judge(
            view.profile, action, ground(actor, view, action, wanted.detail, wanted.happened_at)
        )
        if not answer.allowed:
            raise refusal(view.profile, answer)
        if answer.reasons:
            passed.append(answer)
    return tuple(passed)


def _gates(view: CaseView, wanted: Entry) -> tuple[str, ...]:
    d = wanted.detail
    if wanted.kind == "expert_started" and d["how"] != "remote":
        return ()
    if wanted.kind == "reclassified" and d["level"] != "L1":
        return ()
    if wanted.kind == "engineer_contact":
        return ("answer_question",) if view.card.kind == Kind.CONSULT else ()
    if wanted.kind == "correction":
        target = next((e for e in view.events if e.id == d["of"]), None)
        return ("correct_arrival",) if target and target.kind == "arrived" else ()
    return PASSES.get(wanted.kind, ())


def refusal(profile: Profile, answer: Answer) -> Refusal:
    """A gate that does not open, in both languages, with its duty and what is missing."""
    gate = profile.gates[answer.action]
    zh = "；".join(reason_text(reason)[0] for reason in answer.reasons)
    en = "; ".join(reason_text(reason)[1] for reason in answer.reasons)
    way_zh = "写明理由后可以继续" if answer.cls == "soft" else "先补上再做"
    way_en = "give a reason to go on" if answer.cls == "soft" else "mend this first"
    return Refusal(
        answer.reasons[0],
        f"现在不能「{gate.zh}」：{zh}。{way_zh}",
        f"{gate.en}: not yet ({en}); {way_en}",
        requirement=answer.rule,
        reasons=answer.reasons,
        soft=answer.cls == "soft",
    )


REASONS: dict[str, tuple[str, str]] = {
    "no_consent": ("客户还没有同意远程接入", "the customer has not consented"),
    "consent_refused": ("客户拒绝了远程接入", "the customer refused"),
    "consent_expired": ("客户的同意已过期", "the consent has expired"),
    "plan_not_approved": ("这一版方案未经客户批准", "this version of the plan is not approved"),
    "executor_not_permitted": ("客户未允许我方实施", "the customer did not permit us to execute"),
    "quote_not_approved": ("报价未经客户批准", "no quote was approved"),
    "skill_too_low": ("一二级故障须高级工程师", "levels one and two need a senior engineer"),
    "booked_then": ("他那段时间已另有安排", "he has other work in that time"),
    "away_then": ("他那段时间请假不在", "he is away in that time"),
    "application_not_signed": ("服务申请未签字", "the application is not signed"),
    "nobody_present": ("客户无人在场", "nobody of the customer is present"),
    "not_department_head": ("须客户主管部门批准", "it takes the customer's department head"),
    "major_op_not_approved": ("这项重大操作未获批准", "this operation is not approved"),
    "report_not_filed": ("服务报告未交存档", "the report is not filed"),
    "observation_running": ("48 小时观察未满", "the 48 hours of watching are not over"),
    "report_not_signed": ("客户未签服务报告", "the customer has not signed the report"),
    "not_engineer": ("须由维护工程师判定", "an engineer must judge"),
    "not_duty_manager": ("须由值班经理来做", "it takes the duty manager"),
    "not_subcentre_head": ("须由子中心负责人来做", "it takes the sub-centre head"),
    "not_in_person": ("须当面汇报，或有客户书面同意", "it must be in person, or agreed in writing"),
    "no_leader_present": ("客户主要领导不在场", "no leader of the customer is present"),
    "not_new": ("换新必须是全新产品", "a replacement must be new"),
    "serial_known": ("这个序列号已在册", "this serial is in the register already"),
    "other_brand_or_model": ("须同品牌同型号", "brand and model must be the same"),
    "cause_is_quality": ("原因是产品质量，不能排除责任", "the cause is product quality"),
    "no_exclusion": ("没有已认定的责任排除", "no exclusion was accepted"),
    "above_rate_card": ("超过收费标准", "it is above the rate card"),
    "free_in_warranty": ("质保内免费，不能收费", "it is free under warranty"),
    "no_article": (
        "没有这条产品线的技能，要用一篇已批准的文章回答，或转给维护工程师",
        "without the skill for this product line it takes an approved article, or an engineer",
    ),
    "not_resolved": ("故障尚未解决", "it is not resolved"),
    "rca_missing": ("缺重大故障原因分析", "the cause review is missing"),
    "loaner_out": ("备用机未归还", "a loaner is still out"),
    "skipped": ("跳过了远程", "remote support was skipped"),
    "archive_not_read": ("未查阅客户档案", "the archive was not read"),
    "preparation_not_checked": ("现场准备未检查", "the preparation was not checked"),
}
TOPICS = {
    "devices": "设备运行",
    "software": "软件运行",
    "problems_asked": "询问客户",
    "environment": "使用环境",
}


def reason_text(reason: str) -> tuple[str, str]:
    """A reason in Chinese and English."""
    kind, _, what = reason.partition(":")
    if kind == "below":
        name = word("spec", what)
        return f"{name.zh}低于原设备", f"{name.en}: below the original"
    if kind == "missing":
        return f"缺「{TOPICS.get(what, what)}」", f"{what} is missing"
    return REASONS.get(reason, (reason, reason))


def ground(actor: Actor, view: CaseView, action: str, d: Mapping[str, Any], at: datetime) -> Ground:
    """What an action is judged on: the case as known now, before `at`."""
    place = (at, LAST)
    story = view.story_before(place)
    card = view.card
    device = card.device
    old = d.get("old") if action == "issue_replacement" else device
    return Ground(
        by=actor.by,
        place=place,
        d=d,
        story=story,
        entitled=view.entitled(old) if action in ENTITLED else "",
        level=story.levels.shown_before(place) if action == "dispatch" else None,
        senior=_senior(d) if action == "dispatch" else True,
        original=_unit(old) if action in COMPARED else Unit(),
        offered=_offered(d) if action == "issue_loaner" else Unit(),
        serial_known=action == "issue_replacement" and _known(d["serial"], at),
        leaders=_leaders(view) if action == "record_leader_briefing" else frozenset(),
        clashes=_clashes(view, d, at) if action == "dispatch" else (),
        skilled=action != "answer_question" or skill(actor, card) is not None,
        approved=action != "answer_question" or _approved(view, story, d),
    )


def skill(actor: Actor, card: CaseCard) -> str | None:
    """The skill by which somebody may answer for the product line of a case, as he has it now; ""
    where no product line is known; None where he lacks it (R-7.1-B-2)."""
    unit = equipment.find(card.device) if card.device else None
    if unit is None or not unit.category:
        return ""
    found = people.staff_by_id(actor.id) if actor.id else None
    own = sorted(found.skills) if found else []
    return next((one for one in own if fits([one], unit.category)), None)


def _approved(view: CaseView, story: CaseStory, d: Mapping[str, Any]) -> bool:
    """The article that is sent now, else whether an approved one was sent on this case before."""
    if "article" in d:
        return articles.is_approved(str(d["article"]))
    return any(sent.d.get("version") for sent in story.log.all("article_sent"))


ENTITLED = ("dispatch", "issue_replacement", "add_charge_line")
COMPARED = ("issue_loaner", "issue_replacement")


def _known(serial: str, at: datetime) -> bool:
    """Was the serial in the register by then? What came in later did not stand in the way."""
    found = equipment.find(serial)
    return found is not None and (found.known_at is None or found.known_at <= at)


def _senior(d: Mapping[str, Any]) -> bool:
    name = d.get("engineer")
    return name is None or people.known_staff(name).senior


def _clashes(view: CaseView, d: Mapping[str, Any], at: datetime) -> tuple[str, ...]:
    """Over the whole stretch from leaving to the end of the work, where it was said when he is
    expected; else there is no stretch to compare."""
    name, eta = d.get("engineer"), d.get("eta")
    if name is None or eta is None:
        return ()
    until = d.get("until") or eta + view.profile.span("house.travel.work")
    who = people.known_staff(name).id
    return days.clashing(view.profile, who, min(at, eta), until, at, view.card.number)


def _unit(serial: str | None) -> Unit:
    found = equipment.find(serial) if serial else None
    return found.standard if found else Unit()


def _offered(d: Mapping[str, Any]) -> Unit:
    found = equipment.find(d["sn"])
    if found is None or found.role != "loaner":
        raise Refusal(
            "no_loaner",
            f"没有序列号为 {d['sn']} 的备用机",
            f"there is no loaner {d['sn']}",
            requirement="R-3-3",
        )
    return found.standard


def _leaders(view: CaseView) -> frozenset[str]:
    return customers.leaders(view.card.customer) if view.card.customer else frozenset()
