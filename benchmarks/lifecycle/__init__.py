"""Whole lives of orders over HTTP: the product, a bare Flask handler and Viewflow. ``python -m benchmarks.lifecycle``."""
