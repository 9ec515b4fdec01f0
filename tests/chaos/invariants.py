"""What must hold of requests, stock, placements, pages and the audit after any faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.chaos.evidence import Evidence, invariant


@invariant
def every_acknowledged_request_exists_once(e: Evidence) -> Iterator[str]:
    """And under the very number that the client was told, however often he asked."""
    written = Counter(e.column("select uid from archive_event"))
    told = "select v.uid, c.number from archive_event v join cases_case c on c.id = v.subject"
    numbers = dict(e.rows(f"{told} where v.kind = 'reported'"))
    for one in e.asked:
        times = written[UUID(one.key)]
        if one.acknowledged and times != 1:
            yield f"{one.step} {one.key} was acknowledged and is there {times} times"
        if (
            one.step == "reported"
            and one.acknowledged
            and {numbers.get(UUID(one.key))} != one.numbers
        ):
            yield f"report {one.key} was told {one.numbers} and is {numbers.get(UUID(one.key))}"


@invariant
def what_was_refused_was_not_done(e: Evidence) -> Iterator[str]:
    """Who is told no after a lost answer must not have been told yes before."""
    written = set(e.column("select uid from archive_event"))
    for one in e.asked:
        if 400 <= one.status < 500 and UUID(one.key) in written:
            yield f"{one.step} {one.key} was refused ({one.status} {one.code}) and is there"


@invariant
def there_is_no_case_that_nobody_reported(e: Evidence) -> Iterator[str]:
    query = """select c.number, count(v.id) from cases_case c left join archive_event v
        on v.subject = c.id and v.kind = 'reported' group by c.number having count(v.id) <> 1"""
    for number, times in e.rows(query):
        yield f"case {number} was reported {times} times"
    asked = {UUID(one.key) for one in e.asked}
    for uid in e.column("select uid from archive_event where kind = 'reported'"):
        if uid not in asked:
            yield f"report {uid} is nobody's request"


@invariant
def stock_is_what_was_moved_and_never_negative(e: Evidence) -> Iterator[str]:
    query = """select p.name, coalesce(l.on_hand, 0), coalesce(m.sum, 0) from parts_part p
        left join (select part_id, sum(on_hand) on_hand from parts_stocklevel group by 1) l
          on l.part_id = p.id
        left join (select part_id, sum(qty) from parts_stockmove group by 1) m
          on m.part_id = p.id"""
    for name, on_hand, moved in e.rows(query):
        if on_hand < 0 or on_hand != moved:
            yield f"{name}: {on_hand} on the shelf, {moved} by the ledger"
    running = """select name, least from (select p.name, min(s.left) least from (
        select part_id, sum(qty) over (partition by part_id order by id) as left
        from parts_stockmove) s join parts_part p on p.id = s.part_id group by 1) x
        where least < 0"""
    for name, least in e.rows(running):
        yield f"{name} was {least} in the ledger"


@invariant
def every_acknowledged_move_moved_once(e: Evidence) -> Iterator[str]:
    moved = Counter(dict(e.rows("select op, sum(abs(qty))::int from parts_stockmove group by op")))
    for one in e.asked:
        if one.acknowledged and one.step.startswith("stock_"):
            qty, there = one.body["qty"], moved[UUID(one.key)]
            if there != qty:
                yield f"{one.step} {one.key} of {qty} moved {there}"


#: Two steps of one person at the same moment may wait for each other so long, each with the time
#: at which it came.
AT_ONCE = 10  # seconds


@invariant
def no_engineer_is_on_site_twice(e: Evidence) -> Iterator[str]:
    now = """select s.name, count(*) from visits_visit v join people_staff s on s.id = v.engineer_id
        where v.state = 'on_site' group by 1 having count(*) > 1"""
    for name, places in e.rows(now):
        yield f"{name} is at {places} sites"
    query = """select s.name, a.case_id, b.case_id, b.arrived_at from visits_visit a
        join visits_visit b on b.engineer_id = a.engineer_id
          and (a.arrived_at, a.id) < (b.arrived_at, b.id)
        join people_staff s on s.id = a.engineer_id
        where least(coalesce(a.left_at, 'infinity'), coalesce(b.left_at, 'infinity'))
          > b.arrived_at + make_interval(secs => %s)"""
    for name, first, second, at in e.rows(query, AT_ONCE):
        yield f"{name} came to {second} at {at} and still was at {first}"


@invariant
def every_answer_was_an_answer_or_a_clean_503(e: Evidence) -> Iterator[str]:
    yield from e.unclean


@invariant
def the_audit_chain_is_whole_and_complete(e: Evidence) -> Iterator[str]:
    if problem := e.audit():
        yield problem
    rows, links = e.rows(
        "select (select count(*) from archive_auditrow), (select count(*) from archive_auditlink)"
    )[0]
    if rows != links:
        yield f"{rows} audit rows, {links} links"
    audited = set(e.column("select op from archive_auditrow"))
    for one in e.asked:
        if one.acknowledged and UUID(one.key) not in audited:
            yield f"{one.step} {one.key} was acknowledged and stands in no audit row"
