"""What uvicorn serves."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from jiannuo.site.bodies import Bodies
from jiannuo.site.bursts import Bursts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")

# Four of the pool's ten connections: six are left for people, however many reports come in.
application = Bodies(Bursts(get_asgi_application(), "/hooks/", at_once=4, waiting=400))
