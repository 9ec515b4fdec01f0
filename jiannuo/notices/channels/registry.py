"""Every channel by its code: a folder here and a line below."""

from __future__ import annotations

from jiannuo.notices.channels.channel import Channel
from jiannuo.notices.channels.dingtalk.sending import CHANNEL as DINGTALK
from jiannuo.notices.channels.email.sending import CHANNEL as EMAIL
from jiannuo.notices.channels.feishu.sending import CHANNEL as FEISHU
from jiannuo.notices.channels.inbox.sending import CHANNEL as INBOX
from jiannuo.notices.channels.loopback import CHANNEL as LOOPBACK
from jiannuo.notices.channels.sms.sending import CHANNEL as SMS
from jiannuo.notices.channels.voice.sending import CHANNEL as VOICE
from jiannuo.notices.channels.webhook.sending import CHANNEL as WEBHOOK
from jiannuo.notices.channels.wecom.sending import CHANNEL as WECOM


class _Known(dict[str, Channel]):
    """Those that may be set up. The loop-back is no choice: whoever asks by its code gets it, and
    nobody finds it in a list."""

    def __missing__(self, code: str) -> Channel:
        if code != LOOPBACK.code:
            raise KeyError(code)
        return LOOPBACK


CHANNELS: dict[str, Channel] = _Known(
    {
        "inbox": INBOX,
        "email": EMAIL,
        "sms": SMS,
        "voice": VOICE,
        "wecom": WECOM,
        "dingtalk": DINGTALK,
        "feishu": FEISHU,
        "webhook": WEBHOOK,
    }
)
