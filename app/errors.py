"""Named errors of the application. One handler turns each into a page; nothing is lost by any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.case import GuardResult


class BehorigError(Exception):
    """Base: ``status`` is the HTTP status, ``reason`` a stable code that the texts are keyed by."""

    status = 400
    reason = "error"

    def __init__(self, reason: str | None = None, **details: object) -> None:
        self.reason = reason or self.reason
        self.details = details
        super().__init__(f"{self.reason} {details}" if details else self.reason)


class NotFound(BehorigError):
    """No such thing, or not for this person: the answer is the same."""

    status, reason = 404, "not_found"


class Forbidden(BehorigError):
    """The person is known and may not do this."""

    status, reason = 403, "forbidden"


class LoginNeeded(BehorigError):
    """The act needs a login as the addressed person."""

    status, reason = 401, "login_needed"


class AlreadyDecided(BehorigError):
    """Somebody was first. ``details``: who, when, verdict."""

    status, reason = 409, "already_decided"


class Conflict(BehorigError):
    """The row changed under the reader's hands."""

    status, reason = 409, "conflict"


class NotAllowed(BehorigError):
    """The rules refuse; ``guards`` holds every guard of the move, ``details['field']`` the form field."""

    status, reason = 422, "not_allowed"

    @property
    def guards(self) -> tuple[GuardResult, ...]:
        """The guards that were evaluated, passed and failed; empty for a refusal without guards."""
        found = self.details.get("guards", ())
        return found if isinstance(found, tuple) else ()


class DirectoryUnavailable(BehorigError):
    """The directory did not answer. Nothing is granted and nothing is removed meanwhile."""

    status, reason = 503, "directory_unavailable"
