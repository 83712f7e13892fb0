"""Whole lives of orders over HTTP: the product, a bare Flask handler, Viewflow. ``python -m benchmarks.lifecycle``."""
