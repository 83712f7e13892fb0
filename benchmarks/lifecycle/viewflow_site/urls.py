"""The flows' own pages, and nothing else."""

from __future__ import annotations

from django.urls import path
from viewflow.workflow.flow import FlowViewset

from benchmarks.lifecycle.viewflow_site.orders.flows import AccessFlow
from benchmarks.lifecycle.viewflow_site.whole.flows import OrderFlow

urlpatterns = [path("access/", FlowViewset(AccessFlow).urls), path("order/", FlowViewset(OrderFlow).urls)]
