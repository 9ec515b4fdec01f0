"""The secret key: can anybody but its owner read it?"""

from __future__ import annotations

import stat

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine
from jiannuo.oversight.doctor.machine import Machine


def look(machine: Machine) -> Finding:
    if machine.key is None:
        return fine("由 JIANNUO_SECRET_KEY 给出。", "JIANNUO_SECRET_KEY gives it.")
    mode = stat.S_IMODE(machine.key.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return broken(
            Text(
                f"本机其他用户能读到密钥文件（权限 {mode:o}）。",
                f"Others on this machine can get at the key (mode {mode:o}).",
            ),
            Text(f"运行：chmod 600 {machine.key}", f"Run: chmod 600 {machine.key}"),
        )
    return fine("密钥只有本系统能读。", "Nobody but its owner can read the key.")


CHECK = Check("secret", Text("密钥文件", "Secret key"), look, database=False)
