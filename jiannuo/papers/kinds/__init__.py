"""Every kind of paper: a folder and a line here. A test compares both with the profile."""

from __future__ import annotations

from jiannuo.papers.kind import PaperKind
from jiannuo.papers.kinds.archive_index.spec import KIND as ARCHIVE_INDEX
from jiannuo.papers.kinds.arrival_agreement.spec import KIND as ARRIVAL_AGREEMENT
from jiannuo.papers.kinds.batch_defect_analysis.spec import KIND as BATCH_DEFECT_ANALYSIS
from jiannuo.papers.kinds.call_register.spec import KIND as CALL_REGISTER
from jiannuo.papers.kinds.certificate.spec import KIND as CERTIFICATE
from jiannuo.papers.kinds.claim_decision.spec import KIND as CLAIM_DECISION
from jiannuo.papers.kinds.claim_receipt.spec import KIND as CLAIM_RECEIPT
from jiannuo.papers.kinds.complaint_sheet.spec import KIND as COMPLAINT_SHEET
from jiannuo.papers.kinds.consult_record.spec import KIND as CONSULT_RECORD
from jiannuo.papers.kinds.correction_note.spec import KIND as CORRECTION_NOTE
from jiannuo.papers.kinds.demand_transfer.spec import KIND as DEMAND_TRANSFER
from jiannuo.papers.kinds.deviation_note.spec import KIND as DEVIATION_NOTE
from jiannuo.papers.kinds.dispatch_order.spec import KIND as DISPATCH_ORDER
from jiannuo.papers.kinds.downgrade_confirmation.spec import KIND as DOWNGRADE_CONFIRMATION
from jiannuo.papers.kinds.drill_record.spec import KIND as DRILL_RECORD
from jiannuo.papers.kinds.emergency_start.spec import KIND as EMERGENCY_START
from jiannuo.papers.kinds.emergency_team_list.spec import KIND as EMERGENCY_TEAM_LIST
from jiannuo.papers.kinds.emergency_withdrawal.spec import KIND as EMERGENCY_WITHDRAWAL
from jiannuo.papers.kinds.exclusion_decision.spec import KIND as EXCLUSION_DECISION
from jiannuo.papers.kinds.execution_permit.spec import KIND as EXECUTION_PERMIT
from jiannuo.papers.kinds.expert_group_list.spec import KIND as EXPERT_GROUP_LIST
from jiannuo.papers.kinds.fault_tag.spec import KIND as FAULT_TAG
from jiannuo.papers.kinds.inspection_plan.spec import KIND as INSPECTION_PLAN
from jiannuo.papers.kinds.inspection_report.spec import KIND as INSPECTION_REPORT
from jiannuo.papers.kinds.lab_record.spec import KIND as LAB_RECORD
from jiannuo.papers.kinds.leader_briefing.spec import KIND as LEADER_BRIEFING
from jiannuo.papers.kinds.loaner_return_slip.spec import KIND as LOANER_RETURN_SLIP
from jiannuo.papers.kinds.loaner_slip.spec import KIND as LOANER_SLIP
from jiannuo.papers.kinds.major_op_approval.spec import KIND as MAJOR_OP_APPROVAL
from jiannuo.papers.kinds.merge_record.spec import KIND as MERGE_RECORD
from jiannuo.papers.kinds.observation_record.spec import KIND as OBSERVATION_RECORD
from jiannuo.papers.kinds.parts_issue_slip.spec import KIND as PARTS_ISSUE_SLIP
from jiannuo.papers.kinds.parts_return_slip.spec import KIND as PARTS_RETURN_SLIP
from jiannuo.papers.kinds.period_report.spec import KIND as PERIOD_REPORT
from jiannuo.papers.kinds.phone_support_record.spec import KIND as PHONE_SUPPORT_RECORD
from jiannuo.papers.kinds.preparation_list.spec import KIND as PREPARATION_LIST
from jiannuo.papers.kinds.quote.spec import KIND as QUOTE
from jiannuo.papers.kinds.rca_report.spec import KIND as RCA_REPORT
from jiannuo.papers.kinds.remote_consent.spec import KIND as REMOTE_CONSENT
from jiannuo.papers.kinds.remote_refusal.spec import KIND as REMOTE_REFUSAL
from jiannuo.papers.kinds.remote_session.spec import KIND as REMOTE_SESSION
from jiannuo.papers.kinds.repair_order_sheet.spec import KIND as REPAIR_ORDER_SHEET
from jiannuo.papers.kinds.repair_report.spec import KIND as REPAIR_REPORT
from jiannuo.papers.kinds.replacement_handover.spec import KIND as REPLACEMENT_HANDOVER
from jiannuo.papers.kinds.replacement_notice.spec import KIND as REPLACEMENT_NOTICE
from jiannuo.papers.kinds.replenishment_task.spec import KIND as REPLENISHMENT_TASK
from jiannuo.papers.kinds.retraining_task.spec import KIND as RETRAINING_TASK
from jiannuo.papers.kinds.return_charge_proposal.spec import KIND as RETURN_CHARGE_PROPOSAL
from jiannuo.papers.kinds.service_application.spec import KIND as SERVICE_APPLICATION
from jiannuo.papers.kinds.service_report.spec import KIND as SERVICE_REPORT
from jiannuo.papers.kinds.settlement.spec import KIND as SETTLEMENT
from jiannuo.papers.kinds.site_handover.spec import KIND as SITE_HANDOVER
from jiannuo.papers.kinds.substitute_confirmation.spec import KIND as SUBSTITUTE_CONFIRMATION
from jiannuo.papers.kinds.technical_plan.spec import KIND as TECHNICAL_PLAN
from jiannuo.papers.kinds.training_plan.spec import KIND as TRAINING_PLAN
from jiannuo.papers.kinds.training_scores.spec import KIND as TRAINING_SCORES
from jiannuo.papers.kinds.training_signin.spec import KIND as TRAINING_SIGNIN

