"""Few examples of each property, for who runs these tests alone; see pytest.ini."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("quick", deadline=None, max_examples=10)
