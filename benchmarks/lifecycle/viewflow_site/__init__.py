"""The same lives on Django and Viewflow. Runs with requirements/benchmark.txt; the product never imports it."""
