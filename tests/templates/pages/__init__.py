"""Every page that is looked at: template, data, and who looks. Data is made anew for each rendering."""

from __future__ import annotations

from tests.templates.pages import appointing, combining, deciding, entering, holding, ordering, papering, together
from tests.templates.pages.page import Page

PAGES: dict[str, Page] = (
    entering.PAGES
    | ordering.PAGES
    | deciding.PAGES
    | holding.PAGES
    | appointing.PAGES
    | combining.PAGES
    | together.PAGES
    | papering.PAGES
)
