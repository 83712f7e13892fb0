"""Measurements. They print what they measured; docs/performance.md keeps and explains the figures."""
