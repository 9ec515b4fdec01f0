"""Is the whole audit chain whole? Reads every link; asked for by `--full` alone."""

from __future__ import annotations

from jiannuo.archive import queries as archive
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine
from jiannuo.oversight.doctor.machine import Machine

KEEP = Text(
    "不要再改动任何东西，保留数据库和所有备份，请技术支持来看。",
    "Change nothing more, keep the database and every backup, and have your support look.",
)


def look(_: Machine) -> Finding:
    problem = archive.verify_chain()
    if problem is None:
        return fine("每一条都对得上。", "Every link follows from the one before.")
    return broken(Text(f"链条断了：{problem}", f"The chain is broken: {problem}"), KEEP)


CHECK = Check("chain", Text("审计链全查", "Whole chain"), look)
