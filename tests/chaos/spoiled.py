"""Workers that are wrong on purpose, in the two ways in which such systems lose what they promised:
a message is marked sent before it is sent, and a due moment fires in two statements. Nothing of
this is in the product; a harness that lets it pass proves nothing."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from typing import Any

from django.db import connection

from jiannuo.clocks.sweeping import me
from jiannuo.customers import queries as customers
from jiannuo.journey import delivering
from jiannuo.notices import sending, set_up
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.commands import OUTBOX
from jiannuo.site import environment
from jiannuo.site.loops import Loop
from jiannuo.site.worker import work

log = logging.getLogger("jiannuo.spoiled")

#: Between the two statements: a moment that any busy machine takes now and then.
BETWEEN = 0.3

SEEN = """select to_jsonb(t)::text from clocks_trigger t
  where state = 'armed' and sweep_at <= statement_timestamp() order by sweep_at limit 100"""

POSTED = f"""
with t as (select * from jsonb_populate_record(null::clocks_trigger, %(row)s::jsonb)),
f as (
  insert into clocks_fired (trigger_id, generation, stage, subject_kind, subject, customer_id,
    code, ref, drill, moment, fire_at, fired_at, outcome, doubt, by)
  select id, generation, stage, subject_kind, subject, customer_id, code, ref, drill, moment,
    fire_at, statement_timestamp(), 'told', false, %(by)s from t on conflict do nothing)
{OUTBOX}
select 'trigger:' || t.id || ':' || generation || ':' || stage || ':' || role, code, subject_kind,
  subject, customer_id, role, urgency, drill, by, ack, t.id,
  jsonb_build_object('ref', ref, 'moment', moment, 'stage', stage, 'fire_at', fire_at),
  'waiting', statement_timestamp(), ''
from t cross join unnest(tell) as role on conflict (key) do nothing
"""

# Only the row as it was seen: two who fire it at once lose nothing by that alone.
MOVED = """update clocks_trigger set done = done || stage,
    state = case when rest -> 0 is null then 'fired' else 'armed' end,
    stage = coalesce(rest -> 0 ->> 'stage', stage),
    moment = coalesce((rest -> 0 ->> 'moment')::timestamptz, moment),
    fire_at = coalesce((rest -> 0 ->> 'fire_at')::timestamptz, fire_at),
    sweep_at = coalesce((rest -> 0 ->> 'fire_at')::timestamptz, sweep_at),
    tell = case when rest -> 0 is null then tell
      else array(select jsonb_array_elements_text(rest -> 0 -> 'tell')) end,
    rest = rest - 0
  where id = %(id)s and generation = %(generation)s and stage = %(stage)s and state = 'armed'"""


def fire_in_two(_: threading.Event) -> int:
    """The trigger goes on to its next rung; what fired is written afterwards. Who dies between
    the two has lost it."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        due = [row for (row,) in cursor.fetchall()]
        for row in due:
            cursor.execute(MOVED, json.loads(row))
        if due:
            time.sleep(BETWEEN)
        for row in due:
            cursor.execute(POSTED, {"row": row, "by": me()})
    return 0


def send_marked(channel: str, base: str) -> int:
    """Sent, says the row; then it is tried."""
    parcels = sending.claim(channel, me(), 5) if channel in set_up.ready() else []
    profile, values = customers.project_profile(None), set_up.channel(channel).values
    for parcel in parcels:
        sending.sent(parcel)
        try:
            message = delivering.worded(CHANNELS[channel], parcel, profile, base)
            CHANNELS[channel].send(message, dict(values))
        except NotSent as why:
            log.warning("%s: %s", parcel.key, why)
    return len(parcels)


def main(*only: str) -> None:
    """`sweep`, `deliver` or both."""
    base = environment.read(os.environ).url
    every: dict[str, list[Loop]] = {
        "sweep": [Loop("sweep", 0.2, fire_in_two)],
        "deliver": [Loop(f"deliver.{code}", 0.3, _sender(code, base)) for code in ("sms", "voice")],
    }
    work([loop for name in only or every for loop in every[name]], threading.Event())


def _sender(code: str, base: str) -> Any:
    return lambda _: send_marked(code, base)
