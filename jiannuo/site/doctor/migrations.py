"""Are the tables those of this release?"""

from __future__ import annotations

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site import schema

NAMED = 3

DO = Text("先备份，再运行 jiannuo db ready。", "Make a backup, then run jiannuo db ready.")


def look(_: Machine) -> Finding:
    missing = schema.missing()
    if not missing:
        return fine("表结构是最新的。", "The tables are up to date.")
    names = ", ".join(missing[:NAMED])
    return broken(
        Text(
            f"表结构更新还有 {len(missing)} 项没有做：{names}",
            f"Changes of the tables not applied yet: {len(missing)} ({names})",
        ),
        DO,
    )


CHECK = Check("migrations", Text("表结构", "Migrations"), look)
