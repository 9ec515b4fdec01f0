"""What gateways tell us afterwards: arrived, answered, a key was pressed. Signed, heard once."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jiannuo.journey import telling
from jiannuo.notices import set_up
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.channels.signing import CODE

log = logging.getLogger("jiannuo.hooks")

#: As Aliyun and Tencent each want to be told that a report was taken.
TAKEN = {"code": 0, "msg": "OK", "result": 0, "errmsg": "OK"}
LARGEST = 64 * 1024  # bytes of one report


@csrf_exempt
@login_not_required
@require_POST
def hear(request: HttpRequest, channel: str, code: str = "") -> JsonResponse:
    """Take in a report of a channel. `code`: the end of the address of a service that signs
    nothing. 404: no such channel or it tells nothing; 403: not signed as it should be; 413: too
    long. Said again, it changes nothing and answers the same."""
    found = CHANNELS.get(channel)
    if found is None or found.hear is None:
        return JsonResponse({"code": "no_channel"}, status=404)
    if len(request.body) > LARGEST:
        return JsonResponse({"code": "too_long"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers[CODE] = code
    try:
        reports = found.hear(headers, request.body, set_up.channel(channel).values)
    except NotSent as why:
        log.warning("a report to %s was refused: %s", channel, why)
        return JsonResponse({"code": "not_genuine", "zh": why.zh, "en": str(why)}, status=403)
    told = sum(telling.hear(channel, report) for report in reports)
    return JsonResponse({"heard": len(reports), "told": told, **TAKEN})
