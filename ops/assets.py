"""Bring the third-party files of the pages into jiannuo/web/static/vendor, by their lock file.

Run by `make setup` with the environment's Python. Does nothing when nothing has changed. Nothing
third-party is committed; the lock file's hashes say what is fetched.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "jiannuo" / "web" / "static" / "vendor"
STAMP = VENDOR / ".made-from"

# What the pages use: file in node_modules -> name below vendor/.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}

# A map that is not shipped is a 404 in every developer's console.
MAP_COMMENT = re.compile(rb"\n?(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")

HELP = """npm could not fetch the three files that the pages use; its message stands above. It asks
registry.npmjs.org: a proxy is set by HTTPS_PROXY, a house's own certificate by NODE_EXTRA_CA_CERTS,
a mirror by `npm config set registry ADDRESS`. Then run the same command again.
npm 未能取得网页用到的三个文件，原因见上。代理用 HTTPS_PROXY，自有证书用 NODE_EXTRA_CA_CERTS，
镜像用 npm config set registry 地址；改好后重新运行同一命令。
"""


def main() -> int:
    wanted = fingerprint()
    if made_from() == wanted:
        return 0
    npm = find_npm()
    answer = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        check=False,
        env={**os.environ, "PATH": f"{own_bin()}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    if answer.returncode != 0:
        sys.stderr.write(HELP)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        content = MAP_COMMENT.sub(b"\n", (ROOT / "node_modules" / source).read_bytes())
        (VENDOR / name).write_bytes(content)
        # The web server hands this out to browsers that take it: a fifth of the bytes.
        (VENDOR / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def made_from() -> str:
    try:
        return STAMP.read_text()
    except OSError:
        return ""


def find_npm() -> list[str]:
    """The machine's npm where it works; else Node from PyPI, into the environment."""
    for npm in (shutil.which("npm"), str(own_bin() / "npm")):
        if npm and works(npm):
            return [npm]
    sys.stdout.write("no npm on this machine; installing Node into the environment\n")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements-node.lock")], check=True)
    return [str(own_bin() / "npm")]


def works(npm: str) -> bool:
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def own_bin() -> Path:
    return Path(sys.executable).parent


if __name__ == "__main__":
    sys.exit(main())
