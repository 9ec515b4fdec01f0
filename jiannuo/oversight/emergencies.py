"""Emergencies, claims and how long a model runs between faults: the KPIs that are no sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jiannuo.manual.figures import Figure, percent
from jiannuo.manual.profile import Profile
from jiannuo.oversight.slices import Slice

WORST_MODELS = 12


def emergencies(profile: Profile, wanted: Slice) -> Figure:
    """Of the emergencies that were fixed: in how many every step was kept. A step that a withdrawal
    took out is outside; an emergency of which no step is left is no emergency."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select count(*) filter (where whole), count(*) from (
  select subject, bool_and(verdict in ('kept', 'loaner')) as whole from oversight_promisefact
  where promise = any(%(steps)s) and verdict <> 'na' and {wanted.facts("counted_at")}
  group by subject) found
""",
            wanted.values(profile)
            | {"steps": [p.code for p in profile.promises_of("case") if p.emergency]},
        )
        kept, found = cursor.fetchone()
    return percent(kept, found)


def of_contracts(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, Figure]:
    """Inspections and training since the contracts began, up to the end of the slice: a quarter
    that was missed stays missed. As `queries.kpis` says them for one contract."""
    owner = "o.customer_id = %(customer)s" if wanted.customer else "true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select count(*) filter (where signed_on <= due_on), count(signed_on), count(*),
  (select count(*) filter (where a.score >= %(mark)s) from training_attendee a
    join training_session o on o.id = a.session_id where {owner}
    and (%(after)s::date is null or coalesce(o.held_at < %(end)s, o.planned_on < %(after)s))),
  (select count(a.score) from training_attendee a
    join training_session o on o.id = a.session_id where {owner}
    and (%(after)s::date is null or coalesce(o.held_at < %(end)s, o.planned_on < %(after)s)))
from inspections_occurrence o where {owner} and (signed_on is not null or due_on < %(today)s)
  and (%(after)s::date is null or due_on < %(after)s)
""",
            wanted.values(profile)
            | {
                "today": profile.local(as_of).date(),
                "mark": profile.value("house.training_pass_mark"),
            },
        )
        on_time, done, due, passed, assessed = cursor.fetchone()
    return {
        "inspection_on_time": percent(on_time, due),
        "inspection_done": percent(done, due),
        "training_pass": percent(passed, assessed),
    }


@dataclass(frozen=True, slots=True)
class Lasting:
    """A model in a period: device-days in service and quality faults; `days` between two, None
    where there was none."""

    model: int
    name: str
    units: int
    device_days: int
    faults: int

    @property
    def days(self) -> int | None:
        return self.device_days // self.faults if self.faults else None


def lasting(profile: Profile, wanted: Slice, as_of: datetime) -> list[Lasting]:
    """The models with the most quality faults, for a slice closed at both ends. A device is in
    service from the day its warranty begins, or it came into the register, till it is retired."""
    tests = ["n.role = 'device'"]
    tests += ["n.customer_id = %(customer)s"] if wanted.customer else []
    tests += ["n.model_id = %(model)s"] if wanted.model else []
    tests += ["coalesce(s.office_found_id, s.office_id) = %(office)s"] if wanted.office else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
with fault as (
  select kind, count(*) as faults from oversight_casefact, unnest(kinds) kind
  where cause = 'quality' and {wanted.facts("counted_at")}
  group by kind order by 2 desc, 1 limit %(most)s),
unit as (
  select n.model_id, n.retired_at, coalesce(
    (select min(v.starts_on) from equipment_coverage v where v.unit_id = n.id),
    (n.known_at at time zone %(zone)s)::date, %(first)s::date) as since
  from equipment_installedunit n left join customers_site s on s.id = n.site_id
  where n.model_id in (select kind from fault) and {" and ".join(tests)})
select m.id, m.brand || ' ' || m.model, count(u.*), coalesce(sum(greatest(0,
    least(%(after)s::date, %(today)s::date, (u.retired_at at time zone %(zone)s)::date)
    - greatest(%(first)s::date, u.since))), 0)::bigint, f.faults
from fault f join equipment_productmodel m on m.id = f.kind
left join unit u on u.model_id = f.kind
group by m.id, m.brand, m.model, f.faults order by f.faults desc, m.id
""",
            wanted.values(profile) | {"most": WORST_MODELS, "today": profile.local(as_of).date()},
        )
        return [Lasting(*row) for row in cursor.fetchall()]
