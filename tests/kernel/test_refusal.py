"""A refusal is a sentence in two languages with a code, a duty and its reasons."""

from __future__ import annotations

from jiannuo.kernel.refusal import Refusal


def test_a_refusal_carries_code_duty_sentences_and_reasons() -> None:
    refusal = Refusal(
        "gate", "未征得同意", "no consent", requirement="R-7.3-A-1", reasons=["no_consent"]
    )
    assert (refusal.code, refusal.requirement) == ("gate", "R-7.3-A-1")
    assert (refusal.zh, refusal.en) == ("未征得同意", "no consent")
    assert refusal.reasons == ("no_consent",)
    assert str(refusal) == "gate: no consent"


def test_a_refusal_out_of_plain_sense_names_no_duty() -> None:
    refusal = Refusal("bad_input", "不能为空", "may not be empty")
    assert (refusal.requirement, refusal.reasons) == ("", ())
