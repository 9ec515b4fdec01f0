"""What uvicorn serves."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from jiannuo.site import wiring
from jiannuo.site.bodies import Bodies
from jiannuo.site.bursts import Bursts
from jiannuo.site.streams import Streams

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")

# Of the pool's eleven connections four are for reports and one is for the live updates: six are
# left for people, however many reports come in.
pages = Bursts(get_asgi_application(), "/hooks/", at_once=4, waiting=400)
hub = wiring.resolve("jiannuo.web.live.hub:HUB")  # Django is set up now
application = Bodies(Streams(pages, "/web/live/", hub))