KINDS: dict[str, PaperKind] = {
    kind.code: kind
    for kind in (
        ARCHIVE_INDEX,
        ARRIVAL_AGREEMENT,
        BATCH_DEFECT_ANALYSIS,
        CALL_REGISTER,
        CERTIFICATE,
        CLAIM_DECISION,
        CLAIM_RECEIPT,
        COMPLAINT_SHEET,
        CONSULT_RECORD,
        CORRECTION_NOTE,
        DEMAND_TRANSFER,
        DEVIATION_NOTE,
        DISPATCH_ORDER,
        DOWNGRADE_CONFIRMATION,
        DRILL_RECORD,
        EMERGENCY_START,
        EMERGENCY_TEAM_LIST,
        EMERGENCY_WITHDRAWAL,
        EXCLUSION_DECISION,
        EXECUTION_PERMIT,
        EXPERT_GROUP_LIST,
        FAULT_TAG,
        INSPECTION_PLAN,
        INSPECTION_REPORT,
        LAB_RECORD,
        LEADER_BRIEFING,
        LOANER_RETURN_SLIP,
        LOANER_SLIP,
        MAJOR_OP_APPROVAL,
        MERGE_RECORD,
        OBSERVATION_RECORD,
        PARTS_ISSUE_SLIP,
        PARTS_RETURN_SLIP,
        PERIOD_REPORT,
        PHONE_SUPPORT_RECORD,
        PREPARATION_LIST,
        QUOTE,
        RCA_REPORT,
        REMOTE_CONSENT,
        REMOTE_REFUSAL,
        REMOTE_SESSION,
        REPAIR_ORDER_SHEET,
        REPAIR_REPORT,
        REPLACEMENT_HANDOVER,
        REPLACEMENT_NOTICE,
        REPLENISHMENT_TASK,
        RETRAINING_TASK,
        RETURN_CHARGE_PROPOSAL,
        SERVICE_APPLICATION,
        SERVICE_REPORT,
        SETTLEMENT,
        SITE_HANDOVER,
        SUBSTITUTE_CONFIRMATION,
        TECHNICAL_PLAN,
        TRAINING_PLAN,
        TRAINING_SCORES,
        TRAINING_SIGNIN,
    )
}
