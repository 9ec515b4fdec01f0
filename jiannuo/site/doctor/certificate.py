"""The certificate of our own address: until when is it good?"""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

WITHIN = 5.0  # seconds
SOON = timedelta(days=30)
NOW = timedelta(days=7)
EXPIRED = 10  # as OpenSSL numbers what is wrong with a certificate

RENEW = Text(
    "续签证书并重启网页服务器（用 certbot 的话看它的定时任务为何没有跑）。",
    "Renew it and restart the web server (with certbot: see why its timer did not run).",
)
REACH = Text(
    "检查 JIANNUO_URL 写得对不对、443 端口开没开、反向代理在不在运行。",
    "Check that JIANNUO_URL is right, its port open and the reverse proxy running.",
)


def look(machine: Machine) -> Finding:
    found = urlsplit(machine.url)
    if found.scheme != "https" or not found.hostname:
        return fine("地址不是 https，没有证书。", "The address is not https: there is none.")
    try:
        ends = _ends(found.hostname, found.port or 443)
    except ssl.SSLCertVerificationError as problem:
        return _distrusted(problem)
    except OSError as problem:
        return broken(
            Text(f"连不上 {machine.url}：{problem}", f"{machine.url} does not answer: {problem}"),
            REACH,
        )
    return _judged(ends - now())


def _judged(left: timedelta) -> Finding:
    said = Text(f"证书还有 {left.days} 天到期。", f"It is good for {left.days} more days.")
    if left > SOON:
        return fine(said.zh, said.en)
    return (heed if left > NOW else broken)(said, RENEW)


def _distrusted(problem: ssl.SSLCertVerificationError) -> Finding:
    if problem.verify_code == EXPIRED:
        return broken(Text("证书已经过期。", "The certificate has expired."), RENEW)
    why = problem.verify_message
    return heed(
        Text(f"这台机器不信任该证书：{why}", f"This machine does not trust it: {why}"), RENEW
    )


def _ends(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname=host) as safe,
    ):
        ends = (safe.getpeercert() or {})["notAfter"]
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC)


CHECK = Check("certificate", Text("网站证书", "Certificate"), look, database=False)
