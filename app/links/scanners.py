"""Naming the reads that no person made (email-decisions.md, point 7).

Used for the access log line and nothing else: whether a read looks automatic never decides what a link
may do, because a scanner that wants to look like a person does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.datastructures import Headers

QUICK_READ_SECONDS = 30.0
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
PREFETCH_WORDS = ("prefetch", "prerender", "preview")

# Products that open links before people do, or on behalf of no one, as their user agents name them.
KNOWN_READERS = re.compile(
    r"safelinks|mimecast|proofpoint|barracuda|symantec|trendmicro|forcepoint|fortinet|sophos|cisco|ironport"
    r"|bingpreview|skypeuripreview|slackbot|whatsapp|facebookexternalhit|headlesschrome|phantomjs"
    r"|googleimageproxy|yahoomailproxy|\bbot\b|crawler|spider|curl/|wget/|python-requests|go-http-client"
    r"|microsoft office existence discovery|microsoft-office",
    re.IGNORECASE,
)


def looks_automatic(method: str, headers: Mapping[str, str] | Headers, seconds_since_sent: float | None) -> str | None:
    """Why this read looks like a machine's: a stable word for the log, or None when it may be a person's.

    ``headers`` is looked up by the names above (Flask's are case-blind). ``seconds_since_sent`` is counted
    from the making of the link; None when it is not known.
    """
    if method.upper() != "GET":
        return f"method:{method.lower()}"
    for name in PREFETCH_HEADERS:
        if any(word in headers.get(name, "").lower() for word in PREFETCH_WORDS):
            return f"header:{name.lower()}"
    agent = headers.get("User-Agent", "").strip()
    if not agent:
        return "agent:none"
    known = KNOWN_READERS.search(agent)
    if known:
        return f"agent:{known.group().lower().strip('/')}"
    if seconds_since_sent is not None and seconds_since_sent < QUICK_READ_SECONDS:
        return "quick"
    return None
