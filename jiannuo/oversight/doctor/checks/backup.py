"""The newest backup: how old is it?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.customers import queries as customers
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor import backups
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

OLD = timedelta(days=1, hours=2)  # one a day, and time to make it

DO = Text(
    "每天运行一次 jiannuo db backup 文件名，并把文件存到另一台机器。",
    "Run jiannuo db backup FILE once a day and keep the file on another machine.",
)
NONE = Text("这台机器上没有做过备份。", "No backup was made on this machine.")


def look(machine: Machine) -> Finding:
    found = backups.newest(machine.data)
    if found is None:
        return broken(NONE, DO) if _real(machine) else heed(NONE, DO)
    age, where = (
        now() - found.made_at,
        "" if found.there else Text("（文件已移走）", " (moved away)"),
    )
    said = ago(age)
    words = Text(f"最近一次备份在 {said.zh}", f"The last backup was made {said.en}") + where
    if age > OLD:
        return heed(words, DO)
    return fine(f"{words.zh}：{found.file}", f"{words.en}: {found.file}")


def _real(machine: Machine) -> bool:
    """Is there a customer who was not made up for the demo?"""
    invented = machine.invented()
    return any(name not in invented for _, name in customers.customers())


CHECK = Check("backup", Text("备份", "Backup"), look)
