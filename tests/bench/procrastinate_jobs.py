"""The peer: the same moments as scheduled jobs of Procrastinate, one worker. Prints one JSON line.

Run as a program: DSN, pending jobs, jobs a second, seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import procrastinate
import psycopg

from jiannuo.kernel.moment import now

LATE: list[float] = []


def scheduled(dsn: str, pending: int, rate: int, seconds: int) -> dict[str, Any]:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))

    @app.task(name="fall_due", queue="bench")
    async def fall_due(due: float) -> None:
        LATE.append(1000 * (now().timestamp() - due))

    asyncio.run(_work(app, dsn, pending, rate * seconds, rate, seconds))
    late = sorted(LATE)
    missing = rate * seconds - len(late)
    if not late:
        return {"fired": 0, "missing": missing}
    return {
        "fired": len(late),
        "missing": missing,
        "p50_ms": round(late[len(late) // 2]),
        "p99_ms": round(late[int(len(late) * 0.99)]),
        "max_ms": round(late[-1]),
    }


async def _work(
    app: procrastinate.App, dsn: str, pending: int, count: int, rate: int, seconds: int
) -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        _schedule(dsn, pending, count, rate)
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=["bench"],
                concurrency=20,
                fetch_job_polling_interval=0.2,
                install_signal_handlers=False,
            )
        )
        until = time.monotonic() + seconds + 30
        while len(LATE) < count and time.monotonic() < until:
            await asyncio.sleep(0.1)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


def _schedule(dsn: str, pending: int, count: int, rate: int) -> None:
    statement = """
      insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at, status)
      select 'bench', 'fall_due', jsonb_build_object('due', extract(epoch from at)), at, 'todo'
      from (select {} as at from generate_series(1, %s) n) m"""
    with psycopg.connect(dsn, autocommit=True) as database:
        far = "now() + interval '1 hour' + n * interval '1 s'"
        near = f"now() + interval '4 s' + n * interval '{1000 / rate} ms'"
        database.execute(statement.format(far), [pending])
        database.execute("vacuum analyze procrastinate_jobs")
        database.execute(statement.format(near), [count])


if __name__ == "__main__":
    print(json.dumps(scheduled(sys.argv[1], *(int(word) for word in sys.argv[2:5]))))
