"""What a check found, and whether it says so in both languages with one thing to do."""

from __future__ import annotations

from jiannuo.oversight.doctor.finding import Finding


def told(found: Finding, state: str, *words: str) -> None:
    """In this state, with these words in either language, and what to do unless all is well."""
    assert found.state == state, found
    for word in words:
        assert word in f"{found.found.zh}\n{found.found.en}"
    assert (found.do is None) == (state == "ok")
    for text in (found.found, *([found.do] if found.do else [])):
        assert text.zh.strip()
        assert text.en.strip()
        assert "\n" not in text.zh + text.en
