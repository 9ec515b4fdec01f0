"""Every step of the story by the name of what it records: what programs and written stories
call. People's screens call the same functions by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection

from jiannuo.journey import (
    agreements,
    articles,
    assignment,
    checklist,
    claims,
    classification,
    correction,
    devices,
    emergency,
    extras,
    hotline,
    house,
    inspection,
    intake,
    knowing,
    loaner,
    merging,
    money,
    onsite,
    opening,
    phone,
    planning,
    remote,
    renewing,
    replacement,
    roster,
    rostering,
    shelves,
    shift_change,
    stock,
    taking_back,
    training,
    upkeep,
    working_days,
    workshop,
)
from jiannuo.journey.step import NOW, Done, When, sent_before
from jiannuo.kernel.refusal import Refusal

STEPS: dict[str, Callable[..., Done]] = {
    # intake
    "reported": intake.report,
    "confirmed": intake.confirm,
    "converted": intake.convert,
    "promise_read": hotline.tell_caller,
    "reclassified": classification.reclassify,
    "merged": merging.merge,
    "device_added": intake.add_device,
    "case_cancelled": intake.cancel,
    "case_closed": intake.close,
    "rated": intake.rate,
    "noted": intake.note,
    "waiting_started": intake.wait,
    "waiting_ended": intake.go_on,
    # phone and remote
    "assigned": assignment.assign,
    "assignment_accepted": assignment.accept,
    "assignment_declined": assignment.decline,
    "assignment_lapsed": assignment.pass_on,
    "engineer_contact": phone.in_contact,
    "contact_attempt": phone.attempt_contact,
    "article_sent": phone.send_article,
    "phone_closed": phone.close_stage,
    "article_drafted": articles.draft,
    "article_changed": articles.change,
    "article_approved": articles.approve,
    "article_sent_back": articles.send_back,
    "article_withdrawn": articles.withdraw,
    "phone_failed": phone.give_up_on_phone,
    "remote_consent": remote.answer_consent,
    "remote_login": remote.log_in,
    "remote_logout": remote.log_out,
    "remote_failed": remote.give_up_remotely,
    "remote_skipped": remote.skip_remote,
    "plan_submitted": remote.submit_plan,
    "plan_approved": remote.approve_plan,
    "execution_permitted": remote.permit_execution,
    "risk_stated": remote.state_risk,
    "risk_accepted": remote.accept_risk,
    "plan_executed": remote.execute_plan,
    # on site
    "onsite_confirmed": onsite.call_on_site,
    "arrival_agreement": onsite.agree_arrival,
    "dispatched": onsite.dispatch,
    "customer_informed": onsite.inform_customer,
    "archive_read": onsite.read_archive,
    "prep_checked": onsite.check_preparation,
    "arrived": onsite.arrive,
    "application_signed": onsite.sign_application,
    "work_started": onsite.start_work,
    "major_op_approved": onsite.approve_major_operation,
    "major_op_done": onsite.perform_major_operation,
    "diagnosed": onsite.diagnose,
    "part_requested": onsite.request_part,
    "part_used": onsite.use_part,
    "restored": onsite.restore,
    "resolved": onsite.resolve,
    "recurred": onsite.recur,
    "explained": onsite.explain,
    "report_written": onsite.write_report,
    "maker_asked": onsite.ask_maker,
    "report_filed": onsite.file_report,
    "report_signed": onsite.sign_report,
    "handover": onsite.hand_over,
    "departed": onsite.depart,
    # emergency
    "l1_declared": classification.declare_level_one,
    "l1_withdrawn": classification.withdraw_level_one,
    "l1_ruled_out": emergency.rule_out,
    "commander_named": emergency.name_commander,
    "log_added": emergency.add_to_log,
    "update_given": emergency.give_update,
    "action_agreed": emergency.agree_action,
    "action_done": emergency.finish_action,
    "notify_attempt": emergency.try_to_tell,
    "notified": emergency.tell,
    "team_formed": emergency.form_team,
    "expert_started": emergency.start_expert,
    "expert_group_formed": emergency.form_expert_group,
    "promise_waived": emergency.waive,
    "rca_approved": emergency.approve_cause_review,
    "leader_briefed": emergency.brief_leaders,
    # loaner, replacement, money
    "loaner_issued": loaner.issue,
    "loaner_delivered": loaner.deliver,
    "loaner_in_service": loaner.put_in_service,
    "loaner_returned": loaner.take_back,
    "loaner_erased": loaner.erase,
    "same_problem_confirmed": replacement.confirm_same_problem,
    "replacement_ordered": replacement.order,
    "replacement_issued": replacement.issue,
    "replacement_delivered": replacement.deliver,
    "replaced": replacement.put_in_place,
    "substitute_accepted": replacement.accept_substitute,
    "exclusion_proposed": money.propose_exclusion,
    "customer_acknowledged": money.acknowledge,
    "exclusion_accepted": money.accept_exclusion,
    "exclusion_declined": money.decline_exclusion,
    "cost_recorded": money.record_cost,
    "fee_set": money.set_fee,
    "quote_made": money.make_quote,
    "quote_approved": money.approve_quote,
    "quote_refused": money.refuse_quote,
    "settlement_signed": money.sign_settlement,
    # stock and workshop
    "stock_received": stock.receive,
    "stock_issued": stock.issue,
    "stock_returned": stock.give_back,
    "stock_reserved": stock.reserve,
    "stock_released": stock.release,
    "stock_borrowed": stock.borrow,
    "stock_transferred": shelves.transfer,
    "stock_counted": shelves.count,
    "stock_undone": shelves.undo,
    "stock_ordered": shelves.order,
    "faulty_part_received": workshop.receive_faulty,
    "repair_diagnosed": workshop.diagnose,
    "repair_sent_out": workshop.send_out,
    "repair_shipped": workshop.ship,
    # inspection, training, claims, papers of a period, the house
    "inspection_plan_sent": inspection.send_plan,
    "software_noted": inspection.note_software,
    "advice_given": inspection.advise,
    "inspection_signed": inspection.sign,
    "inspection_dates_proposed": planning.propose_dates,
    "inspection_scheduled": planning.schedule,
    "inspection_postponed": planning.postpone,
    "inspection_missed": planning.explain_miss,
    "inspection_waived": planning.waive,
    "inspection_checked": checklist.check,
    "renewal_reminded": renewing.remind,
    "renewal_quoted": renewing.quote,
    "renewal_declined": renewing.decline,
    "checklists_published": checklist.publish_lists,
    "training_plan_agreed": training.agree_plan,
    "training_plan_published": training.publish_plan,
    "training_planned": training.plan,
    "training_announced": training.announce,
    "training_held": training.hold,
    "training_assessed": training.assess,
    "training_rated": training.rate,
    "claim_received": claims.receive,
    "claim_acknowledged": claims.acknowledge,
    "claim_decided": claims.decide,
    "complaint_received": claims.complain,
    "complaint_closed": claims.close_complaint,
    "period_report_issued": house.issue_period_report,
    "archive_exported": house.export_archive,
    "roster_published": house.publish_roster,
    "absence_recorded": house.record_absence,
    "absence_ended": rostering.end_absence,
    "shift_overridden": roster.override_shift,
    "shift_added": roster.add_shift,
    "swap_asked": roster.ask_swap,
    "swap_accepted": roster.accept_swap,
    "shift_handed_over": shift_change.hand_over,
    "shift_taken_over": shift_change.take_over,
    "company_set": opening.set_company,
    "hotlines_set": opening.set_hotlines,
    "office_opened": opening.open_office,
    "profile_published": house.publish_profile,
    "calendar_set": working_days.set_year,
    "correction": correction.correct,
    # customers, contracts, devices
    "customer_added": knowing.add_customer,
    "customer_changed": knowing.change_customer,
    "contact_added": knowing.add_person,
    "contact_changed": knowing.change_person,
    "contact_left": knowing.let_go,
    "site_added": knowing.add_site,
    "site_changed": knowing.change_site,
    "device_registered": devices.register,
    "device_child_added": devices.add_child,
    "device_moved": devices.move,
    "device_retired": devices.retire,
    "taken_back": taking_back.take_back,
    "serial_corrected": devices.correct_serial,
    "contract_signed": agreements.sign,
    "acceptance_changed": agreements.change_acceptance,
    "contract_changed": agreements.change_terms,
    "override_set": agreements.set_override,
    "line_set": agreements.set_line,
    "price_set": agreements.set_price,
    "maintenance_signed": upkeep.sign,
    "extra_ordered": extras.order,
    "extra_delivered": extras.deliver,
    "extra_cancelled": extras.cancel,
}

#: Field names that are Python's own words: the step spells them with an underscore.
SPELLED = {"from": "from_"}


#: How often a step is taken anew, and what the database says of one that it gave up for the sake
#: of another: it could not be serialised, it stood in a deadlock.
RETRIES, GIVEN_UP = 3, ("40001", "40P01")


def take(kind: str, /, *args: Any, **fields: Any) -> Done:
    """Take the step that records `kind`.

    What came to nothing only because of others at the same moment is taken anew: nobody is told
    that he lost a race. Not inside a longer transaction, which can only begin anew as a whole.
    """
    spelled = {SPELLED.get(name, name): value for name, value in fields.items()}
    when = next((said for said in (*args, *fields.values()) if isinstance(said, When)), NOW)
    for _ in range(0 if connection.in_atomic_block else RETRIES):
        try:
            return STEPS[kind](*args, **spelled)
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", "") not in GIVEN_UP:
                raise
        except Refusal as refusal:
            if not _done_meanwhile(refusal, when, kind):
                raise
    return STEPS[kind](*args, **spelled)


def _done_meanwhile(refusal: Refusal, when: When, kind: str) -> bool:
    """Sent twice at once: what the first one did stands against the second, which is done too."""
    return refusal.code != "used_operation" and sent_before(when, kind)
