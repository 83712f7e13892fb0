"""PDF files by Typst: the only importer. Tagged (PDF/UA-1) and made to be kept (PDF/A-2a); no file of ours leaves here.

Texts reach the template as JSON, never as markup: nothing that a person is called is ever read as code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The fonts that come with the library, so that a document looks the same on every server."""
    return typst.Fonts(include_system_fonts=False)


def pdf(template: Path, facts: Mapping[str, Any], made_at: datetime) -> bytes:
    """The document by a room's template. ``facts`` are plain JSON; the same facts and moment give the same bytes."""
    return typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(made_at.timestamp()),
    )
