"""Runs one of our modules as a process of the product: `python -m tests.chaos.inside MODULE ...`."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")
    django.setup()
    import_module(f"tests.chaos.{sys.argv[1]}").main(*sys.argv[2:])
