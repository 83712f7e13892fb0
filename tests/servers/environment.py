"""Settings as the environment of another process."""

from __future__ import annotations

from datetime import date

from app.config import Settings


def environment(settings: Settings) -> dict[str, str]:
    """``settings`` as BEHORIG_* variables; the other process reads exactly these."""
    return {
        f"BEHORIG_{name.upper()}": _text(value) for name, value in settings.model_dump().items() if value is not None
    }


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(_text(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)
