"""Who may do what."""

from __future__ import annotations

from app.permissions.table import TABLE, allowed, require

__all__ = ["TABLE", "allowed", "require"]
