"""Blocks about cases: entitlement, status, clocks, gates, charges, papers."""

from __future__ import annotations

from decimal import Decimal

from jiannuo.cases import queries as cases
from jiannuo.charges.queries import Desk
from jiannuo.clocks import queries as clocks
from jiannuo.faces.rehearsal.reader import Reader, Row, span
from jiannuo.kernel.money import money, plain
from jiannuo.manual.clocks import Clock
from jiannuo.papers import queries as papers
from jiannuo.parts import queries as parts


def entitlement(r: Reader) -> list[Row]:
    rows = []
    for view in r.real:
        if view.story.kind != "fault" or view.card.into is not None:
            continue
        for serial in view.card.devices or (None,):
            row = {
                "case": r.names[view.card.id],
                "at": r.when(view.reported_at),
                "result": view.entitled(serial),
            }
            rows.append(row | ({"device": serial} if serial else {}))
    return rows


def case_rows(r: Reader) -> list[Row]:
    rows = []
    for view in r.views:
        row: Row = {
            "case": r.names[view.card.id],
            "status": view.story.status(r.as_of),
            "profile": view.profile.version,
        }
        if view.story.levels.shown:
            row["level"] = view.story.levels.shown
        if view.card.drill:
            row["drill"] = True
        rows.append(row)
    return rows


def clock_rows(r: Reader) -> list[Row]:
    subjects = {v.card.id: r.names[v.card.id] for v in r.real}
    subjects |= {c.id: r.ref("claim", c.number) for c in cases.claims()}
    subjects |= {a.id: a.serial for a in parts.advances()}
    found = clocks.clocks_of(list(subjects))
    return [_clock(r, subjects[key], c) for key, rows in found.items() for c in rows]


def drills(r: Reader) -> list[Row]:
    ids = [v.card.id for v in r.views if v.card.drill]
    found = clocks.clocks_of(ids, drill=True)
    return [
        _clock(r, r.names[key], clock)
        for key, rows in found.items()
        for clock in rows
        if r.profile.by_code[clock.promise].emergency
    ]


def _clock(r: Reader, ref: str, clock: Clock) -> Row:
    row: Row = {"ref": ref, "clock": clock.promise}
    verdict = clock.verdict(r.as_of)
    moments = {
        "start": clock.start,
        "due": clock.due,
        "stop": clock.stop,
        "gross_start": clock.gross_start,
        "original_due": clock.original_due,
    }
    row |= {name: r.when(at) for name, at in moments.items() if at is not None}
    if clock.due is not None:
        row["op"] = clock.op
    if clock.elapsed is not None:
        row["elapsed"] = span(clock.elapsed)
    if clock.gross_elapsed is not None:
        row["gross_elapsed"] = span(clock.gross_elapsed)
    words = {
        "verdict": verdict,
        "raw": clock.raw(r.as_of),
        "reason": clock.excused or None,
        "gross_verdict": clock.gross_verdict(r.as_of),
        "original_verdict": clock.original_verdict(r.as_of),
    }
    return row | {name: str(word) for name, word in words.items() if word is not None}


def observation(r: Reader) -> list[Row]:
    rows = []
    for view in r.real:
        story = view.story
        if not story.emergency_stands or not story.log.has("resolved"):
            continue
        until = story.observation_until
        row: Row = {"case": r.names[view.card.id], "status": "cancelled"}
        if until is not None:
            row["status"] = "running" if r.as_of < until else "done"
            row["until"] = r.when(until)
        if story.cancelled_observations:
            row["cancelled"] = [r.when(at) for at in story.cancelled_observations]
        rows.append(row)
    return rows


def gate_answers(r: Reader) -> list[Row]:
    rows = []
    for told, answer in r.played.answers:
        row: Row = {
            "t": r.when(told.t),
            "ref": told.ref,
            "action": answer.action,
            "allowed": answer.allowed,
        }
        if answer.reasons:
            row |= {"rule": answer.rule, "reasons": list(answer.reasons)}
        rows.append(row)
    return rows


def deviation_rows(r: Reader) -> list[Row]:
    return [
        {
            "t": r.when(d.happened_at),
            "ref": r.ref("case", d.case),
            "action": d.action,
            "rule": d.rule,
            "reason": d.reason,
            "note": d.note,
        }
        for d in cases.deviations()
    ]


def repair_counter(r: Reader) -> list[Row]:
    return [
        {
            "device": tally.device,
            "problem": tally.problem,
            "counted": [r.when(at) for at in tally.counted],
            "resets": [r.when(at) for at in tally.resets],
            "not_counted": [r.when(at) for at in tally.not_counted],
            "triggers": [r.when(again.place[0]) for again in tally.triggers],
        }
        for tally in cases.tallies(r.profile)
    ]


def charge_rows(r: Reader) -> Row:
    desk, lines, totals, total = Desk(), list[Row](), list[Row](), Decimal(0)
    for view in r.real:
        sheet = desk.sheet(view)
        if not sheet.lines:
            continue
        name = r.names[view.card.id]
        for line in sheet.lines:
            row: Row = {
                "case": name,
                "kind": line.kind,
                "item": line.item,
                "qty": plain(line.qty),
                "unit": str(money(line.unit)),
                "amount": str(line.amount),
                "rule": line.rule,
            }
            lines.append(row | ({"lot": line.lot} if line.lot else {}))
        totals.append({"case": name, "total": str(sheet.total)})
        total += sheet.total
    return {"lines": lines, "totals": totals, "total": str(money(total))}


def document_rows(r: Reader) -> list[Row]:
    rows = []
    kinds = {v.card.number: "case" for v in r.views}
    kinds |= {c.number: "claim" for c in cases.claims()}
    for paper in papers.papers():
        ref = r.stage.named(kinds.get(paper.ref, "complaint"), paper.ref)
        row: Row = {"kind": paper.kind, "ref": ref, "signed": paper.signed}
        if paper.n is not None:
            row["n"] = paper.n
        if paper.count is not None:
            row["count"] = paper.count
        rows.append(row)
    return rows
