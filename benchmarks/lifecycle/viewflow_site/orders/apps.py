"""Its name, shorter than its path."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The application."""

    name = "benchmarks.lifecycle.viewflow_site.orders"
    label = "orders"
