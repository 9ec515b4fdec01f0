"""Every channel by its code: a folder here and a line below."""

from __future__ import annotations

from jiannuo.notices.channels.channel import Channel
from jiannuo.notices.channels.dingtalk.sending import CHANNEL as DINGTALK
from jiannuo.notices.channels.email.sending import CHANNEL as EMAIL
from jiannuo.notices.channels.feishu.sending import CHANNEL as FEISHU
from jiannuo.notices.channels.inbox.sending import CHANNEL as INBOX
from jiannuo.notices.channels.sms.sending import CHANNEL as SMS
from jiannuo.notices.channels.voice.sending import CHANNEL as VOICE
from jiannuo.notices.channels.webhook.sending import CHANNEL as WEBHOOK
from jiannuo.notices.channels.wecom.sending import CHANNEL as WECOM

CHANNELS: dict[str, Channel] = {
    "inbox": INBOX,
    "email": EMAIL,
    "sms": SMS,
    "voice": VOICE,
    "wecom": WECOM,
    "dingtalk": DINGTALK,
    "feishu": FEISHU,
    "webhook": WEBHOOK,
}
