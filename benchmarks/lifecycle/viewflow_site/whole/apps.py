"""Its name, shorter than its path."""

from __future__ import annotations

from django.apps import AppConfig


class WholeConfig(AppConfig):
    """The application."""

    name = "benchmarks.lifecycle.viewflow_site.whole"
    label = "whole"
