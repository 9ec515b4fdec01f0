"""Small disks in memory that can be made full, and a mount space of our own to hang them in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

MARK = "CHAOS_OWN_MOUNTS"


def enter_own_mounts(arguments: list[str]) -> None:
    """Begin anew where mounts are ours alone and go with us; do nothing where that is not allowed."""
    program = shutil.which("unshare")
    if MARK in os.environ or program is None:
        return
    how = ["--mount"] if os.getuid() == 0 else ["--user", "--map-root-user", "--mount"]
    if subprocess.run([program, *how, "true"], capture_output=True).returncode == 0:
        command = [program, *how, sys.executable, "-m", "tests.chaos", *arguments]
        os.execve(program, command, {**os.environ, MARK: "1"})


class Disk:
    """A file system of its own; `fill` leaves no byte free, `empty` gives everything back."""

    def __init__(self, path: Path, megabytes: int) -> None:
        self.path, self.megabytes = path, megabytes
        path.mkdir(parents=True, exist_ok=True)

    def mount(self) -> str:
        """Why it cannot be had; "" when it is there."""
        if MARK not in os.environ:
            return "no mounts of our own are allowed here"
        return self._mount(f"size={self.megabytes}m")

    def fill(self) -> None:
        """As if somebody had: what is used is all there is."""
        found = os.statvfs(self.path)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        self._must(f"remount,size={used}")

    def empty(self) -> None:
        self._must(f"remount,size={self.megabytes}m")

    def unmount(self) -> None:
        if self.path.is_mount():
            subprocess.run(["umount", str(self.path)], capture_output=True)

    def _must(self, options: str) -> None:
        if problem := self._mount(options):
            raise OSError(problem)

    def _mount(self, options: str) -> str:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.stderr.strip() or "mount failed" if done.returncode else ""
